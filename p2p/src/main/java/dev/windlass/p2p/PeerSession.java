package dev.windlass.p2p;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.RlpxConnection;
import dev.windlass.wire.devp2p.eth.EthMessage;
import dev.windlass.wire.devp2p.eth.EthSession;
import dev.windlass.wire.devp2p.eth60.Eth60Message;
import dev.windlass.wire.devp2p.eth60.HashSession;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * A connection on which both ends have said their Status, in the protocol that they share: a node
 * of headers and bodies, or one of hashes and whole blocks.
 */
sealed interface PeerSession {
  RlpxConnection connection();

  /** Its head, as it claimed it when it connected. */
  Head head();

  /** The lowest block that it serves, 0 where its protocol does not say. */
  long earliest();

  /** Whether its protocol has words for single blocks; else it is told of ranges. */
  default boolean hearsOfBlocks() {
    return connection().capability().version() < EthSession.RANGE_VERSION;
  }

  /** Asks where its chain ends now, where its protocol leaves that open. */
  default void askNewer() {}

  /** The number of its head now, as far as it is known; -1 if it is not. */
  default long lastHeadNumber() {
    return head().number();
  }

  /** How many blocks it should have made since it was looked where its chain ends. */
  default long unseenBlocks() {
    return 0;
  }

  /** Tells it which blocks there are. */
  void tellRange(EthMessage.BlockRange range);

  void tellHashes(List<BlockId> oldestFirst);

  void tellBlock(Block block, BigInteger totalDifficulty);

  /** Why this node is not of our chain, though network and genesis are. */
  Optional<String> objection(LocalChain chain);

  /** Makes it a peer: what comes is handed over from now on. */
  PeerLink start(PeerId id, DownloaderVerticle downloader, SessionLink.Owner owner);

  default void close(DisconnectReason reason) {
    connection().close(reason);
  }

  /** Says our Status and waits for the other end's; fails where it is of another chain. */
  static Future<PeerSession> open(Vertx vertx, RlpxConnection connection, LocalChain chain) {
    return HashSession.isSpokenOn(connection)
        ? HashSession.open(vertx, connection, chain).map(OfHashes::new)
        : EthSession.open(vertx, connection, chain).map(OfHeaders::new);
  }

  /** eth/66 and later. */
  record OfHeaders(EthSession session) implements PeerSession {
    @Override
    public RlpxConnection connection() {
      return session.connection();
    }

    @Override
    public Head head() {
      return session.remote().head();
    }

    @Override
    public long earliest() {
      return session.remote().earliest();
    }

    @Override
    public void askNewer() {
      session.askNewer();
    }

    @Override
    public long lastHeadNumber() {
      return session.headNumber();
    }

    @Override
    public long unseenBlocks() {
      return session.unseenBlocks();
    }

    @Override
    public void tellRange(EthMessage.BlockRange range) {
      session.send(new EthMessage.BlockRangeUpdate(range));
    }

    @Override
    public void tellHashes(List<BlockId> oldestFirst) {
      session.send(new EthMessage.NewBlockHashes(oldestFirst));
    }

    @Override
    public void tellBlock(Block block, BigInteger totalDifficulty) {
      session.send(new EthMessage.NewBlock(block.rawBlock(), totalDifficulty));
    }

    @Override
    public Optional<String> objection(LocalChain chain) {
      return chain.isCompatible(session.remote().forks())
          ? Optional.empty()
          : Optional.of("incompatible fork id (EIP-2124): " + session.remote().forks());
    }

    @Override
    public PeerLink start(PeerId id, DownloaderVerticle downloader, SessionLink.Owner owner) {
      EthPeerLink link = new EthPeerLink(id, session, downloader, owner);
      session.start(link);
      return link;
    }
  }

  /** eth/60 and eth/61, which know nothing of forks. */
  record OfHashes(HashSession session) implements PeerSession {
    @Override
    public RlpxConnection connection() {
      return session.connection();
    }

    @Override
    public Head head() {
      return session.remote().head();
    }

    @Override
    public long earliest() {
      return 0;
    }

    @Override
    public void tellRange(EthMessage.BlockRange range) {
      throw new IllegalStateException("a node of 2015 knows no ranges");
    }

    @Override
    public void tellHashes(List<BlockId> oldestFirst) {
      session.send(
          new Eth60Message.NewBlockHashes(oldestFirst.stream().map(BlockId::hash).toList()));
    }

    @Override
    public void tellBlock(Block block, BigInteger totalDifficulty) {
      session.send(new Eth60Message.NewBlock(block, totalDifficulty));
    }

    @Override
    public Optional<String> objection(LocalChain chain) {
      return Optional.empty();
    }

    @Override
    public PeerLink start(PeerId id, DownloaderVerticle downloader, SessionLink.Owner owner) {
      HashPeerLink link = new HashPeerLink(id, session, downloader, owner);
      session.start(link);
      return link;
    }
  }
}
