package dev.windlass.node;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * When the stored chain counts as current: its tip is young enough, the last checkpoint is part of
 * it, and no followed peer claims a head that a header proves to be far above it.
 *
 * <p>A node that follows no peers has no such limits, since its operator says how far it goes.
 *
 * @param lastCheckpoint the highest checkpoint, which the chain must have reached
 * @param tipAgeMax how old the timestamp of the tip may be
 */
public record CurrentRule(Optional<BlockId> lastCheckpoint, Optional<Duration> tipAgeMax) {
  /** Any chain is current. */
  public static final CurrentRule NONE = new CurrentRule(Optional.empty(), Optional.empty());

  /**
   * The age at which btcd takes its own tip for old. No public network has been without a block for
   * a day.
   */
  public static final Duration TIP_AGE_MAX = Duration.ofHours(24);

  /** Nodes drop announcements of blocks that are further above their tip than this. */
  private static final long BEHIND_MAX = 32;

  public CurrentRule {
    Objects.requireNonNull(lastCheckpoint);
    Objects.requireNonNull(tipAgeMax);
  }

  /** For a node that follows peers. */
  static CurrentRule following(List<BlockId> checkpoints, Optional<Duration> tipAgeMax) {
    Optional<BlockId> last =
        checkpoints.isEmpty()
            ? Optional.empty()
            : Optional.of(checkpoints.get(checkpoints.size() - 1));
    return new CurrentRule(last, tipAgeMax);
  }

  /** How old the tip is, if it is too old. */
  Optional<Duration> overAge(BlockHeader tip, Instant now) {
    return tipAgeMax
        .map(max -> Duration.between(Instant.ofEpochSecond(tip.timestamp()), now))
        .filter(age -> age.compareTo(tipAgeMax.orElseThrow()) > 0);
  }

  /** The number of the last checkpoint, if it lies above this block. Else -1. */
  long checkpointAbove(long number) {
    return lastCheckpoint.map(BlockId::number).filter(above -> above > number).orElse(-1L);
  }

  /**
   * Whether new blocks of this chain are news to other nodes.
   *
   * @param bestClaimed the highest number that a followed peer claims and a header proves, or -1
   */
  boolean isCurrent(BlockHeader tip, long bestClaimed, Instant now) {
    return checkpointAbove(tip.number()) < 0
        && bestClaimed - tip.number() <= BEHIND_MAX
        && overAge(tip, now).isEmpty();
  }

  /**
   * Whether a block that is about to be stored is news to other nodes, and the newest one known.
   */
  boolean isNewest(BlockHeader block, long bestClaimed, Instant now) {
    return block.number() >= bestClaimed && isCurrent(block, bestClaimed, now);
  }
}
