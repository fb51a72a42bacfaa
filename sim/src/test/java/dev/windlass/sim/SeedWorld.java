package dev.windlass.sim;

import java.util.Map;

/** One simulation that a seed describes wholly. */
interface SeedWorld {
  /** Runs to the end; what was broken, or empty. */
  String run();

  Simulation simulation();

  /** What happened in it beyond what the core counts. */
  default Map<String, Long> seen() {
    return Map.of();
  }
}
