package dev.windlass.peerset;

/**
 * The score of a peer's faults. It has a part that lasts and a part that halves every minute.
 *
 * <p>The figures are those of btcd's connection manager: half-life 60 s, forgotten after 1800 s,
 * warning above 50, banned above 100. In btcd the lasting part ends with the connection. Here it
 * outlives connections and restarts, so it ends a day after its last points.
 */
public final class BanScore {
  public static final int WARN_ABOVE = 50;
  public static final int BAN_ABOVE = 100;

  /** How long lasting points stay. */
  public static final long LASTING_NANOS = 86_400_000_000_000L;

  private static final double HALF_LIFE_NANOS = 60e9;
  private static final long LIFETIME_NANOS = 1_800_000_000_000L;

  private int lasting;
  private long lastingSinceNanos;
  private double fading;
  private long fadingSinceNanos;

  public void add(int lastingPoints, int fadingPoints, long nowNanos) {
    if (lastingPoints > 0) {
      lasting = lasting(nowNanos) + lastingPoints;
      lastingSinceNanos = nowNanos;
    }
    if (fadingPoints > 0) {
      fading = faded(nowNanos) + fadingPoints;
      fadingSinceNanos = nowNanos;
    }
  }

  public int value(long nowNanos) {
    return lasting(nowNanos) + fading(nowNanos);
  }

  public int lasting(long nowNanos) {
    return nowNanos - lastingSinceNanos > LASTING_NANOS ? 0 : lasting;
  }

  /** When the last lasting points were added. */
  public long lastingSinceNanos() {
    return lastingSinceNanos;
  }

  public int fading(long nowNanos) {
    return (int) faded(nowNanos);
  }

  public void reset() {
    lasting = 0;
    fading = 0;
  }

  private double faded(long nowNanos) {
    long age = nowNanos - fadingSinceNanos;
    if (fading < 1 || age > LIFETIME_NANOS) {
      return 0;
    }
    return age <= 0 ? fading : fading * Math.pow(2, -age / HALF_LIFE_NANOS);
  }
}
