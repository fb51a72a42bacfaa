package dev.windlass.server.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.PeerId;
import dev.windlass.server.JobFailedException;
import dev.windlass.server.NodeConfig;
import dev.windlass.server.PeerBoard;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RlpxConnection;
import dev.windlass.wire.devp2p.RlpxDialer;
import dev.windlass.wire.devp2p.RlpxListener;
import dev.windlass.wire.devp2p.eth.LocalChain;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes that a user named: each is dialled until it is connected, and again when it is gone.
 *
 * <p>Each has its own context, on which its state lives. A node that cannot be reached is tried
 * after a second, then after twice as long each time, up to a minute, with some chance in it, so
 * that a node that restarts is not met by everybody at once.
 */
final class EthPeers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EthPeers.class);

  private static final long AGAIN_MILLIS_MIN = 1_000;
  private static final long AGAIN_MILLIS_MAX = 60_000;

  /** Nodes that may be connected to us by themselves at once; 2015's total was 25. */
  private static final int INBOUND_MAX = 25;

  private final Node node;
  private final LocalNode local;
  private final LocalChain chain;
  private final Announcer announcer;
  private final Random random = new Random();
  private volatile boolean isClosed;

  EthPeers(Node node, LocalNode local, LocalChain chain, Announcer announcer) {
    this.node = node;
    this.announcer = announcer;
    this.local = local;
    this.chain = chain;
  }

  void connect(List<Enode> enodes) {
    for (Enode enode : enodes) {
      Vertx vertx = node.vertx();
      node.peers().named(PeerId.of("enode:" + enode.id()), enode.host() + ":" + enode.port());
      vertx.runOnContext(ignored -> new Dialled(vertx, enode).dial());
    }
  }

  /**
   * Lets other nodes connect, and returns where; a {@link JobFailedException} where the port is
   * taken.
   */
  Enode listen(NodeConfig.P2p config) {
    RlpxListener listener =
        new RlpxListener(
            node.vertx(), local, config.host(), config.port(), INBOUND_MAX, this::accept);
    int port;
    try {
      port = listener.listen().toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new JobFailedException(
          String.format(
              "cannot listen on port %d of %s (--p2p-port): %s",
              config.port(), config.host(), e.getCause().getMessage()),
          e);
    }
    Enode ours = new Enode(local.key().publicKey(), config.host(), port);
    LOG.atInfo().setMessage("Peers may connect").addKeyValue("enode", ours).log();
    return ours;
  }

  private void accept(RlpxConnection connection) {
    PeerId id = PeerId.of("enode:" + connection.hello().id());
    PeerSession.open(node.vertx(), connection, chain)
        .onSuccess(session -> take(id, session, new Inbound()))
        .onFailure(e -> LOG.debug("{} came and was refused: {}", id, e.getMessage()));
  }

  /** Takes a node in that is of our chain; false where it is not. */
  private boolean take(PeerId id, PeerSession session, EthPeerLink.Owner owner) {
    Optional<String> objection = session.objection(chain);
    if (objection.isPresent()) {
      LOG.atWarn()
          .setMessage("Peer is on another chain")
          .addKeyValue("peer", id)
          .addKeyValue("because", objection.get())
          .log();
      session.close(DisconnectReason.USELESS_PEER);
      node.peers().failed(id, objection.get());
      return false;
    }
    LOG.atInfo()
        .setMessage("Peer connected")
        .addKeyValue("peer", id)
        .addKeyValue("client", session.connection().hello().client())
        .addKeyValue("protocol", session.connection().capability())
        .addKeyValue("head", session.head())
        .log();
    RlpxConnection connection = session.connection();
    node.peers()
        .connected(
            id,
            connection.remoteAddress(),
            connection.isInbound(),
            new PeerBoard.Connection(
                connection.hello().client(),
                connection.capability().toString(),
                session.earliest(),
                session.headNumber()));
    announcer.add(id, session);
    node.connect(
        replies -> session.start(id, replies, owner),
        session.head(),
        session.headNumber(),
        session.totalDifficulty());
    return true;
  }

  private void heard(PeerId peer, Hash head, long number, Optional<BigInteger> totalDifficulty) {
    announcer.heard(peer, head);
    node.peers().heard(peer, number);
    node.hear(peer, head, number, totalDifficulty);
  }

  private void gone(PeerId peer, String reason) {
    LOG.atInfo()
        .setMessage("Peer gone")
        .addKeyValue("peer", peer)
        .addKeyValue("because", reason)
        .log();
    announcer.remove(peer);
    node.peers().failed(peer, reason);
    node.disconnect(peer);
  }

  @Override
  public void close() {
    isClosed = true;
  }

  /** A node that came by itself: it comes again if it wants to. */
  private final class Inbound implements EthPeerLink.Owner {
    @Override
    public void onHead(PeerId peer, Hash head, long number, Optional<BigInteger> totalDifficulty) {
      heard(peer, head, number, totalDifficulty);
    }

    @Override
    public void onClosed(PeerId peer, String reason) {
      gone(peer, reason);
    }
  }

  /** One node, as often as it takes; owned by one context. */
  private final class Dialled implements EthPeerLink.Owner {
    private final Vertx vertx;
    private final Enode enode;
    private final PeerId id;
    private final RlpxDialer dialer;
    private long againMillis = AGAIN_MILLIS_MIN;

    Dialled(Vertx vertx, Enode enode) {
      this.vertx = vertx;
      this.enode = enode;
      this.id = PeerId.of("enode:" + enode.id());
      this.dialer = new RlpxDialer(vertx, local);
    }

    void dial() {
      if (isClosed) {
        return;
      }
      dialer
          .connect(enode)
          .compose(connection -> PeerSession.open(vertx, connection, chain))
          .onSuccess(this::onOpen)
          .onFailure(
              e -> {
                LOG.atDebug()
                    .setMessage("Peer not reached")
                    .addKeyValue("peer", id)
                    .addKeyValue("because", e.getMessage())
                    .log();
                node.peers().failed(id, String.valueOf(e.getMessage()));
                dialAgain();
              });
    }

    private void dialAgain() {
      if (isClosed) {
        return;
      }
      long millis = againMillis / 2 + random.nextLong(againMillis);
      againMillis = Math.min(AGAIN_MILLIS_MAX, 2 * againMillis);
      vertx.setTimer(millis, ignored -> dial());
    }

    private void onOpen(PeerSession session) {
      if (take(id, session, this)) {
        againMillis = AGAIN_MILLIS_MIN;
      } else {
        dialAgain();
      }
    }

    @Override
    public void onHead(PeerId peer, Hash head, long number, Optional<BigInteger> totalDifficulty) {
      heard(peer, head, number, totalDifficulty);
    }

    @Override
    public void onClosed(PeerId peer, String reason) {
      gone(peer, reason);
      dialAgain();
    }
  }
}
