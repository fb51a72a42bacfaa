package dev.windlass.wire.devp2p;

/**
 * The limits of a connection's waits and of its unsent bytes.
 *
 * @param setUpMillisMax from the first byte to both Hellos: 5 s, as in 2015
 * @param pingMillis after so long without a message, a Ping is sent
 * @param silenceMillisMax after so long without a message, the connection ends: 30 s, as in 2015
 * @param writeBytesMax bytes that wait to be written; beyond it the connection ends, since the
 *     other end does not read
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

  /** How often the pace of an incoming frame is checked: thirty times in the longest silence. */
  long lookNanos() {
    return silenceMillisMax * 1_000_000 / 30;
  }
}
