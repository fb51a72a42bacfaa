package dev.windlass.p2p.rpc;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.p2p.DialSchedule;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.p2p.log.Repeats;
import dev.windlass.wire.jsonrpc.RpcBlocks;
import dev.windlass.wire.jsonrpc.RpcClients;
import dev.windlass.wire.jsonrpc.RpcFailure;
import dev.windlass.wire.jsonrpc.RpcUrl;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Connects to JSON-RPC nodes that the user named, again and again, and adds each as a peer.
 *
 * <p>Any thread may call it. Each node is owned by one context.
 */
public final class RpcPeers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RpcPeers.class);

  private static final long BAN_LOOK_MILLIS = 10_000;
  private static final int REASONS_MAX = 64;

  private final RpcClients clients;
  private final Vertx vertx;
  private final DownloaderVerticle downloader;
  private final PeerDirectory directory;
  private final ServedChain chain;
  private final Duration look;
  private final Runnable onNewHead;
  private final List<RpcPeer> peers = new CopyOnWriteArrayList<>();
  private volatile boolean isClosed;

  /**
   * Connects to none yet.
   *
   * @param chain the stored chain, on which the nodes must be
   * @param look how often a node is asked for its newest block
   * @param onNewHead called if a node claims another head than before
   */
  public RpcPeers(
      RpcClients clients,
      DownloaderVerticle downloader,
      PeerDirectory directory,
      ServedChain chain,
      Duration look,
      Runnable onNewHead) {
    this.clients = clients;
    this.vertx = clients.vertx();
    this.downloader = downloader;
    this.directory = directory;
    this.chain = chain;
    this.look = look;
    this.onNewHead = onNewHead;
  }

  /** Begins to connect. */
  public void connect(List<RpcUrl> urls) {
    Set<PeerId> ids = new HashSet<>();
    for (RpcUrl url : urls) {
      PeerId id = PeerId.of(url.toString());
      for (int copy = 2; !ids.add(id); copy++) {
        // Two keys at one provider. What tells them apart is not shown.
        id = PeerId.of(url + "#" + copy);
      }
      directory.named(id, url.address());
      RpcPeer peer = new RpcPeer(id, url);
      peers.add(peer);
      peer.on(peer::dial);
    }
  }

  @Override
  public void close() {
    isClosed = true;
    peers.forEach(peer -> peer.connection.ifPresent(RpcBlocks::close));
  }

  /** One node. */
  private final class RpcPeer implements RpcBlocks.Observer {
    private final PeerId id;
    private final RpcUrl url;
    private final Context context = vertx.getOrCreateContext();
    private final DialSchedule schedule = new DialSchedule(new Random());
    private final Repeats<String> told = new Repeats<>(REASONS_MAX);
    private volatile Optional<RpcBlocks> connection = Optional.empty();
    private Hash head;
    private long openedNanos;

    RpcPeer(PeerId id, RpcUrl url) {
      this.id = id;
      this.url = url;
    }

    void dial() {
      if (isClosed) {
        return;
      }
      Instant now = directory.now();
      long heldBack = DialSchedule.millisHeldBack(directory.ban(id, now), now);
      if (heldBack > 0) {
        // An operator may end the ban before.
        after(Math.min(heldBack, BAN_LOOK_MILLIS), this::dial);
        return;
      }
      RpcBlocks blocks = clients.open(url, this, bytes -> downloader.receiving(id, bytes));
      connection = Optional.of(blocks);
      blocks
          .greet(chain.lowest().number())
          .compose(greeting -> blocks.findQuickMethods(chain.lowest().number()).map(greeting))
          .onSuccess(greeting -> on(() -> greeted(blocks, greeting)))
          .onFailure(failure -> on(() -> failed(blocks, "Peer not reached", failure.getMessage())));
    }

    /** Runs on the context of this node. */
    void on(Runnable work) {
      context.runOnContext(ignored -> work.run());
    }

    private void after(long millis, Runnable work) {
      vertx.setTimer(millis, ignored -> on(work));
    }

    private void greeted(RpcBlocks blocks, RpcBlocks.Greeting greeting) {
      Optional<String> objection = greeting.objection(chain.lowest());
      if (objection.isPresent()) {
        failed(blocks, "Peer refused", objection.get());
      } else if (greeting.head().isEmpty()) {
        failed(blocks, "Peer refused", "it has no block yet");
      } else {
        take(blocks, greeting, greeting.head().get());
      }
    }

    private void take(RpcBlocks blocks, RpcBlocks.Greeting greeting, Head newest) {
      openedNanos = System.nanoTime();
      schedule.connected();
      head = newest.hash();
      PeerDirectory.Connection shown =
          new PeerDirectory.Connection(greeting.client(), "json-rpc", 0, newest.number());
      LOG.atInfo()
          .setMessage("Peer connected")
          .addKeyValue("peer", id)
          .addKeyValue("client", shown.client())
          .addKeyValue("protocol", shown.protocol())
          .addKeyValue("head", head)
          .log();
      directory.connected(id, url.address(), false, shown);
      onNewHead.run();
      AtomicBoolean isOver = new AtomicBoolean();
      RpcPeerLink link =
          new RpcPeerLink(
              id,
              url.address(),
              vertx,
              blocks,
              downloader,
              (peer, reason) -> {
                if (isOver.compareAndSet(false, true)) {
                  on(() -> gone(blocks, reason));
                }
              });
      Announcement said = Announcement.ofPeer(id, newest);
      downloader.connect(link, chain.contradicts(newest) ? said.replacing() : said);
      lookLater(blocks, link, isOver);
    }

    private void lookLater(RpcBlocks blocks, RpcPeerLink link, AtomicBoolean isOver) {
      after(
          look.toMillis(),
          () -> {
            if (!isClosed && !isOver.get()) {
              blocks
                  .head("latest")
                  .onSuccess(newest -> on(() -> newest.ifPresent(this::saw)))
                  .onFailure(failure -> link.close(failure.getMessage()))
                  .onComplete(done -> on(() -> lookLater(blocks, link, isOver)));
            }
          });
    }

    private void saw(Head newest) {
      if (newest.hash().equals(head)) {
        return;
      }
      head = newest.hash();
      onNewHead.run();
      directory.heard(id, newest.number());
      Announcement said = Announcement.ofPeer(id, newest);
      downloader.announce(chain.contradicts(newest) ? said.replacing() : said);
    }

    private void failed(RpcBlocks blocks, String what, String reason) {
      blocks.close();
      LOG.atLevel(schedule.level(reason, System.nanoTime()))
          .setMessage(what)
          .addKeyValue("peer", id)
          .addKeyValue("reason", reason)
          .log();
      directory.failed(id, reason);
      dialAfter(schedule.millisAfterFailure());
    }

    private void gone(RpcBlocks blocks, String reason) {
      blocks.close();
      directory.failed(id, reason);
      downloader.disconnect(id);
      LOG.atInfo()
          .setMessage("Peer gone")
          .addKeyValue("peer", id)
          .addKeyValue("reason", reason)
          .log();
      Duration lasted = Duration.ofNanos(System.nanoTime() - openedNanos);
      dialAfter(schedule.millisAfterConnection(lasted, false));
    }

    private void dialAfter(long millis) {
      if (!isClosed) {
        after(millis, this::dial);
      }
    }

    private void tell(Level level, String message, String reason) {
      tell(level, message, reason, reason);
    }

    /** Logs it, unless a line of this name was logged lately. */
    private void tell(Level level, String message, String reason, String name) {
      LOG.atLevel(told.level(level, name, System.nanoTime()))
          .setMessage(message)
          .addKeyValue("peer", id)
          .addKeyValue("reason", reason)
          .log();
    }

    @Override
    public void onLimit(RpcFailure limit) {
      tell(Level.INFO, "Peer is asked less", limit.getMessage());
    }

    @Override
    public void onUnknown(String what) {
      tell(Level.WARN, "Peer's block is not understood", what);
    }

    @Override
    public void onUnlinked(String what) {
      // Each of its blocks may be such a one.
      tell(Level.INFO, "Peer's chain does not link", what, "unlinked");
    }
  }
}
