package dev.windlass.sim;

import java.util.Optional;

/** A condition that must hold after every event. */
@FunctionalInterface
public interface Invariant {
  /** The violation. Empty if the invariant holds. */
  Optional<String> violation(Simulation simulation);
}
