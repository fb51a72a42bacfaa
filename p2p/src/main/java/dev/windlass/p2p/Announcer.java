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
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces new blocks of the store to the connected nodes.
 *
 * <p>An eth/69 node is sent the range of our blocks, every 32 blocks. Older nodes are sent new
 * blocks. The newest block of a followed chain goes whole to the square root of the nodes that do
 * not know it, as soon as it has passed the full check, before it is stored. After the sync the
 * hashes go to the others. A block that was not relayed before is sent whole after a short sync.
 * After a longer sync only the last hash is announced. Only blocks that are canonical after the
 * sync are announced. The blocks of a failed sync and of other branches are not. Blocks since the
 * merge are not announced (EIP-3675). Nothing is announced while the chain is not current.
 *
 * <p>Any thread may call it.
 */
public final class Announcer {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

  /**
   * The most new blocks that are announced one by one. It is the distance of the fetcher of 2015.
   */
  static final int RELAYED_MAX = 32;

  /** The range is sent again after this many blocks, an epoch as in devp2p's eth.md. */
  static final int RANGE_BLOCKS = 32;

  private final Vertx vertx;
  private final LocalChain chain;
  private final TotalDifficulty difficulty;
  private final Predicate<BlockId> isCurrent;
  private final Map<PeerId, Listener> listeners = new ConcurrentHashMap<>();

  /** The blocks that were sent whole before they were stored. */
  private final KnownHashes relayed = new KnownHashes();

  private volatile Runnable afterSync = () -> {};

  /**
   * Announces nothing yet.
   *
   * @param isCurrent whether new blocks up to this tip are news to other nodes. It may read the
   *     store
   */
  public Announcer(
      Vertx vertx, LocalChain chain, TotalDifficulty difficulty, Predicate<BlockId> isCurrent) {
    this.vertx = vertx;
    this.chain = chain;
    this.difficulty = difficulty;
    this.isCurrent = isCurrent;
  }

  LocalChain chain() {
    return chain;
  }

  /** Adds a node. It knows its own head, and the range in our Status. */
  void add(PeerId peer, PeerSession session) {
    Listener listener = new Listener(session, chain.chain().head());
    listener.known.add(session.head().hash());
    listeners.put(peer, listener);
  }

  void remove(PeerId peer) {
    listeners.remove(peer);
  }

  /** Notes that a node has this block, so that it is not sent to it. */
  void heard(PeerId peer, Hash hash) {
    Listener listener = listeners.get(peer);
    if (listener != null) {
      listener.known.add(hash);
    }
  }

  /** Blocks were inserted up to this tip. */
  public void inserted(BlockId tip) {
    BlockRange range = BlockRange.of(chain.chain().earliest(), tip);
    for (Listener listener : listeners.values()) {
      if (!listener.session.hearsOfBlocks() && listener.isDue(tip)) {
        listener.session.tellRange(range);
      }
    }
  }

  /**
   * A block of a followed chain has passed the full check, and is about to be stored. Its parent is
   * stored. It is the newest block that is known, and the chain is current.
   */
  public void passed(Block newest) {
    if (newest.header().difficulty().signum() == 0 || listeners.isEmpty()) {
      return;
    }
    // In the order of all other news, on a worker, since the sum of difficulties reads the store.
    Future<Void> unused =
        Workers.runInOrder(vertx, () -> totalDifficulty(newest))
            .onSuccess(sum -> sum.ifPresent(total -> relay(newest, total)))
            .onFailure(e -> LOG.atDebug().setMessage("Not relayed").addKeyValue("reason", e).log())
            .mapEmpty();
  }

  private Optional<BigInteger> totalDifficulty(Block newest) {
    BlockId parent = new BlockId(newest.number() - 1, newest.parentHash());
    return difficulty.of(parent).map(newest.header().difficulty()::add);
  }

  private void relay(Block newest, BigInteger total) {
    if (newest.rawBlock().length > ChainServer.MESSAGE_BYTES_MAX) {
      return;
    }
    List<Listener> unknowing = unknowing(newest.hash());
    for (Listener listener : unknowing.subList(0, (int) Math.sqrt(unknowing.size()))) {
      relayed.add(newest.hash());
      listener.known.add(newest.hash());
      listener.session.tellBlock(newest, total);
    }
  }

  /** Sets the task to run after each sync. */
  public void afterSync(Runnable newAfterSync) {
    afterSync = newAfterSync;
  }

  /** Announces the blocks of a finished sync, if they are canonical. */
  public void synced(SyncSummary summary) {
    afterSync.run();
    if (summary.blocks() == 0 || listeners.isEmpty()) {
      return;
    }
    // On a worker, since it reads the store. In order, so that each node is sent the newest block
    // last.
    Future<Void> unused =
        Workers.runInOrder(vertx, () -> news(summary))
            .onSuccess(news -> news.ifPresent(this::tell))
            .onFailure(
                e -> LOG.atDebug().setMessage("Not announced").addKeyValue("reason", e).log())
            .mapEmpty();
  }

  /**
   * New blocks to announce.
   *
   * @param older those below the newest one, oldest first
   * @param totalDifficulty of the newest one. Empty if it is not summed yet
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
      if (!isCurrent.test(newest.id())) {
        LOG.atDebug()
            .setMessage("Not announced, because the chain is not current")
            .addKeyValue("number", newest.number())
            .log();
        return Optional.empty();
      }
      long count = Math.min(summary.blocks(), newest.number() - stored.lowest().number());
      List<BlockId> older = count > RELAYED_MAX ? List.of() : below(stored, newest, count - 1);
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

  /** The ancestors of the newest block. It follows parent hashes, so that all are on one branch. */
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
    List<Listener> unknowing = unknowing(newest.hash());
    boolean isSendable = news.newest().rawBlock().length <= ChainServer.MESSAGE_BYTES_MAX;
    boolean isWhole =
        news.totalDifficulty().isPresent() && isSendable && !relayed.has(newest.hash());
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

  /** The nodes that do not know a block, in any order, so that not the same ones get all blocks. */
  private List<Listener> unknowing(Hash block) {
    List<Listener> unknowing = new ArrayList<>();
    for (Listener listener : listeners.values()) {
      if (listener.session.hearsOfBlocks() && !listener.known.has(block)) {
        unknowing.add(listener);
      }
    }
    Collections.shuffle(unknowing);
    return unknowing;
  }

  /** A node, and the blocks and the range that it knows. */
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

    /** Whether the range is due to be sent. If so, it counts as sent. */
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
