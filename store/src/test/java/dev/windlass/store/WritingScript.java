package dev.windlass.store;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import dev.windlass.chain.store.Segment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * An endless, repeatable sequence of writes. Each sync writes its hash chain, proven or claimed,
 * then its blocks, and then removes its segment. Each third sync is a reorg.
 */
final class WritingScript {
  private static final int BATCH = 40;
  private static final int BATCHES = 6;
  private static final int STEPS_PER_SYNC = 2 * BATCHES + 4;

  private final BlockStore store;
  private List<Block> canonical = new ArrayList<>(List.of(TestBlocks.genesis()));
  private List<Block> sync = List.of();
  private Segment segment;

  WritingScript(BlockStore store) {
    this.store = store;
  }

  /** Does step n. The caller must have done all steps before it, in order. */
  void step(int n) {
    int number = n / STEPS_PER_SYNC;
    int step = n % STEPS_PER_SYNC;
    if (step == 0) {
      begin(number);
    }
    if (step < BATCHES) {
      appendBatch(step);
    } else if (step < 2 * BATCHES) {
      int from = (step - BATCHES) * BATCH;
      boolean isLast = step == 2 * BATCHES - 1;
      store.insert(sync.subList(from, from + BATCH), isLast);
    } else if (step == 2 * BATCHES) {
      store.putBan(Hash.ofLongs(n, 0, 0, 0), "step " + n);
    } else if (step == 2 * BATCHES + 1) {
      Instant since = Instant.ofEpochMilli(n);
      PeerBan ban =
          new PeerBan(
              PeerId.of("peer " + n % 3), "", since, since, n, Offence.FABRICATED, "step " + n);
      store.putPeerBan(ban, new byte[] {(byte) n});
    } else if (step == 2 * BATCHES + 2) {
      Instant at = Instant.ofEpochMilli(n);
      store.putPeerScore(new PeerScore(PeerId.of("peer " + n % 3), n, at, n % 2, at));
    } else {
      store.removeSegment(segment.id());
      sweep(store);
      canonical.addAll(sync);
    }
  }

  /** Deletes all data of removed segments. Returns in how many batches. */
  static int sweep(BlockStore store) {
    int parts = 1;
    while (store.sweep()) {
      parts++;
    }
    return parts;
  }

  private void begin(int number) {
    boolean isReorg = number % 3 == 2;
    if (isReorg) {
      canonical = new ArrayList<>(canonical.subList(0, canonical.size() - 170));
    }
    sync = TestBlocks.on(TestBlocks.last(canonical), BATCH * BATCHES, number);
    boolean isProven = number % 2 == 0;
    segment = Segment.empty(number, TestBlocks.last(sync).hash(), isProven);
  }

  private void appendBatch(int batch) {
    int to = sync.size() - batch * BATCH;
    List<Block> blocks = sync.subList(to - BATCH, to);
    List<BlockHeader> headers = TestBlocks.headersNewestFirst(blocks);
    segment = segment.grown(BATCH, blocks.get(0).parentHash());
    if (segment.isProven()) {
      segment = segment.numbered(TestBlocks.last(sync).number());
      store.appendHeaders(segment, headers);
    } else {
      store.appendLinks(segment, TestBlocks.hashesNewestFirst(blocks));
    }
  }
}
