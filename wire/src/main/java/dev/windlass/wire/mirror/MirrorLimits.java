package dev.windlass.wire.mirror;

/**
 * The bounds of what is asked of a mirror.
 *
 * @param listingBytesMax of an index page or a file of checksums
 * @param paceMillis in this time a download must gain {@code paceBytesMin}, and an answer must
 *     begin. A listing must be there in twice this time. A download has no other deadline
 * @param paceBytesMin 8 KiB a second, the slowest pace that a connection to a node may have
 * @param attemptsMax how often in a row a download may break off before it came {@code
 *     paceBytesMin} further
 * @param retryMillis the first wait before the next attempt. Each further one is twice as long
 */
public record MirrorLimits(
    int listingBytesMax, long paceMillis, long paceBytesMin, int attemptsMax, long retryMillis) {
  public static final MirrorLimits DEFAULT =
      new MirrorLimits(8 << 20, 30_000, 30 * (8 << 10), 4, 1_000);

  /** Each attempt connects within this time. */
  static final int CONNECT_MILLIS_MAX = 5_000;

  static final int REDIRECTS_MAX = 5;

  /** A mirror may ask for a longer wait, and is asked again after this one nevertheless. */
  static final long RETRY_AFTER_SECONDS_MAX = 600;

  public MirrorLimits {
    if (listingBytesMax < 1
        || paceMillis < 1
        || paceBytesMin < 1
        || attemptsMax < 1
        || retryMillis < 1) {
      throw new IllegalArgumentException("mirror limits out of range");
    }
  }
}
