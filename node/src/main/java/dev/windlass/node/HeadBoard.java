package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Remembers which heads an operator wants, when a head was announced last, and how many each source
 * announced.
 *
 * <p>Thread-safe. It holds at most {@link #WANTED_MAX} heads.
 */
public final class HeadBoard {
  /** The source of an announced head. */
  public enum Source {
    /** The user, with {@code --anchor}. */
    ANCHOR,
    /** A request to {@code /v1/heads}. */
    HTTP,
    /**
     * A followed node that claimed a new head in its Status, in an announcement or in the answer to
     * a head probe.
     */
    P2P,
    /** A node of {@code --head-source}. */
    RPC;

    /** The label of the metric. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One announcement. */
  public record Announcement(Source source, Head head, Instant at) {
    public Announcement {
      Objects.requireNonNull(source);
      Objects.requireNonNull(head);
      Objects.requireNonNull(at);
    }
  }

  /** As many as wait in the downloader. Beyond that the oldest is removed. */
  static final int WANTED_MAX = 64;

  private final Map<Hash, Announcement> wanted = new LinkedHashMap<>();
  private volatile Optional<Instant> lastAt = Optional.empty();
  private final Map<Source, LongAdder> counts = new EnumMap<>(Source.class);

  public HeadBoard() {
    for (Source source : Source.values()) {
      counts.put(source, new LongAdder());
    }
  }

  /** Adds an operator's head, which is wanted until it is settled. */
  public synchronized void announced(Announcement announcement) {
    note(announcement.source(), announcement.at());
    wanted.remove(announcement.head().hash());
    wanted.put(announcement.head().hash(), announcement);
    if (wanted.size() > WANTED_MAX) {
      wanted.remove(wanted.keySet().iterator().next());
    }
  }

  /** Notes that a followed node announced a new head. */
  public void heard(Instant at) {
    note(Source.P2P, at);
  }

  private void note(Source source, Instant at) {
    counts.get(source).increment();
    lastAt = Optional.of(at);
  }

  /** Removes a head that is synced, refused or withdrawn. */
  public synchronized void settled(Hash head) {
    wanted.remove(head);
  }

  /** The operator's heads that are not settled, in the order of their announcements. */
  public synchronized List<Announcement> wanted() {
    return List.copyOf(wanted.values());
  }

  /** When a head was announced last. */
  public Optional<Instant> lastAt() {
    return lastAt;
  }

  public long count(Source source) {
    return counts.get(source).sum();
  }
}
