package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.downloader.links.RunCheck;
import java.util.List;
import java.util.Objects;

/**
 * What a node trusts beside its root and the anchors of its operator, and what it checks of the
 * rest.
 *
 * @param checkpoints trusted blocks that every chain must pass through
 * @param check the check of blocks to which no trusted hash leads
 */
public record Trust(List<BlockId> checkpoints, RunCheck check) {
  public static final Trust ROOT_ONLY = new Trust(List.of());

  public Trust {
    checkpoints = List.copyOf(checkpoints);
    Objects.requireNonNull(check);
  }

  /** Checks only what hashes prove. */
  public Trust(List<BlockId> checkpoints) {
    this(checkpoints, RunCheck.NOTHING_MORE);
  }
}
