package dev.windlass.downloader.links;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Breach;
import java.util.Objects;

/**
 * Why the store does not take a block.
 *
 * @param block the first bad block of a run
 * @param breach the rule that it breaks
 */
public record Rejection(BlockId block, Breach breach) {
  /** The chain of the block leaves the stored chain below a checkpoint that this has passed. */
  public static final String CHECKPOINT = "checkpoint";

  public Rejection {
    Objects.requireNonNull(block);
    Objects.requireNonNull(breach);
  }

  public boolean isOfCheckpoint() {
    return breach.rule().equals(CHECKPOINT);
  }
}
