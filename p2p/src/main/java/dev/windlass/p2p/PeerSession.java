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
 * A connection whose ends have exchanged Status, in the protocol that they share. It is either a
 * header peer or a hash peer.
 */
sealed interface PeerSession {
  RlpxConnection connection();

  /** The head that it claimed when it connected. */
  Head head();

  /** The lowest block that it serves. 0 if its protocol does not report it. */
  long earliest();

  /** Whether its protocol announces single blocks. If not, it announces ranges. */
  default boolean hearsOfBlocks() {
    return connection().capability().version() < EthSession.RANGE_VERSION;
  }

  /** Sends a head probe, if its protocol does not announce heads. */
  default void askNewer() {}

  /** The number of its newest known head, or -1. */
  default long lastHeadNumber() {
    return head().number();
  }

  /** An estimate of the blocks that it got since its last head probe. */
  default long unseenBlocks() {
    return 0;
  }

  /** Sends it the range of our blocks. */
  void tellRange(EthMessage.BlockRange range);

  void tellHashes(List<BlockId> oldestFirst);

  void tellBlock(Block block, BigInteger totalDifficulty);

  /** Why this node is not on our chain, although it has our network and genesis. */
  Optional<String> objection(LocalChain chain);

  /** Makes it a peer. From now on its messages are handed to the downloader. */
  PeerLink start(PeerId id, DownloaderVerticle downloader, SessionLink.Owner owner);

  default void close(DisconnectReason reason) {
    connection().close(reason);
  }

  /** Exchanges Status. Fails if the other end is on another chain. */
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
      return session.earliest();
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

  /** eth/60 and eth/61, whose Status has no forks. */
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
      throw new IllegalStateException("eth/60 and eth/61 have no message for ranges");
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
