package dev.windlass.server.http;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a pause lasts, as users write it: a number and its unit, {@code s}, {@code m} or {@code
 * h}, from one second to one day. A pause without end would leave a node behind for ever if its
 * operator forgets it.
 */
public final class PauseTime {
  public static final String EXPECTED = "expected 1s to 24h, such as 90s or 10m";
  static final Duration USUAL = Duration.ofMinutes(10);

  private static final Duration LONGEST = Duration.ofHours(24);
  private static final Pattern FORM = Pattern.compile("([0-9]{1,6})([smh])");

  private PauseTime() {}

  /**
   * Parses a time. Throws an IllegalArgumentException if it has another form or is out of range.
   */
  public static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration time =
          switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
          };
      if (number > 0 && time.compareTo(LONGEST) <= 0) {
        return time;
      }
    }
    throw new IllegalArgumentException(EXPECTED);
  }

  /** The text of a time of whole seconds. */
  public static String text(Duration time) {
    return time.toSeconds() + "s";
  }
}
