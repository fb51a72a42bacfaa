package dev.windlass.sim;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.Downloader;
import dev.windlass.downloader.Progress.PeerView;
import dev.windlass.downloader.Progress.WaitingReason;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Checks that the waiting reason of the core is true.
 *
 * <p>Lives as long as its simulation. It knows what an operator could know: the peers, the open
 * questions with their times, and whether the store works.
 */
final class Reasons implements Watcher {
  /** No peer counts as slow below this. Requests to slow peers are late from the start. */
  private static final long SLOW_NANOS_MIN = 250_000_000L;

  /** No peer counts as meagre if none brings more than so many times as much. */
  private static final int MEAGRE_DIVISOR = 8;

  private final Simulation simulation;
  private final BooleanSupplier isAnchorWanted;
  private final BooleanSupplier isHeadWanted;

  /** The times of the open questions since the last start of the core. */
  private final Map<Long, Long> openSince = new HashMap<>();

  private Downloader core;
  private long timeoutsBefore;
  private boolean mayRest;

  /**
   * @param isAnchorWanted whether the operator named an anchor that has to be synced
   * @param isHeadWanted whether a followed node has a head that has to be synced
   */
  Reasons(Simulation simulation, BooleanSupplier isAnchorWanted, BooleanSupplier isHeadWanted) {
    this.simulation = simulation;
    this.isAnchorWanted = isAnchorWanted;
    this.isHeadWanted = isHeadWanted;
  }

  @Override
  public Optional<String> asked(PeerId peer, Asked asked) {
    forgetOldCore();
    openSince.put(asked.ticket(), simulation.now());
    return Optional.empty();
  }

  @Override
  public void answered(PeerId peer, Asked asked, Verdict verdict) {
    forgetOldCore();
    openSince.remove(asked.ticket());
    mayRest |= verdict != Verdict.COMPLETE;
  }

  private void forgetOldCore() {
    if (core != simulation.downloader()) {
      core = simulation.downloader();
      openSince.clear();
      mayRest = false;
      timeoutsBefore = 0;
    }
  }

  /** The invariant. */
  Optional<String> areTrue() {
    forgetOldCore();
    Downloader now = simulation.downloader();
    Optional<WaitingReason> reason = now.waiting();
    if (reason.isEmpty()) {
      boolean isWanted =
          isAnchorWanted.getAsBoolean()
              || (Rule.IDLE_SAYS_WHY.isOn() && isHeadWanted.getAsBoolean());
      return !now.isIdle() || isWanted
          ? Optional.of("nothing moves, and no reason is given")
          : Optional.empty();
    }
    return Rule.REASONS_ARE_TRUE.isOn() && !isTrue(reason.get())
        ? Optional.of(
            "the reason is "
                + reason.get()
                + " with "
                + simulation.connected().size()
                + " peers, "
                + now.holdings().inFlightRequests()
                + " requests in flight, the store "
                + (simulation.isStoreWorking() ? "at work" : "at rest"))
        : Optional.empty();
  }

  private boolean isTrue(WaitingReason reason) {
    boolean isAsking = simulation.downloader().holdings().inFlightRequests() > 0;
    return switch (reason) {
      case PAUSED -> simulation.isPaused();
      case NO_HEAD -> !isAnchorWanted.getAsBoolean() && !isHeadWanted.getAsBoolean();
      case NO_PEERS -> simulation.connected().isEmpty();
      case CHOOSING_HEAD, HEAD_UNSERVED -> !simulation.connected().isEmpty();
      // No world has a limit.
      case BANDWIDTH_LIMIT -> false;
      case PEERS_BUSY -> isAsking || mayRest() || simulation.downloader().isHoldingBack();
      case WINDOW_FULL -> isAsking || simulation.isStoreWorking();
      case STORE_BUSY -> simulation.isStoreWorking();
      case FRONTIER_STALLED -> isAsking && isAnyLate();
    };
  }

  /** Whether a peer may back off, after a timeout or an answer without the requested items. */
  private boolean mayRest() {
    mayRest |= simulation.progress().counters().timeouts() > timeoutsBefore;
    return mayRest;
  }

  private boolean isAnyLate() {
    long since = simulation.now() - simulation.limits().peers().lateNanosMin();
    if (openSince.values().stream().anyMatch(at -> at <= since)) {
      return true;
    }
    return simulation.progress().peers().stream()
        .anyMatch(peer -> peer.roundTripNanos() > SLOW_NANOS_MIN || isMeagre(peer));
  }

  /** Whether another peer brings many times as many blocks as this one. */
  private boolean isMeagre(PeerView meagre) {
    return meagre.capacityBlocks() < simulation.limits().peers().blocksPerRequestFirst()
        && simulation.progress().peers().stream()
            .anyMatch(peer -> peer.capacityBlocks() > MEAGRE_DIVISOR * meagre.capacityBlocks());
  }
}
