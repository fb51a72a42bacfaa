package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Sync;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Checks which heads are synced. After a stall or a false number, no sync may be for a head of that
 * peer until its cool-down ends, while the steady node is connected. No sync may give way unless
 * another peer has shown the head that it claims. Lives as long as its simulation, which must not
 * restart.
 */
final class ElectionRules implements Watcher {
  private final Simulation simulation;
  private final PeerId steady;
  private final Function<PeerId, Hash> claimed;
  private final Map<PeerId, Long> coolsUntil = new HashMap<>();

  /** Peers that have shown a head which they claimed then. */
  private final Set<PeerId> showing = new HashSet<>();

  private int failures;
  private int done;
  private long stalls;

  /**
   * @param claimed the head that a node claims now
   */
  ElectionRules(Simulation simulation, PeerId steady, Function<PeerId, Hash> claimed) {
    this.simulation = simulation;
    this.steady = steady;
    this.claimed = claimed;
  }

  /** How often a peer stalled or claimed a false number. */
  long stalls() {
    return stalls;
  }

  @Override
  public void received(PeerId peer, Asked asked, Delivery<?> delivery) {
    Hash head = claimed.apply(peer);
    for (Object item : delivery.items()) {
      boolean isHeader = item instanceof BlockHeader header && header.hash().equals(head);
      boolean isBlock = item instanceof Block block && block.hash().equals(head);
      if (isHeader || isBlock) {
        showing.add(peer);
      }
    }
  }

  @Override
  public Optional<String> started(Hash anchor, Optional<PeerId> origin) {
    Optional<String> violation = look();
    boolean isCooling =
        origin.filter(peer -> simulation.now() < coolsUntil.getOrDefault(peer, 0L)).isPresent()
            && simulation.connected().containsKey(steady);
    return isCooling
        ? Optional.of("a sync is for a head of " + origin.get() + ", which cools down")
        : violation;
  }

  /** Takes in the syncs that have ended since the last event. */
  Optional<String> look() {
    while (done < simulation.done().size()) {
      SyncSummary summary = simulation.done().get(done++);
      if (summary.links() > 0) {
        summary.origin().ifPresent(coolsUntil::remove);
      }
    }
    Optional<String> violation = Optional.empty();
    while (failures < simulation.failures().size()) {
      Simulation.Failure failure = simulation.failures().get(failures++);
      PeerId origin = failure.summary().origin().orElse(null);
      boolean isStall =
          failure.explanation().startsWith(Sync.TOO_SLOW)
              || failure.error() == SyncError.FALSE_NUMBER;
      if (isStall && simulation.connected().containsKey(origin)) {
        stalls++;
        coolsUntil.put(origin, simulation.now() + simulation.limits().coolDownNanos());
      } else if (failure.explanation().contains("gives way") && !isShownBesides(origin)) {
        violation = Optional.of("the sync for " + origin + " gave way to a head not shown");
      }
    }
    return violation;
  }

  private boolean isShownBesides(PeerId origin) {
    return simulation.connected().keySet().stream()
        .anyMatch(peer -> !peer.equals(origin) && showing.contains(peer));
  }
}
