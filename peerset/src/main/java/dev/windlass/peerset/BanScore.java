package dev.windlass.peerset;

/**
 * The score of a peer's faults. It has a part that stays and a part that halves every minute.
 *
 * <p>The figures are those of btcd's connection manager: half-life 60 s, forgotten after 1800 s,
 * banned above 100.
 */
final class BanScore {
  static final int BAN_ABOVE = 100;

  private static final double HALF_LIFE_NANOS = 60e9;
  private static final long LIFETIME_NANOS = 1_800_000_000_000L;

  private int lasting;
  private double fading;
  private long fadingSinceNanos;

  void add(int lastingPoints, int fadingPoints, long nowNanos) {
    lasting += lastingPoints;
    if (fadingPoints > 0) {
      fading = faded(nowNanos) + fadingPoints;
      fadingSinceNanos = nowNanos;
    }
  }

  int value(long nowNanos) {
    return lasting + (int) faded(nowNanos);
  }

  private double faded(long nowNanos) {
    long age = nowNanos - fadingSinceNanos;
    if (fading < 1 || age > LIFETIME_NANOS) {
      return 0;
    }
    return age <= 0 ? fading : fading * Math.pow(2, -age / HALF_LIFE_NANOS);
  }
}
