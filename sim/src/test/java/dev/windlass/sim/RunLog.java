package dev.windlass.sim;

import dev.windlass.chain.Head;
import dev.windlass.downloader.Announcement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What happened in a simulation: its digest, its first violation and, if wanted, its lines. */
public final class RunLog {
  private final Timeline timeline;
  private final List<String> lines = new ArrayList<>();
  private boolean isTracing;
  private long digest;
  private String violation = "";

  RunLog(Timeline timeline) {
    this.timeline = timeline;
  }

  /** Keeps the lines from now on. */
  void trace() {
    isTracing = true;
  }

  void note(Supplier<String> what) {
    if (isTracing) {
      lines.add(timeline.now() / 1_000 + " us " + what.get());
    }
  }

  void mix(long value) {
    digest = (digest ^ value) * 0x9E3779B97F4A7C15L;
    digest ^= digest >>> 29;
  }

  /** Only the first violation counts. */
  void violate(String what) {
    if (!isViolated()) {
      violation = what;
      note(() -> "VIOLATION " + what);
    }
  }

  boolean isViolated() {
    return !violation.isEmpty();
  }

  /** The violated invariant. Empty if there is none. */
  public String violation() {
    return violation;
  }

  /** Equal for two equal runs. */
  public long digest() {
    return digest;
  }

  public List<String> lines() {
    return lines;
  }

  /** An announcement as it stands in the log. */
  static String brief(Announcement said) {
    long number = said.head().number();
    String at = number == Head.NUMBER_UNKNOWN ? " head " : " head " + number + " ";
    return at + said.head().hash().shortHex() + (said.replaces() ? " replacing" : "");
  }
}
