package dev.windlass.sim;

import dev.windlass.chain.Block;
import java.util.List;
import java.util.Optional;

/** Checks each run before its insert. */
@FunctionalInterface
public interface InsertCheck {
  /** The violation. Empty if the run may be inserted. */
  Optional<String> violation(List<Block> run);
}
