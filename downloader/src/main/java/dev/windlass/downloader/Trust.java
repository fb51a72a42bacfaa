package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import java.util.List;

/**
 * What a node trusts beside its root and the anchors of its operator.
 *
 * @param checkpoints trusted blocks that every chain must pass through
 */
public record Trust(List<BlockId> checkpoints) {
  public static final Trust ROOT_ONLY = new Trust(List.of());

  public Trust {
    checkpoints = List.copyOf(checkpoints);
  }
}
