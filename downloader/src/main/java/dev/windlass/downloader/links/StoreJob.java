package dev.windlass.downloader.links;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.Downloader;
import java.util.List;

/** A piece of work for the store. Its lists must not change. */
public sealed interface StoreJob {
  /** Runs on the store's thread. */
  StoreEvent doWith(StoreWork work);

  /** A short name, for a trace. */
  default String brief() {
    return getClass().getSimpleName();
  }

  /**
   * Answered by {@link Downloader#onPrepared}.
   *
   * @param isAnchorTrusted whether an anchor that is already stored becomes the canonical head
   */
  record Prepare(long sync, Hash anchor, boolean isAnchorTrusted) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.prepare(sync, anchor, isAnchorTrusted);
    }
  }

  /** Answered by {@link Downloader#onPrepared}. */
  record PrepareGap(long sync, Gap gap) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.prepareGap(sync, gap);
    }
  }

  /** Answered by {@link Downloader#onAppended}. */
  record AppendHeaders(long sync, HashChain chain, List<BlockHeader> newestFirst)
      implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.appendHeaders(sync, chain, newestFirst);
    }
  }

  /** Answered by {@link Downloader#onAppended}. */
  record AppendLinks(long sync, HashChain chain, List<Hash> newestFirst, Hash next)
      implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.appendLinks(sync, chain, newestFirst, next);
    }
  }

  /** Answered by {@link Downloader#onLinksLoaded}. */
  record LoadLinks(long sync, HashChain chain, long anchorNumber, long number, int max)
      implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.loadLinks(sync, chain, anchorNumber, number, max);
    }
  }

  /**
   * Answered by {@link Downloader#onInserted} or {@link Downloader#onInsertFailed}.
   *
   * @param isTrusted whether a trusted hash leads to the run
   */
  record Insert(long sync, List<Block> run, boolean makeCanonical, boolean isTrusted)
      implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.insert(sync, run, makeCanonical, isTrusted);
    }

    @Override
    public String brief() {
      return "insert " + run.get(0).number() + "+" + run.size();
    }
  }

  /** Answered by {@link Downloader#onSkipped} or {@link Downloader#onSkipRefused}. */
  record Skip(long sync, HashChain chain, long anchorNumber, long from, long to)
      implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.skip(sync, chain, anchorNumber, from, to);
    }

    @Override
    public String brief() {
      return "skip " + from + " to " + to;
    }
  }

  /** Answered by {@link Downloader#onFinished}. */
  record Finish(long sync, HashChain chain) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      return work.finish(sync, chain);
    }
  }

  /**
   * Forgets the links of a chain that may be false: its claimed links and, if its anchor is not
   * trusted, the proven links below it.
   */
  record Discard(HashChain chain, boolean isAnchorTrusted) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      work.discard(chain, isAnchorTrusted);
      return StoreEvent.NOTHING;
    }
  }

  record RecordCheckpoint(BlockId checkpoint) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      work.recordCheckpoint(checkpoint);
      return StoreEvent.NOTHING;
    }
  }

  record RecordBan(Hash hash, String evidence) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      work.putBan(hash, evidence);
      return StoreEvent.NOTHING;
    }
  }

  record ForgetBan(Hash hash) implements StoreJob {
    @Override
    public StoreEvent doWith(StoreWork work) {
      work.removeBan(hash);
      return StoreEvent.NOTHING;
    }
  }
}
