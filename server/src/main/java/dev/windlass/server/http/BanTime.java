package dev.windlass.server.http;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long an operator bans a peer, as users write it: a number and its unit, {@code s}, {@code m},
 * {@code h} or {@code d}, from one second to a year.
 */
public final class BanTime {
  public static final String EXPECTED = "expected 1s to 365d, such as 90m, 24h or 7d";
  static final Duration USUAL = Duration.ofHours(24);

  private static final Duration LONGEST = Duration.ofDays(365);
  private static final Pattern FORM = Pattern.compile("([0-9]{1,8})([smhd])");

  private BanTime() {}

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
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
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
