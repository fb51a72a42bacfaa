package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** What a node knows of its JSON-RPC nodes as a whole. Thread-safe. */
public final class RpcBoard {
  private final LongAdder rateLimits = new LongAdder();
  private final LongAdder disagreements = new LongAdder();
  private volatile HeadsView heads = new HeadsView(1, Optional.empty(), List.of(), List.of());

  /**
   * A node of {@code --head-source}.
   *
   * @param head as it named it last
   * @param reason why it is not connected, or empty
   */
  public record SourceView(String source, Optional<Head> head, boolean isConnected, String reason) {
    public SourceView {
      Objects.requireNonNull(source);
      Objects.requireNonNull(head);
      Objects.requireNonNull(reason);
    }
  }

  /** Two sources that have different blocks at one number, as it was noticed. */
  public record Disagreement(
      long number, String first, Hash firstHash, String second, Hash secondHash, Instant since) {
    public Disagreement {
      Objects.requireNonNull(first);
      Objects.requireNonNull(firstHash);
      Objects.requireNonNull(second);
      Objects.requireNonNull(secondHash);
      Objects.requireNonNull(since);
    }
  }

  /**
   * The sources of heads.
   *
   * @param quorum how many of them must have a head
   * @param counted the head that enough of them have
   */
  public record HeadsView(
      int quorum,
      Optional<Head> counted,
      List<SourceView> sources,
      List<Disagreement> disagreements) {
    public HeadsView {
      Objects.requireNonNull(counted);
      sources = List.copyOf(sources);
      disagreements = List.copyOf(disagreements);
    }
  }

  /** Notes that a node has refused a batch because of its rate or quota. */
  void rateLimited() {
    rateLimits.increment();
  }

  /** How often that was. */
  public long rateLimits() {
    return rateLimits.sum();
  }

  void show(HeadsView now) {
    heads = now;
  }

  public HeadsView heads() {
    return heads;
  }

  /** Notes that a disagreement has begun. */
  void disagreed() {
    disagreements.increment();
  }

  /** How many have begun. */
  public long disagreements() {
    return disagreements.sum();
  }
}
