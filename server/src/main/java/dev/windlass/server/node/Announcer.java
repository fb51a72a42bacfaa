package dev.windlass.server.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.ChainServer;
import dev.windlass.chain.Hash;
import dev.windlass.chain.PeerId;
import dev.windlass.downloader.HaulSummary;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.eth.LocalChain;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the connected nodes what is new in the store.
 *
 * <p>Nodes of eth/69 hear which blocks there are, each 32 blocks. Those before hear of new blocks
 * once a haul of a few has ended, which is how it is while we follow a chain: the newest one goes
 * whole to the square root of the nodes that do not know it, the hashes to the others. A longer
 * haul is catching up; its last hash alone is announced. Blocks since the merge are nobody's to
 * announce (EIP-3675).
 *
 * <p>Any thread may call it.
 */
final class Announcer {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

  /** Up to so many new blocks are relayed: the distance of 2015's fetcher. */
  static final int RELAYED_MAX = 32;

  /** How far the range moves until it is told again: an epoch, as devp2p's eth.md has it. */
  static final int RANGE_BLOCKS = 32;

  private final Vertx vertx;
  private final LocalChain chain;
  private final TotalDifficulty difficulty;
  private final Map<PeerId, Listener> listeners = new ConcurrentHashMap<>();

  /** The newest blocks of the haul under way; guarded by itself. */
  private final Deque<Block> fresh = new ArrayDeque<>();

  private volatile Runnable afterHaul = () -> {};

  Announcer(Vertx vertx, LocalChain chain, TotalDifficulty difficulty) {
    this.vertx = vertx;
    this.chain = chain;
    this.difficulty = difficulty;
  }

  /** A node is there; its Status has named its head, and ours the range that it knows of. */
  void add(PeerId peer, PeerSession session) {
    Listener listener = new Listener(session, chain.chain().head());
    listener.known.add(session.head());
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
  void inserted(List<Block> run, BlockId tip) {
    synchronized (fresh) {
      for (Block block : run) {
        fresh.addLast(block);
        if (fresh.size() > RELAYED_MAX) {
          fresh.removeFirst();
        }
      }
    }
    BlockRange range = new BlockRange(chain.chain().lowest().number(), tip.number(), tip.hash());
    for (Listener listener : listeners.values()) {
      if (!listener.session.hearsOfBlocks() && listener.isDue(tip)) {
        listener.session.tellRange(range);
      }
    }
  }

  /** Has something done after each haul. */
  void afterHaul(Runnable newAfterHaul) {
    afterHaul = newAfterHaul;
  }

  /** A haul is done: what it brought is news where it was short. */
  void hauled(HaulSummary summary) {
    afterHaul.run();
    List<Block> news;
    synchronized (fresh) {
      news = new ArrayList<>(fresh);
      fresh.clear();
    }
    if (news.isEmpty() || summary.blocks() == 0) {
      return;
    }
    if (summary.blocks() > RELAYED_MAX) {
      news = news.subList(news.size() - 1, news.size());
    }
    Block newest = news.get(news.size() - 1);
    if (newest.header().difficulty().signum() == 0 || listeners.isEmpty()) {
      return;
    }
    boolean isRelayed = summary.blocks() <= RELAYED_MAX;
    List<Block> told = news;
    // The sum reads headers.
    Future<Void> unused =
        vertx
            .executeBlocking(
                () -> {
                  difficulty.advance();
                  return difficulty.get();
                },
                false)
            .onSuccess(sum -> tell(told, isRelayed, sum))
            .onFailure(e -> LOG.debug("not announced: {}", e.getMessage()))
            .mapEmpty();
  }

  private void tell(List<Block> news, boolean isRelayed, BigInteger totalDifficulty) {
    Block newest = news.get(news.size() - 1);
    List<Listener> unknowing = new ArrayList<>();
    for (Listener listener : listeners.values()) {
      if (listener.session.hearsOfBlocks() && !listener.known.has(newest.hash())) {
        unknowing.add(listener);
      }
    }
    // Whoever got whole blocks the last time is not the one who always does.
    Collections.shuffle(unknowing);
    boolean isSendable = newest.rawBlock().length <= ChainServer.MESSAGE_BYTES_MAX;
    int whole = isRelayed && isSendable ? (int) Math.sqrt(unknowing.size()) : 0;
    for (int i = 0; i < unknowing.size(); i++) {
      Listener listener = unknowing.get(i);
      List<Block> rest = i < whole ? news.subList(0, news.size() - 1) : news;
      listener.tellHashes(rest);
      if (i < whole) {
        listener.known.add(newest.hash());
        listener.session.tellBlock(newest, totalDifficulty);
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

    void tellHashes(List<Block> blocks) {
      List<BlockId> unknown = new ArrayList<>();
      for (Block block : blocks) {
        if (known.add(block.hash())) {
          unknown.add(block.id());
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
