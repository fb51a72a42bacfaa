package dev.windlass.server.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.PeerId;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RlpxDialer;
import dev.windlass.wire.devp2p.eth.EthSession;
import dev.windlass.wire.devp2p.eth.ForkSchedule;
import dev.windlass.wire.devp2p.eth.LocalChain;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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

  private final Node node;
  private final LocalNode local;
  private final LocalChain chain;
  private final ForkSchedule forks;
  private final Random random = new Random();
  private volatile boolean isClosed;

  EthPeers(Node node, LocalNode local, LocalChain chain, ForkSchedule forks) {
    this.node = node;
    this.local = local;
    this.chain = chain;
    this.forks = forks;
  }

  void connect(List<Enode> enodes) {
    for (Enode enode : enodes) {
      Vertx vertx = node.vertx();
      vertx.runOnContext(ignored -> new Dialled(vertx, enode).dial());
    }
  }

  @Override
  public void close() {
    isClosed = true;
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
          .compose(connection -> EthSession.open(vertx, connection, chain))
          .onSuccess(this::onOpen)
          .onFailure(
              e -> {
                LOG.atDebug()
                    .setMessage("Peer not reached")
                    .addKeyValue("peer", id)
                    .addKeyValue("because", e.getMessage())
                    .log();
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

    private void onOpen(EthSession session) {
      EthSession.Remote remote = session.remote();
      if (!forks.isCompatible(remote.forks(), chain.chain().head().number(), 0)) {
        LOG.atWarn()
            .setMessage("Peer is on another chain")
            .addKeyValue("peer", id)
            .addKeyValue("forks", remote.forks())
            .log();
        session.close(DisconnectReason.USELESS_PEER);
        dialAgain();
        return;
      }
      againMillis = AGAIN_MILLIS_MIN;
      LOG.atInfo()
          .setMessage("Peer connected")
          .addKeyValue("peer", id)
          .addKeyValue("client", session.connection().hello().client())
          .addKeyValue("protocol", session.connection().capability())
          .addKeyValue("head", remote.head())
          .log();
      node.connect(
          replies -> {
            EthPeerLink link = new EthPeerLink(id, session, replies, this);
            session.start(link);
            return link;
          },
          remote.head(),
          remote.headNumber());
    }

    @Override
    public void onHead(PeerId peer, Hash head, long number, Optional<BigInteger> totalDifficulty) {
      node.hear(peer, head, number, totalDifficulty);
    }

    @Override
    public void onClosed(PeerId peer, String reason) {
      LOG.atInfo()
          .setMessage("Peer gone")
          .addKeyValue("peer", peer)
          .addKeyValue("because", reason)
          .log();
      node.disconnect(peer);
      dialAgain();
    }
  }
}
