package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Checks that the sync of another peer's head gives way to the head of the steady node, once that
 * node has shown it, unless both claim the same head. It has its first turn within a forced cycle
 * and the time to wind down. After a sync of its own it may wait longer, and is not judged any
 * more.
 */
final class TurnRules implements Watcher {
  private static final long SLACK_NANOS = 10_000_000_000L;

  private final Simulation simulation;
  private final PeerId steady;
  private final Supplier<BlockId> head;
  private final long waitNanosMax;

  private BlockId shown;
  private long shownNanos;
  private Hash anchor;
  private Optional<PeerId> origin = Optional.empty();
  private long startedNanos;
  private boolean hadTurn;

  /**
   * @param head that the steady node has now
   */
  TurnRules(Simulation simulation, PeerId steady, Supplier<BlockId> head) {
    this.simulation = simulation;
    this.steady = steady;
    this.head = head;
    waitNanosMax =
        simulation.limits().forcedCycleNanos() + simulation.limits().turnNanos() + SLACK_NANOS;
  }

  @Override
  public void connected(PeerId peer) {
    shown = peer.equals(steady) ? null : shown;
  }

  @Override
  public void received(PeerId peer, Asked asked, Delivery<?> delivery) {
    BlockId claimed = head.get();
    if (!peer.equals(steady) || claimed.equals(shown)) {
      return;
    }
    for (Object item : delivery.items()) {
      boolean isHeader = item instanceof BlockHeader header && header.id().equals(claimed);
      boolean isBlock = item instanceof Block block && block.id().equals(claimed);
      if (isHeader || isBlock) {
        shown = claimed;
        shownNanos = simulation.now();
      }
    }
  }

  @Override
  public Optional<String> started(Hash newAnchor, Optional<PeerId> by) {
    anchor = newAnchor;
    origin = by;
    startedNanos = simulation.now();
    hadTurn |= by.equals(Optional.of(steady));
    return Optional.empty();
  }

  /** Looks after each event whether a turn is over. */
  Optional<String> areKept() {
    boolean isWaiting =
        !hadTurn
            && origin.isPresent()
            && !simulation.downloader().isIdle()
            && head.get().equals(shown)
            && !shown.hash().equals(anchor)
            && simulation.connected().containsKey(steady)
            && shown.number() > simulation.store().tip().number();
    long waited = simulation.now() - Math.max(startedNanos, shownNanos);
    return isWaiting && waited > waitNanosMax
        ? Optional.of("the sync for " + origin.get() + " does not give way to " + steady)
        : Optional.empty();
  }
}
