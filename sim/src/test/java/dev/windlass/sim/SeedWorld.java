package dev.windlass.sim;

import java.util.Map;

/** A simulation that a seed determines completely. */
interface SeedWorld {
  /** Runs to the end. Returns the violation, or an empty text. */
  String run();

  Simulation simulation();

  /** The counts of its events, beyond the counters of the core. */
  default Map<String, Long> seen() {
    return Map.of();
  }
}
