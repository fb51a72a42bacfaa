package dev.windlass.sim;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Progress;
import java.util.Optional;

/**
 * Checks that no block is asked for that a peer has sent unasked, and that waits for its parent.
 * Lives as long as its simulation.
 */
final class AnnouncedOnce implements Watcher {
  /** In a smaller window an announced block may find no room. */
  private static final long WINDOW_BYTES_MIN = 1 << 20;

  private final Simulation simulation;

  AnnouncedOnce(Simulation simulation) {
    this.simulation = simulation;
  }

  @Override
  public Optional<String> asked(PeerId peer, Asked asked) {
    boolean isWide = simulation.limits().queue().windowBytesMax() >= WINDOW_BYTES_MIN;
    // A cross-check and a search ask for single blocks outside the window.
    boolean isForWindow =
        simulation.downloader().holdings().openSearchQuestions() == 0
            && simulation.progress().phase() == Progress.Phase.FETCHING_BLOCKS;
    if (!isWide || !isForWindow) {
      return Optional.empty();
    }
    for (Hash hash : AskingRules.blocks(asked.question())) {
      if (simulation.downloader().holdings().holdsAnnounced(hash)) {
        return Optional.of("block " + hash + " was announced whole and is asked for");
      }
    }
    return Optional.empty();
  }
}
