package dev.windlass.sim;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Downloader;
import dev.windlass.downloader.Progress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Checks that the height of a peer never falls, and that it is known if the peer's head is the tip.
 * Lives as long as its simulation.
 */
final class HeightRules implements Watcher {
  private final Simulation simulation;
  private final Map<String, Long> heights = new HashMap<>();
  private Downloader core;
  private BlockId judged;

  HeightRules(Simulation simulation) {
    this.simulation = simulation;
  }

  @Override
  public void connected(PeerId peer) {
    heights.remove(peer.name());
    judged = null;
  }

  /** The invariant. It is judged between syncs, when the tip or the peers have changed. */
  Optional<String> areTrue() {
    Downloader now = simulation.downloader();
    BlockId tip = simulation.store().tip();
    if (now != core) {
      heights.clear();
    } else if (tip.equals(judged)) {
      return Optional.empty();
    }
    core = now;
    if (!now.isIdle() || simulation.isStoreWorking()) {
      return Optional.empty();
    }
    judged = tip;
    Progress progress = simulation.progress();
    for (Progress.PeerView peer : progress.peers()) {
      long before = heights.getOrDefault(peer.id(), peer.height());
      heights.put(peer.id(), peer.height());
      if (peer.height() < before) {
        return Optional.of("the height of " + peer.id() + " fell from " + before);
      }
      boolean isAtTip = peer.head().equals(progress.tip().hash().toString());
      if (isAtTip && peer.height() < progress.tip().number()) {
        return Optional.of("the head of " + peer.id() + " is the tip, but not its height");
      }
    }
    return Optional.empty();
  }
}
