package dev.windlass.node;

import java.time.Clock;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many bytes a second the node may read, and as many write, at each time of the day.
 *
 * @param usual outside of all windows, 0 if there is no limit
 * @param windows that do not overlap
 */
public record BandwidthPlan(long usual, List<Window> windows) {
  public static final BandwidthPlan NONE = new BandwidthPlan(0, List.of());

  /** Below, the sync of a public chain would never end, and would count as stalled. */
  private static final long MIN = 64_000;

  private static final String NO_LIMIT = "none";
  private static final int MINUTES = 24 * 60;
  private static final Pattern RATE =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(kB|MB|GB|KiB|MiB|GiB)/s");
  private static final Pattern SPAN =
      Pattern.compile("([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])");
  private static final Map<String, Long> UNITS =
      Map.of(
          "kB",
          1_000L,
          "MB",
          1_000_000L,
          "GB",
          1_000_000_000L,
          "KiB",
          1L << 10,
          "MiB",
          1L << 20,
          "GiB",
          1L << 30);

  /**
   * A part of each day.
   *
   * @param from the first minute
   * @param to the first minute after it. If it is not later, the window goes on past midnight
   */
  public record Window(int from, int to, long bytesPerSecond) {
    boolean holds(int minute) {
      return from < to ? minute >= from && minute < to : minute >= from || minute < to;
    }
  }

  public BandwidthPlan {
    windows = List.copyOf(windows);
  }

  /** Reads a plan. Throws an IllegalArgumentException if it is none. */
  public static BandwidthPlan parse(String text) {
    long usual = 0;
    boolean isUsualGiven = false;
    List<Window> windows = new ArrayList<>();
    for (String part : text.strip().split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals >= 0) {
        windows.add(window(part.strip(), equals));
      } else if (isUsualGiven) {
        throw new IllegalArgumentException("'" + text + "' gives two rates for the same time");
      } else {
        usual = rate(part.strip());
        isUsualGiven = true;
      }
    }
    for (int minute = 0; minute < MINUTES; minute++) {
      int at = minute;
      if (windows.stream().filter(window -> window.holds(at)).count() > 1) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "'%s' gives two rates for %02d:%02d", text, minute / 60, minute % 60));
      }
    }
    return new BandwidthPlan(usual, windows);
  }

  private static Window window(String part, int equals) {
    Matcher span = SPAN.matcher(part.substring(0, equals).strip());
    if (!span.matches()) {
      throw new IllegalArgumentException(
          "'" + part + "' is no rate at a time: expected one such as 02:00-06:00=100MB/s");
    }
    int from = 60 * Integer.parseInt(span.group(1)) + Integer.parseInt(span.group(2));
    int to = 60 * Integer.parseInt(span.group(3)) + Integer.parseInt(span.group(4));
    if (from == to) {
      throw new IllegalArgumentException("'" + part + "' begins and ends at the same time");
    }
    return new Window(from, to, rate(part.substring(equals + 1).strip()));
  }

  private static long rate(String text) {
    if (text.equals(NO_LIMIT)) {
      return 0;
    }
    Matcher rate = RATE.matcher(text);
    if (!rate.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no rate: expected one such as 500kB/s, 10MB/s or 8MiB/s, or none");
    }
    double bytes = Double.parseDouble(rate.group(1)) * UNITS.get(rate.group(2));
    if (bytes < MIN) {
      throw new IllegalArgumentException("'" + text + "' is too little: at least 64kB/s");
    }
    return (long) Math.min(bytes, Long.MAX_VALUE / 1_000_000_000.0);
  }

  public boolean isNone() {
    return usual == 0 && windows.isEmpty();
  }

  /** Bytes per second at a time, 0 if there is no limit then. */
  public long at(LocalTime time) {
    int minute = time.getHour() * 60 + time.getMinute();
    return windows.stream()
        .filter(window -> window.holds(minute))
        .findFirst()
        .map(Window::bytesPerSecond)
        .orElse(usual);
  }

  private record Looked(long second, long bytesPerSecond) {}

  /** The rate of now. It looks at the plan once a second. Any thread may call it. */
  public LongSupplier by(Clock clock) {
    AtomicReference<Looked> last = new AtomicReference<>(new Looked(Long.MIN_VALUE, 0));
    return () -> {
      long second = Math.floorDiv(clock.millis(), 1_000L);
      Looked looked = last.get();
      if (looked.second() != second) {
        looked = new Looked(second, at(LocalTime.now(clock)));
        last.set(looked);
      }
      return looked.bytesPerSecond();
    };
  }
}
