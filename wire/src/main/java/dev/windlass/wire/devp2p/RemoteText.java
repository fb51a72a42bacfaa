package dev.windlass.wire.devp2p;

import java.util.regex.Pattern;

/** Text of a node, which is shown to users. */
public final class RemoteText {
  /** Characters that would move a terminal's cursor or begin a line in a log. */
  private static final Pattern UNSHOWN = Pattern.compile("\\p{C}|\\p{Zl}|\\p{Zp}");

  private RemoteText() {}

  /** The text with a question mark for each character that must not be shown. */
  public static String shown(String said) {
    return UNSHOWN.matcher(said).replaceAll("?");
  }

  /** The same of at most so many characters. */
  public static String shown(String said, int lengthMax) {
    return shown(said.length() > lengthMax ? said.substring(0, lengthMax) : said);
  }
}
