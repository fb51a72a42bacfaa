package dev.windlass.server.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.server.http.Metrics;
import dev.windlass.server.http.RequestKind;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * Where links hand in judged replies: each is measured, and goes to the downloader.
 *
 * <p>Any thread may hand in.
 */
public final class Replies {
  /** Tickets count from 1. */
  private static final long NO_TICKET = 0;

  private final DownloaderVerticle downloader;
  private final Metrics metrics;
  private final Logger log;

  Replies(DownloaderVerticle downloader, Metrics metrics, Logger log) {
    this.downloader = downloader;
    this.metrics = metrics;
    this.log = log;
  }

  /**
   * Bare hashes.
   *
   * @param askedNanos when the question was put, by {@link System#nanoTime}
   */
  public void hashes(PeerId peer, long ticket, Delivery<Hash> delivery, long askedNanos) {
    note(RequestKind.HASHES, peer, ticket, delivery, askedNanos);
    downloader.deliverHashes(peer, ticket, delivery);
  }

  /** Headers, measured as hashes are. */
  public void headers(PeerId peer, long ticket, Delivery<BlockHeader> delivery, long askedNanos) {
    note(RequestKind.HEADERS, peer, ticket, delivery, askedNanos);
    downloader.deliverHeaders(peer, ticket, delivery);
  }

  /** Whole blocks of a hash peer. */
  public void blocks(PeerId peer, long ticket, Delivery<Block> delivery, long askedNanos) {
    note(RequestKind.BLOCKS, peer, ticket, delivery, askedNanos);
    downloader.deliverBlocks(peer, ticket, delivery);
  }

  /** Blocks that were put together from the bodies of a header peer. */
  public void bodies(PeerId peer, long ticket, Delivery<Block> delivery, long askedNanos) {
    note(RequestKind.BODIES, peer, ticket, delivery, askedNanos);
    downloader.deliverBlocks(peer, ticket, delivery);
  }

  /** Bytes of a reply came that is not whole yet. */
  void receiving(PeerId peer, long bytes) {
    downloader.receiving(peer, bytes);
  }

  /** An answer to no question: it is held against its sender, as what breaks a link is. */
  void unasked(PeerId peer, String what) {
    String evidence = what + " came that nobody asked for";
    metrics.judged(Verdict.UNLINKED);
    downloader.deliverBlocks(
        peer, NO_TICKET, Delivery.fault(Verdict.UNLINKED, List.of(), 0, evidence));
  }

  /** A block that a peer announced; one whose body is not its header's is held against it. */
  void announced(Announcement said, Block block) {
    Optional<String> breach = BlockRules.check(block).map(Object::toString);
    if (breach.isEmpty()) {
      downloader.announce(said, block);
      return;
    }
    String evidence = "block " + block.id() + " was announced: " + breach.get();
    metrics.judged(Verdict.FABRICATED);
    downloader.deliverBlocks(
        said.source().orElseThrow(),
        NO_TICKET,
        Delivery.fault(Verdict.FABRICATED, List.of(), 0, evidence));
  }

  /** Done once the downloader has dealt with all that was handed in before. */
  public Future<Void> dealtWith() {
    return downloader.caughtUp();
  }

  private void note(
      RequestKind kind, PeerId peer, long ticket, Delivery<?> delivery, long askedNanos) {
    log.atTrace()
        .setMessage("Answered " + kind.label())
        .addKeyValue("ticket", ticket)
        .addKeyValue("items", delivery.items().size())
        .addKeyValue("peer", peer)
        .addKeyValue("verdict", delivery.verdict())
        .log();
    metrics.answered(kind, Duration.ofNanos(System.nanoTime() - askedNanos));
    metrics.judged(delivery.verdict());
  }
}
