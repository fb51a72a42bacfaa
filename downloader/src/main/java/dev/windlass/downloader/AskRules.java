package dev.windlass.downloader;

import dev.windlass.chain.Hash;
import dev.windlass.peerset.Origin;
import dev.windlass.peerset.Peer;
import dev.windlass.peerset.ServedRange;
import dev.windlass.peerset.Wanted;
import dev.windlass.queue.ReservationQueue.RequestBudget;
import java.util.function.Predicate;

/** What a peer may be asked for while blocks are fetched, and how much of it. */
final class AskRules {
  /** A usual header. */
  private static final int HEADER_BYTES = 600;

  private final CoreState context;
  private final Sync sync;

  AskRules(CoreState context, Sync sync) {
    this.context = context;
    this.sync = sync;
  }

  /** What a peer lacks, or owes another part of the core, or another peer will bring in time. */
  Predicate<Hash> unsuitable(Peer peer, Wanted.Item item) {
    boolean isAllSuitable =
        item == Wanted.Item.BLOCK
            && peer.isUnrestricted(context.nowNanos)
            && !context.peers.isAnyAskedBesides(item);
    if (isAllSuitable) {
      return hash -> false;
    }
    Predicate<Hash> isRuledOut =
        item == Wanted.Item.BLOCK
            ? hash -> isRuledOut(peer, hash)
            : hash -> peer.lacks(hash) || !context.mayAsk(peer, Origin.header(hash));
    return hash ->
        isRuledOut.test(hash)
            || context.isAwaitedBesides(item, hash)
            || context.peers.isAskedBesides(peer.id(), item, hash);
  }

  boolean isRuledOut(Peer peer, Hash block) {
    return peer.lacks(block)
        || context.hasLackedLately(peer, block)
        || !context.mayAsk(peer, block);
  }

  /** How many blocks or bodies, and from which numbers. */
  RequestBudget blocks(Peer peer) {
    long bytesMax = Math.min(peer.capacityBytes(), context.answerBytesMax());
    return within(peer.range(Wanted.Item.BLOCK), peer.capacity(), bytesMax);
  }

  /** The same for headers. */
  RequestBudget headers(Peer peer) {
    long byLine = Math.max(1, context.answerBytesMax() / HEADER_BYTES);
    int most = (int) Math.min(context.limits.peers().headersPerRequestMax(), byLine);
    return within(peer.range(Wanted.Item.HEADER), most, Long.MAX_VALUE);
  }

  /** Only a search tries a peer out beyond its range, and only if headers prove the links. */
  private RequestBudget within(ServedRange range, int itemsMax, long bytesMax) {
    long from = context.queue.offset();
    return new RequestBudget(
        itemsMax,
        bytesMax,
        range.lowest(from),
        sync.isProven() ? range.highest(from) : Long.MAX_VALUE);
  }
}
