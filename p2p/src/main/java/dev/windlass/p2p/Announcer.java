package dev.windlass.p2p;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the connected nodes what is new in the store.
 *
 * <p>Nodes of eth/69 hear which blocks there are, each 32 blocks. Those before hear of new blocks
 * once a sync of a few has ended, which is how it is while we follow a chain: the newest one goes
 * whole to the square root of the nodes that do not know it, the hashes to the others. A longer
 * sync is catching up; its last hash alone is announced. Nothing is announced but what is canonical
 * when it is read, which is after the sync has ended: what a sync that failed has left, and what
 * lies beside the chain, is no news. Blocks since the merge are not announced (EIP-3675).
 *
 * <p>Any thread may call it.
 */
public final class Announcer {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

  /** Up to so many new blocks are relayed: the distance of 2015's fetcher. */
  static final int RELAYED_MAX = 32;

  /** How far the range moves until it is told again: an epoch, as devp2p's eth.md has it. */
  static final int RANGE_BLOCKS = 32;

  private final Vertx vertx;
  private final LocalChain chain;
  private final TotalDifficulty difficulty;
  private final Map<PeerId, Listener> listeners = new ConcurrentHashMap<>();

  private volatile Runnable afterSync = () -> {};

  public Announcer(Vertx vertx, LocalChain chain, TotalDifficulty difficulty) {
    this.vertx = vertx;
    this.chain = chain;
    this.difficulty = difficulty;
  }

  /** The chain that other nodes are told of. */
  LocalChain chain() {
    return chain;
  }

  /** A node is there; its Status has named its head, and ours the range that it knows of. */
  void add(PeerId peer, PeerSession session) {
    Listener listener = new Listener(session, chain.chain().head());
    listener.known.add(session.head().hash());
    listeners.put(peer, listener);
  }

  void remove(PeerId peer) {
    listeners.remove(peer);
  }

  /** A node has this block: it need not be told. */
  void heard(PeerId peer, Hash hash) {
    Listener listener = listeners.get(peer);
    if (listener != null) {
      listener.known.add(hash);
    }
  }

  /** Blocks were stored; the chain ends at the tip now. */
  public void inserted(BlockId tip) {
    BlockRange range = new BlockRange(chain.chain().lowest().number(), tip.number(), tip.hash());
    for (Listener listener : listeners.values()) {
      if (!listener.session.hearsOfBlocks() && listener.isDue(tip)) {
        listener.session.tellRange(range);
      }
    }
  }

  /** Has something done after each sync. */
  public void afterSync(Runnable newAfterSync) {
    afterSync = newAfterSync;
  }

  /** A sync is done: what it brought is news if it is canonical. */
  public void synced(SyncSummary summary) {
    afterSync.run();
    if (summary.blocks() == 0 || listeners.isEmpty()) {
      return;
    }
    // It reads the store. In order, so that a listener hears of the newest block last.
    Future<Void> unused =
        Workers.runInOrder(vertx, () -> news(summary))
            .onSuccess(news -> news.ifPresent(this::tell))
            .onFailure(
                e -> LOG.atDebug().setMessage("Not announced").addKeyValue("reason", e).log())
            .mapEmpty();
  }

  /**
   * What there is to say of new blocks.
   *
   * @param older those below the newest one, oldest first
   * @param totalDifficulty of the newest one; empty if it is not summed yet
   */
  private record News(List<BlockId> older, Block newest, Optional<BigInteger> totalDifficulty) {
    List<BlockId> all() {
      List<BlockId> all = new ArrayList<>(older);
      all.add(newest.id());
      return all;
    }
  }

  private Optional<News> news(SyncSummary summary) {
    ServedChain stored = chain.chain();
    OptionalLong number = stored.numberOf(summary.anchor());
    if (number.isEmpty()) {
      return Optional.empty();
    }
    try {
      Block newest = Block.decode(stored.rawBlock(number.getAsLong()));
      boolean isReplaced = !newest.hash().equals(summary.anchor());
      if (isReplaced || newest.header().difficulty().signum() == 0) {
        return Optional.empty();
      }
      long count = Math.min(summary.blocks(), newest.number() - stored.lowest().number());
      List<BlockId> older = count > RELAYED_MAX ? List.of() : below(stored, newest, count - 1);
      difficulty.advance();
      boolean isWhole = count <= RELAYED_MAX;
      return Optional.of(
          new News(older, newest, isWhole ? difficulty.of(newest.id()) : Optional.empty()));
    } catch (IndexOutOfBoundsException e) {
      LOG.atDebug()
          .setMessage("A reorg took a head away before it was announced")
          .addKeyValue("head", summary.anchor())
          .log();
      return Optional.empty();
    }
  }

  /** Follows the links down, so that they are of one branch. */
  private static List<BlockId> below(ServedChain stored, Block newest, long count) {
    List<BlockId> newestFirst = new ArrayList<>();
    Hash parent = newest.parentHash();
    for (long number = newest.number() - 1; newestFirst.size() < count; number--) {
      BlockHeader header = BlockHeader.decode(stored.rawHeader(number));
      if (!header.hash().equals(parent)) {
        throw new IndexOutOfBoundsException("block " + number + " was replaced");
      }
      newestFirst.add(new BlockId(number, header.hash()));
      parent = header.parentHash();
    }
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  private void tell(News news) {
    BlockId newest = news.newest().id();
    List<Listener> unknowing = new ArrayList<>();
    for (Listener listener : listeners.values()) {
      if (listener.session.hearsOfBlocks() && !listener.known.has(newest.hash())) {
        unknowing.add(listener);
      }
    }
    // Whoever got whole blocks the last time is not the one who always does.
    Collections.shuffle(unknowing);
    boolean isSendable = news.newest().rawBlock().length <= ChainServer.MESSAGE_BYTES_MAX;
    boolean isWhole = news.totalDifficulty().isPresent() && isSendable;
    int whole = isWhole ? (int) Math.sqrt(unknowing.size()) : 0;
    for (int i = 0; i < unknowing.size(); i++) {
      Listener listener = unknowing.get(i);
      listener.tellHashes(i < whole ? news.older() : news.all());
      if (i < whole) {
        listener.known.add(newest.hash());
        listener.session.tellBlock(news.newest(), news.totalDifficulty().orElseThrow());
      }
    }
  }

  /** A node, and what it knows. */
  private static final class Listener {
    private final PeerSession session;
    private final KnownHashes known = new KnownHashes();
    private BlockId told;

    Listener(PeerSession session, BlockId told) {
      this.session = session;
      this.told = told;
    }

    void tellHashes(List<BlockId> blocks) {
      List<BlockId> unknown = new ArrayList<>();
      for (BlockId block : blocks) {
        if (known.add(block.hash())) {
          unknown.add(block);
        }
      }
      if (!unknown.isEmpty()) {
        session.tellHashes(unknown);
      }
    }

    /** Whether the range is to be told again; it is noted as told then. */
    synchronized boolean isDue(BlockId tip) {
      boolean isDue =
          Math.abs(tip.number() - told.number()) >= RANGE_BLOCKS || tip.number() < told.number();
      if (isDue) {
        told = tip;
      }
      return isDue;
    }
  }
}
