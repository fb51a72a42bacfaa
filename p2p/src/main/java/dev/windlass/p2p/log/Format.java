package dev.windlass.p2p.log;

import java.util.Locale;

/** How figures are written for people. */
public final class Format {
  private static final long SECONDS_PER_MINUTE = 60;
  private static final long SECONDS_PER_HOUR = 3_600;
  private static final long SECONDS_PER_DAY = 86_400;

  private Format() {}

  /** {@code 1,234,567}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@code 45.2%}. It is 100 only if the part is the whole. */
  public static String percent(long part, long whole) {
    if (whole <= 0 || part >= whole) {
      return "100%";
    }
    // Rounded down to a tenth, so that 99.96 does not become 100.
    return String.format(Locale.ROOT, "%.1f%%", Math.floor(1_000.0 * part / whole) / 10);
  }

  /** Two units at most: {@code 0.35s}, {@code 12s}, {@code 2m05s}, {@code 1h02m}, {@code 3d04h}. */
  public static String duration(long nanos) {
    if (nanos < 1_000_000_000L) {
      return String.format(Locale.ROOT, "%.2fs", Math.max(0, nanos) / 1e9);
    }
    long seconds = nanos / 1_000_000_000L;
    if (seconds < SECONDS_PER_MINUTE) {
      return seconds + "s";
    }
    if (seconds < SECONDS_PER_HOUR) {
      return two(seconds / SECONDS_PER_MINUTE, "m", seconds % SECONDS_PER_MINUTE, "s");
    }
    if (seconds < SECONDS_PER_DAY) {
      long minutes = seconds / SECONDS_PER_MINUTE;
      return two(minutes / 60, "h", minutes % 60, "m");
    }
    long hours = seconds / SECONDS_PER_HOUR;
    return two(hours / 24, "d", hours % 24, "h");
  }

  private static String two(long large, String largeUnit, long small, String smallUnit) {
    return String.format(Locale.ROOT, "%d%s%02d%s", large, largeUnit, small, smallUnit);
  }
}
