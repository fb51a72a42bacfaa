package dev.windlass.wire.devp2p;

/**
 * How long a connection waits, and how much it takes.
 *
 * @param setUpMillisMax from the first byte to both Hellos: 5 s, as in 2015
 * @param pingMillis after so long without a message the other end is asked whether it is there
 * @param silenceMillisMax after so long without one it is gone: 30 s, as in 2015
 * @param writeBytesMax bytes that wait to be written; what would go beyond it ends the connection,
 *     since the other end does not read
 */
public record ConnectionLimits(
    long setUpMillisMax, long pingMillis, long silenceMillisMax, int writeBytesMax) {
  public static final ConnectionLimits DEFAULT =
      new ConnectionLimits(5_000, 15_000, 30_000, 32 << 20);

  public ConnectionLimits {
    boolean isInOrder = setUpMillisMax > 0 && pingMillis > 0 && silenceMillisMax > pingMillis;
    if (!isInOrder || writeBytesMax < 1) {
      throw new IllegalArgumentException("connection limits out of order");
    }
  }

  /** How often it is looked whether a frame comes in at a pace: thirty times in a silence. */
  long lookNanos() {
    return silenceMillisMax * 1_000_000 / 30;
  }
}
