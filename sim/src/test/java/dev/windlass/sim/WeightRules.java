package dev.windlass.sim;

import dev.windlass.chain.BlockId;
import java.math.BigInteger;
import java.util.Optional;

/**
 * Checks that the tip of a world without anchors moves to heavier chains only. Owned by its world.
 */
final class WeightRules {
  private final Simulation simulation;
  private BlockId tip;
  private BigInteger weight;

  WeightRules(Simulation simulation) {
    this.simulation = simulation;
    lookAgain();
  }

  /** Takes the tip as it is, since a power cut has moved it. */
  void lookAgain() {
    tip = simulation.store().tip();
    weight = simulation.store().totalDifficulty(tip).orElseThrow();
  }

  /** The fault of the last move. Empty if there is none. */
  Optional<String> holds() {
    BlockId before = tip;
    BigInteger weightBefore = weight;
    if (simulation.store().tip().equals(before)) {
      return Optional.empty();
    }
    lookAgain();
    // A branch whose lower bodies no peer serves becomes canonical from below.
    boolean isSkipped = simulation.store().known(tip.hash()).isEmpty();
    return isSkipped || weight.compareTo(weightBefore) > 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                "the tip moved from %s of weight %d to %s of weight %d",
                before, weightBefore, tip, weight));
  }
}
