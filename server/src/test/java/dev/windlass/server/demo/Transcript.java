package dev.windlass.server.demo;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The questions, answers and inserts of one demo run, from its log at trace. */
final class Transcript {
  private static final Pattern STORED_AT_START =
      Pattern.compile("Store is open .*number=([\\d,]+)");
  private static final Pattern ASKED =
      Pattern.compile("Asked (\\w+) +ticket=(\\d+) items=(\\d+) peer=");
  private static final Pattern ANSWERED =
      Pattern.compile("Answered (\\w+) +ticket=(\\d+) items=(\\d+) peer=");
  private static final Pattern INSERTED = Pattern.compile("Inserted +blocks=\\d+ tip=(\\d+)");

  private final Map<Long, Integer> open = new HashMap<>();
  private long firstTip = -1;
  private long tip = -1;
  private int headerQuestions;
  private int blockQuestions;
  private long blocksReceived;
  private long headersReceived;

  void note(String line) {
    Matcher stored = STORED_AT_START.matcher(line);
    Matcher asked = ASKED.matcher(line);
    Matcher answered = ANSWERED.matcher(line);
    Matcher inserted = INSERTED.matcher(line);
    if (firstTip < 0 && stored.find()) {
      firstTip = Long.parseLong(stored.group(1).replace(",", ""));
      tip = firstTip;
    } else if (asked.find()) {
      open.put(Long.parseLong(asked.group(2)), Integer.parseInt(asked.group(3)));
      if (asksForBlocks(asked.group(1))) {
        blockQuestions++;
      } else {
        headerQuestions++;
      }
    } else if (answered.find()) {
      open.remove(Long.parseLong(answered.group(2)));
      if (asksForBlocks(answered.group(1))) {
        blocksReceived += Integer.parseInt(answered.group(3));
      } else {
        headersReceived += Integer.parseInt(answered.group(3));
      }
    } else if (inserted.find()) {
      tip = Long.parseLong(inserted.group(1));
    }
  }

  private static boolean asksForBlocks(String what) {
    return what.equals("blocks") || what.equals("bodies");
  }

  boolean isInBlocks() {
    return blockQuestions > 0;
  }

  int headerQuestions() {
    return headerQuestions;
  }

  int blockQuestions() {
    return blockQuestions;
  }

  /** What the store held when the run began. */
  long firstTip() {
    return firstTip;
  }

  /** The number of blocks that the run reported as stored. */
  long tip() {
    return tip;
  }

  long blocksReceived() {
    return blocksReceived;
  }

  long headersReceived() {
    return headersReceived;
  }

  /** Headers and blocks that were asked for and had not come. */
  long inFlight() {
    return open.values().stream().mapToLong(Integer::longValue).sum();
  }
}
