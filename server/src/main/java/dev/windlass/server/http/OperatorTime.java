package dev.windlass.server.http;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time as users write it: a number and its unit, from one second up to a longest time.
 *
 * @param units the units that may be used, of {@code s}, {@code m}, {@code h} and {@code d}
 * @param expected what an error says about the right form
 */
public record OperatorTime(String units, Duration longest, String expected) {
  /** A pause without end would leave a node behind for ever if its operator forgets it. */
  public static final OperatorTime PAUSE =
      new OperatorTime("smh", Duration.ofHours(24), "expected 1s to 24h, such as 90s or 10m");

  public static final OperatorTime BAN =
      new OperatorTime("smhd", Duration.ofDays(365), "expected 1s to 365d, such as 90m, 24h or 7d");

  static final Duration USUAL_PAUSE = Duration.ofMinutes(10);
  static final Duration USUAL_BAN = Duration.ofHours(24);

  private static final Pattern FORM = Pattern.compile("([0-9]{1,8})([smhd])");

  /**
   * Parses a time. Throws an IllegalArgumentException if it has another form or is out of range.
   */
  public Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches() && units.contains(matcher.group(2))) {
      long number = Long.parseLong(matcher.group(1));
      Duration time =
          switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
      if (number > 0 && time.compareTo(longest) <= 0) {
        return time;
      }
    }
    throw new IllegalArgumentException(expected);
  }

  /** The text of a time of whole seconds. */
  public static String text(Duration time) {
    return time.toSeconds() + "s";
  }
}
