package dev.windlass.p2p;

import dev.windlass.p2p.log.Repeats;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.event.Level;

/**
 * When one node is dialled again, and whether the reason why it was refused is worth a line.
 *
 * <p>Owned by the node's context; reads no clock.
 */
final class DialSchedule {
  /** Reasons that are remembered; a node that invents more of them is not listened to. */
  static final int REASONS_MAX = 8;

  private final BackOff backOff;
  private final Repeats<String> told = new Repeats<>(REASONS_MAX);

  DialSchedule(RandomGenerator random) {
    this.backOff = new BackOff(random);
  }

  /** The wait after a dial that came to nothing. */
  long millisAfterFailure() {
    return backOff.nextMillis(0, false);
  }

  /**
   * The wait after a connection has ended.
   *
   * @param wasUseful whether blocks came over it
   */
  long millisAfterConnection(Duration lasted, boolean wasUseful) {
    return backOff.nextMillis(lasted.toMillis(), wasUseful);
  }

  /** How long the node may not be dialled yet; 0 if it may be. */
  static long millisHeldBack(Optional<PeerDirectory.Ban> ban, Instant now) {
    return ban.map(of -> Math.max(0, Duration.between(now, of.until()).toMillis())).orElse(0L);
  }

  /** The level of a line that says this reason: it is new since the node was connected, or due. */
  Level level(String because, long nowNanos) {
    return told.level(Level.INFO, because, nowNanos);
  }

  void connected() {
    told.clear();
  }
}
