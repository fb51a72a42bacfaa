package dev.windlass.p2p;

import dev.windlass.chain.store.PeerBan;
import dev.windlass.p2p.log.Repeats;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.event.Level;

/**
 * Decides when a node is dialled again, and at which level the reason of a failure is logged.
 *
 * <p>Owned by the node's context. It reads no clock.
 */
public final class DialSchedule {
  /** The most reasons that are remembered, so that a node cannot invent them without end. */
  static final int REASONS_MAX = 8;

  private final BackOff backOff;
  private final Repeats<String> told = new Repeats<>(REASONS_MAX);

  public DialSchedule(RandomGenerator random) {
    this.backOff = new BackOff(random);
  }

  /** The wait after a dial that failed. */
  public long millisAfterFailure() {
    return backOff.nextMillis(0, false);
  }

  /**
   * The wait after a connection has ended.
   *
   * @param wasUseful whether it delivered blocks
   */
  public long millisAfterConnection(Duration lasted, boolean wasUseful) {
    return backOff.nextMillis(lasted.toMillis(), wasUseful);
  }

  /** How long the node must not be dialled yet. 0 if it may be. */
  public static long millisHeldBack(Optional<PeerBan> ban, Instant now) {
    return ban.map(of -> Math.max(0, Duration.between(now, of.until()).toMillis())).orElse(0L);
  }

  /**
   * The level of a line with this reason. It is lower if the reason was logged already since the
   * last connection, and is not due.
   */
  public Level level(String because, long nowNanos) {
    return told.level(Level.INFO, because, nowNanos);
  }

  public void connected() {
    told.clear();
  }
}
