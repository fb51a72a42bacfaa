package dev.windlass.downloader;

import dev.windlass.chain.store.Link;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.downloader.links.StoreJob;
import java.util.List;
import java.util.Optional;

/**
 * The phase in which the store looks up the links that it already holds of the chain, or the floor
 * of its history. No requests are sent meanwhile.
 */
final class Preparing implements Phase {
  private final CoreState context;
  private final Sync sync;
  private List<Long> joinHeights = List.of();

  /** The next phase. Null while the store works. */
  private Phase next;

  Preparing(CoreState context, Sync sync) {
    this.context = context;
    this.sync = sync;
  }

  @Override
  public Phase onPrepared(HashChain chain, List<Long> newJoinHeights) {
    sync.resume(chain);
    joinHeights = newJoinHeights;
    boolean mayEndAtFloor =
        !chain.isComplete()
            && chain.links() > 0
            && chain.nextNumber() >= 0
            && context.isFloorOpen()
            && context.limits.history().isSought();
    if (!mayEndAtFloor) {
      return new HashFetch(context, sync, joinHeights);
    }
    long lowest = chain.nextNumber() + 1;
    long anchorNumber = chain.nextNumber() + chain.links();
    context.store(new StoreJob.LoadLinks(sync.id, chain, anchorNumber, lowest, 1));
    return this;
  }

  /** The store has loaded the lowest stored link. */
  @Override
  public void onLinksLoaded(List<Link> oldestFirst) {
    sync.isAtFloor = context.limits.history().beginsWith(oldestFirst.get(0).hash());
    next = new HashFetch(context, sync, joinHeights);
  }

  @Override
  public Progress.Phase name() {
    return Progress.Phase.PREPARING;
  }

  @Override
  public Phase progress() {
    return next == null ? this : next;
  }

  @Override
  public Optional<Progress.WaitingReason> waiting() {
    return Optional.of(Progress.WaitingReason.STORE_BUSY);
  }
}
