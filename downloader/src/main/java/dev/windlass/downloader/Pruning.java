package dev.windlass.downloader;

import dev.windlass.downloader.links.StoreJob;

/**
 * Decides when the floor of the history moves up, if less history is wanted than is stored.
 *
 * <p>Owned by the downloader. It moves between syncs only, and no sync begins before it has moved.
 * The newest blocks stay whatever is wanted, since a reorg may replace them.
 */
final class Pruning {
  /** A reorg that shortens the chain by less does not make more history wanted again. */
  private static final int SLACK_DIVISOR = 16;

  private final CoreState context;
  private boolean isMoving;

  Pruning(CoreState context) {
    this.context = context;
  }

  /** Moves the floor if that is due. Call it between syncs. */
  void step() {
    if (!isMoving && isDue()) {
      isMoving = true;
      context.store(new StoreJob.Raise(lowest()));
    }
  }

  /** The floor has moved, or cannot. */
  void moved() {
    isMoving = false;
  }

  /** Whether the store moves the floor. */
  boolean isMoving() {
    return isMoving;
  }

  private boolean isDue() {
    History history = context.limits.history();
    long lowest = lowest();
    // If the tip goes on, many blocks are deleted at once.
    boolean isLast = history.kind() != History.Kind.BLOCKS && lowest == history.lowest();
    long apart = isLast ? 1 : context.limits.prunedKeeping();
    return history.isPruning() && lowest - context.root().number() >= apart;
  }

  private long lowest() {
    History history = context.limits.history();
    int keeping = context.limits.prunedKeeping();
    long slack = history.kind() == History.Kind.BLOCKS ? keeping / SLACK_DIVISOR : 0;
    long lowest = history.below(context.tip.number()).lowest() - slack;
    return Math.min(lowest, context.tip.number() - keeping);
  }
}
