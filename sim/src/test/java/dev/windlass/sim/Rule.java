package dev.windlass.sim;

import java.util.Locale;
import java.util.Set;

/**
 * The rules of the random worlds beside safety and liveness.
 *
 * <p>A rule that the core does not keep yet is off. {@code -Dwindlass.worlds=NAME,NAME} or {@code
 * all} switches it on.
 */
enum Rule {
  /** Each waiting reason is true if it is given. */
  REASONS_ARE_TRUE(true),
  /** An idle core has a waiting reason if a head or an anchor is wanted. */
  IDLE_SAYS_WHY(true),
  /** A node that serves what it announces is neither dropped nor banned. */
  HONEST_STAY(true),
  /** One thin line carries each byte about once. */
  BYTES_COME_ONCE(true),
  /** No header is asked for twice by number without an accident. */
  HEADERS_COME_ONCE(true),
  /** An anchor above a banned block, or on another chain, ends with its reason. */
  BAD_ANCHORS_END(true),
  /** Links do not outlive blocks that were announced whole. */
  LINKS_END_WITH_BLOCKS(true),
  /** No sync starts for an anchor that the operator withdrew. */
  WITHDRAWN_IS_LEFT(true);

  private static final Set<String> ON =
      Set.of(System.getProperty("windlass.worlds", "").toUpperCase(Locale.ROOT).split(","));

  private final boolean isKept;

  Rule(boolean isKept) {
    this.isKept = isKept;
  }

  boolean isOn() {
    return isOn(name(), isKept);
  }

  static boolean isOn(String name, boolean isKept) {
    return isKept || ON.contains("ALL") || ON.contains(name);
  }
}
