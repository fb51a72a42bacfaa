package dev.windlass.wire.mirror;

import java.util.Objects;

/** A mirror has not given what it was asked for. None of the kinds is a sign of a lie. */
public final class MirrorFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Kind {
    /** HTTP 403, 404 or 410. It has no such file. */
    ABSENT,
    /** HTTP 429 or 503. Asked again later. */
    LIMITED,
    /** No connection, an early end, no progress, or another status of HTTP. */
    BROKEN,
    /** There is no room for the file yet, since others are coming. Asked again later. */
    WAITING,
    /** There is no free room for a file that is fetched ahead. */
    NOT_YET,
    /** The file does not fit into the cache or on the disk, or has no known size. */
    NO_ROOM
  }

  private final Kind kind;
  private final long retryAfterMillis;

  public MirrorFailure(Kind kind, String message) {
    this(kind, message, 0);
  }

  /**
   * @param retryAfterMillis as the mirror says; 0 if it does not
   */
  MirrorFailure(Kind kind, String message, long retryAfterMillis) {
    super(message, null, false, false);
    this.kind = Objects.requireNonNull(kind);
    this.retryAfterMillis = retryAfterMillis;
  }

  public Kind kind() {
    return kind;
  }

  public long retryAfterMillis() {
    return retryAfterMillis;
  }
}
