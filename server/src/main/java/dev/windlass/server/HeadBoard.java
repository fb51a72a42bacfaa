package dev.windlass.server;

import dev.windlass.chain.Hash;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Remembers the newest announcement of a head, and how many each source made.
 *
 * <p>Any thread may write and read; its size does not grow.
 */
public final class HeadBoard {
  /** Who announced a head. */
  public enum Source {
    /** The user, with {@code --anchor}. */
    ANCHOR,
    /** A request to {@code /v1/heads}. */
    HTTP;

    /** As it stands in a metric's label. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One announcement.
   *
   * @param number as announced, unproven, or {@link HeadSink#NUMBER_UNKNOWN}
   */
  public record Announcement(Source source, Hash head, long number, Instant at) {
    public Announcement {
      Objects.requireNonNull(source);
      Objects.requireNonNull(head);
      Objects.requireNonNull(at);
    }
  }

  private final AtomicReference<Announcement> newest = new AtomicReference<>();
  private final AtomicLongArray counts = new AtomicLongArray(Source.values().length);

  public void announced(Announcement announcement) {
    counts.incrementAndGet(announcement.source().ordinal());
    newest.set(announcement);
  }

  public Optional<Announcement> newest() {
    return Optional.ofNullable(newest.get());
  }

  public long count(Source source) {
    return counts.get(source.ordinal());
  }
}
