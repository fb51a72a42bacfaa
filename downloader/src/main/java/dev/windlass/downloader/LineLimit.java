package dev.windlass.downloader;

/**
 * How much may be asked for, so that the answers keep to the bandwidth that an operator allows.
 *
 * <p>Owned by the downloader. The shell measures the line, and tells before each event from when on
 * more may be asked for. What is asked for must not come all at once then.
 */
final class LineLimit {
  /** What is in flight takes half a second, and one answer a quarter of one. */
  private static final int IN_FLIGHT_PARTS = 2;

  private static final int ANSWER_PARTS = 4;

  private long bytesPerSecond;
  private long freeAtNanos;

  void set(long newBytesPerSecond, long newFreeAtNanos) {
    bytesPerSecond = newBytesPerSecond;
    freeAtNanos = newFreeAtNanos;
  }

  boolean isSet() {
    return bytesPerSecond > 0;
  }

  long freeAtNanos() {
    return freeAtNanos;
  }

  boolean hasRoomFor(long bytesInFlight) {
    return bytesInFlight < bytesPerSecond / IN_FLIGHT_PARTS;
  }

  /** The most bytes that one answer should have, whatever its peer can do. */
  long answerBytesMax() {
    return isSet() ? Math.max(1, bytesPerSecond / ANSWER_PARTS) : Long.MAX_VALUE;
  }
}
