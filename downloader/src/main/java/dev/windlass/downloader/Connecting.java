package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.links.StoreJob;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The only phase of a sync of announced blocks, which needs no request. The store inserts them run
 * by run.
 */
final class Connecting extends StorePhase {
  private final CoreState context;
  private final Sync sync;
  private final Map<Hash, PeerId> senders = new HashMap<>();
  private final Deque<List<Block>> inserting = new ArrayDeque<>();

  Connecting(CoreState context, Sync sync, Orphans.Descendants descendants) {
    this.context = context;
    this.sync = sync;
    for (List<AnnouncedBlocks.Held> run : descendants.runs()) {
      run.forEach(held -> senders.put(held.block().hash(), held.from()));
      List<Block> blocks = run.stream().map(AnnouncedBlocks.Held::block).toList();
      boolean isNewHead =
          sync.isReplacing && blocks.get(blocks.size() - 1).hash().equals(sync.anchor);
      inserting.addLast(blocks);
      // Inserts that a failed sync has queued may raise the tip first. The higher tip then stays.
      context.store(new StoreJob.Insert(sync.id, blocks, isNewHead, false));
    }
  }

  @Override
  public void onInserted(BlockId tip, int blocks, long bytes) {
    context.tally.blocks += blocks;
    context.tally.bytes += bytes;
    sync.blocksInserted += blocks;
    context.heights.stored(inserting.removeFirst());
  }

  /** An invalid block is the fault of the peer that sent it, and not of those that sent others. */
  @Override
  public Optional<PeerId> senderOf(Hash block) {
    return Optional.ofNullable(senders.get(block));
  }

  @Override
  public boolean isDone() {
    return inserting.isEmpty();
  }
}
