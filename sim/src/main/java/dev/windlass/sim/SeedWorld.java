package dev.windlass.sim;

/** One simulation that a seed describes wholly. */
interface SeedWorld {
  /** Runs to the end; what was broken, or empty. */
  String run();

  Simulation simulation();
}
