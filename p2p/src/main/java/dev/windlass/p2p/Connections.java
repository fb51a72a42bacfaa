package dev.windlass.p2p;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.wire.devp2p.Address;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.InboundLimits;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RemoteHost;
import dev.windlass.wire.devp2p.RlpxConnection;
import dev.windlass.wire.devp2p.RlpxDialer;
import dev.windlass.wire.devp2p.RlpxListener;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The connections to nodes of the network. Named nodes are dialled until they are connected, and
 * again after they disconnect. Other nodes may connect by themselves.
 *
 * <p>Each dialled node has its own context, which owns its state. A node has at most one
 * connection, in either direction. A second one is refused.
 */
public final class Connections implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  /** The address that Netty appends to the reason: {@code : host/127.0.0.1:30303}. */
  private static final Pattern ADDRESS_AT_END = Pattern.compile(": [^ ]*/[^ ]+:\\d+$");

  private static final long FAREWELL_SECONDS_MAX = 3;

  /** How often to check whether the ban of a named node has ended. */
  private static final long BAN_LOOK_MILLIS = 2_000;

  private final Vertx vertx;
  private final DownloaderVerticle downloader;
  private final PeerDirectory directory;
  private final LocalNode local;
  private final LocalChain chain;
  private final Announcer announcer;
  private final Runnable onNewHead;
  private final Random random = new Random();
  private final Map<PeerId, PeerSession> connected = new ConcurrentHashMap<>();

  /** Nodes that are dialled and whose heads are followed. They may also connect by themselves. */
  private final Set<PeerId> followed = ConcurrentHashMap.newKeySet();

  /** The last head that each of these claimed. */
  private final Map<PeerId, Hash> followedHeads = new ConcurrentHashMap<>();

  private volatile Optional<RlpxListener> listener = Optional.empty();
  private volatile boolean exemptsLocal = true;
  private volatile boolean isClosed;

  /**
   * Neither dials nor listens yet.
   *
   * @param directory records the nodes that are connected or dialled
   * @param onNewHead called if a followed node claims another head than before
   */
  public Connections(
      Vertx vertx,
      DownloaderVerticle downloader,
      PeerDirectory directory,
      LocalNode local,
      Announcer announcer,
      Runnable onNewHead) {
    this.vertx = vertx;
    this.downloader = downloader;
    this.directory = directory;
    this.local = local;
    this.chain = announcer.chain();
    this.announcer = announcer;
    this.onNewHead = onNewHead;
  }

  /** Begins to dial nodes that are not trusted. */
  public void connect(List<Enode> enodes) {
    connect(enodes, List.of());
  }

  /**
   * Begins to dial nodes.
   *
   * @param trusted those of them that are never banned
   */
  public void connect(List<Enode> enodes, List<Enode> trusted) {
    for (Enode enode : enodes) {
      PeerId id = PeerId.of("enode:" + enode.id());
      followed.add(id);
      if (trusted.contains(enode)) {
        downloader.trust(id);
      }
      directory.named(id, Address.of(enode.host(), enode.port()));
      vertx.runOnContext(ignored -> new Dialled(enode).dial());
    }
  }

  /**
   * Listens for connections of other nodes.
   *
   * @param port 0 takes a free one
   * @param limits how many nodes, and how often
   * @return the address of this node. Fails if it cannot listen there
   */
  public Future<Enode> listen(String host, int port, InboundLimits limits) {
    exemptsLocal = limits.exemptsLocal();
    RlpxListener made =
        new RlpxListener(vertx, local, host, port, limits, this::accept)
            .onRefused(Connections::refused);
    listener = Optional.of(made);
    return made.listen()
        .map(bound -> new Enode(local.key().publicKey(), Address.told(host), bound))
        .onSuccess(
            ours -> LOG.atInfo().setMessage("Peers may connect").addKeyValue("enode", ours).log());
  }

  private void accept(RlpxConnection connection) {
    PeerId id = PeerId.of("enode:" + connection.hello().id());
    if (isClosed) {
      connection.close(DisconnectReason.CLIENT_QUITTING);
      return;
    }
    if (connected.containsKey(id)) {
      refused(id, "it is connected already");
      connection.close(DisconnectReason.ALREADY_CONNECTED);
      return;
    }
    if (isBanned(id, connection)) {
      refused(id, "it is banned");
      connection.close(DisconnectReason.USELESS_PEER);
      return;
    }
    open(connection)
        .onSuccess(session -> take(id, session, new Connected()))
        .onFailure(e -> refused(id, e.getMessage()));
  }

  /** Named nodes are refused for bans of their own only, and others for those of their host too. */
  private boolean isBanned(PeerId id, RlpxConnection connection) {
    Instant now = directory.now();
    return directory.ban(id, now).isPresent()
        || (!followed.contains(id)
            && RemoteHost.of(connection.remoteAddress())
                .flatMap(host -> directory.hostBan(host, exemptsLocal, now))
                .isPresent());
  }

  private static void refused(Object peer, String why) {
    LOG.atDebug()
        .setMessage("Peer came and was refused")
        .addKeyValue("peer", peer)
        .addKeyValue("reason", why)
        .log();
  }

  /** Exchanges Status with a node. Fails if the node is on another chain. */
  private Future<PeerSession> open(RlpxConnection connection) {
    if (isClosed) {
      // The Status needs our head, but the store may be closed already.
      connection.close(DisconnectReason.CLIENT_QUITTING);
      return Future.failedFuture("this node stops");
    }
    return PeerSession.open(vertx, connection, chain)
        .compose(
            session -> {
              Optional<String> objection = session.objection(chain);
              if (objection.isEmpty()) {
                return Future.succeededFuture(session);
              }
              session.close(DisconnectReason.USELESS_PEER);
              return Future.failedFuture(objection.get());
            });
  }

  /** Adds a node. False if it is connected already. */
  private boolean take(PeerId id, PeerSession session, SessionLink.Owner owner) {
    if (connected.putIfAbsent(id, session) != null) {
      LOG.atDebug().setMessage("Peer is connected already").addKeyValue("peer", id).log();
      session.close(DisconnectReason.ALREADY_CONNECTED);
      return false;
    }
    if (isClosed) {
      // It connected while the others were being disconnected.
      session.close(DisconnectReason.CLIENT_QUITTING);
    }
    RlpxConnection connection = session.connection();
    connection.onWait(
        use ->
            LOG.atDebug()
                .setMessage("Peer waits for memory")
                .addKeyValue("peer", id)
                .addKeyValue("use", use)
                .log());
    PeerDirectory.Connection shown =
        new PeerDirectory.Connection(
            connection.hello().client(),
            connection.capability().toString(),
            session.earliest(),
            session.head().number());
    LOG.atLevel(level(id))
        .setMessage("Peer connected")
        .addKeyValue("peer", id)
        .addKeyValue("client", shown.client())
        .addKeyValue("protocol", shown.protocol())
        .addKeyValue("head", session.head().hash())
        .log();
    directory.connected(id, connection.remoteAddress(), connection.isInbound(), shown);
    announcer.add(id, session);
    countHead(id, session.head().hash());
    Announcement said = Announcement.ofPeer(id, session.head()).servingFrom(session.earliest());
    PeerLink link = session.start(id, downloader, owner);
    if (followed.contains(id)) {
      connection.named();
      downloader.connect(link, said);
      session.askNewer();
      if (chain.chain().contradicts(session.head())) {
        downloader.announce(said.replacing());
      }
    } else {
      downloader.connectUntrusted(link, said);
    }
    return true;
  }

  /** Sends a head probe to each followed node. */
  public void askNewer() {
    connected.forEach(
        (id, session) -> {
          if (followed.contains(id)) {
            session.askNewer();
          }
        });
  }

  /**
   * How many blocks the network may have made since the followed nodes reported their heads. Empty
   * if none is connected. The estimate is that of the node with the highest head that was asked
   * last. Blocks up to our own tip are subtracted.
   */
  public OptionalLong unseenBlocks() {
    boolean isAny = false;
    long highest = -1;
    long unseen = 0;
    for (Map.Entry<PeerId, PeerSession> entry : connected.entrySet()) {
      boolean isFollowed = followed.contains(entry.getKey());
      isAny |= isFollowed;
      long head = isFollowed ? entry.getValue().lastHeadNumber() : -1;
      if (head >= 0 && head >= highest) {
        long its = entry.getValue().unseenBlocks();
        unseen = head > highest ? its : Math.min(unseen, its);
        highest = head;
      }
    }
    long below = Math.max(0, chain.chain().head().number() - highest);
    return isAny ? OptionalLong.of(Math.max(0, unseen - below)) : OptionalLong.empty();
  }

  /** Nodes that connect by themselves are logged at a lower level, since they come and go often. */
  private Level level(PeerId peer) {
    return followed.contains(peer) ? Level.INFO : Level.DEBUG;
  }

  /** Counts each new head of a followed node once. */
  private void countHead(PeerId peer, Hash head) {
    if (followed.contains(peer) && !head.equals(followedHeads.put(peer, head))) {
      onNewHead.run();
    }
  }

  private void notReached(PeerId peer, String reason) {
    // The node may have connected by itself meanwhile.
    if (!connected.containsKey(peer)) {
      directory.failed(peer, reason);
    }
  }

  /** Runs later, since a session that closes before it is started is still being added. */
  private void gone(PeerId peer, String reason) {
    vertx.runOnContext(
        ignored -> {
          announcer.remove(peer);
          directory.failed(peer, reason);
          downloader.disconnect(peer);
          // Removed last, so that a reconnect of the same node is not removed by this event.
          connected.remove(peer);
          LOG.atLevel(level(peer))
              .setMessage("Peer gone")
              .addKeyValue("peer", peer)
              .addKeyValue("reason", reason)
              .log();
        });
  }

  /** Stops dialling and listening, and disconnects all nodes. */
  @Override
  public void close() {
    isClosed = true;
    List<Future<Void>> farewells = new ArrayList<>();
    for (PeerSession session : connected.values()) {
      farewells.add(session.connection().close(DisconnectReason.CLIENT_QUITTING));
    }
    try {
      // Last, since a server of Vert.x that is closed closes its sockets, whatever they still
      // write.
      Future.join(farewells)
          .eventually(() -> listener.map(RlpxListener::close).orElseGet(Future::succeededFuture))
          .toCompletionStage()
          .toCompletableFuture()
          .get(FAREWELL_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.atDebug().setMessage("Not every peer was sent the reason").addKeyValue("reason", e).log();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A connected node. */
  private class Connected implements SessionLink.Owner {
    private final AskedItems items = new AskedItems();

    @Override
    public void onHead(PeerId peer, Announcement said) {
      announcer.heard(peer, said.head().hash());
      directory.heard(peer, said.lowestBody(), said.head().number());
      countHead(peer, said.head().hash());
      boolean isOther = chain.chain().contradicts(said.head());
      downloader.announce(isOther ? said.replacing() : said);
    }

    @Override
    public void onAnnounced(PeerId peer, List<Hash> hashes) {
      hashes.forEach(hash -> announcer.heard(peer, hash));
    }

    @Override
    public void onNewBlock(PeerId peer, BlockId block) {
      announcer.heard(peer, block.hash());
      directory.heard(peer, block.number());
      countHead(peer, block.hash());
    }

    @Override
    public void onAsked(PeerId peer, long count) {
      ServedChain served = chain.chain();
      long blocks = served.head().number() - served.lowest().number() + 1;
      int points = items.asked(count, blocks);
      if (points > 0) {
        downloader.asked(peer, points);
      }
    }

    @Override
    public void onClosed(PeerId peer, String reason) {
      gone(peer, reason);
    }
  }

  /** A node that is dialled again and again. Owned by one context. */
  private final class Dialled extends Connected {
    private final Enode enode;
    private final PeerId id;
    private final RlpxDialer dialer;
    private final DialSchedule schedule = new DialSchedule(random);
    private boolean isReached;
    private long openedNanos;

    Dialled(Enode enode) {
      this.enode = enode;
      this.id = PeerId.of("enode:" + enode.id());
      this.dialer = new RlpxDialer(vertx, local);
    }

    void dial() {
      if (isClosed) {
        return;
      }
      Instant now = directory.now();
      long heldBack = DialSchedule.millisHeldBack(directory.ban(id, now), now);
      if (heldBack > 0) {
        // An operator may end the ban before.
        vertx.setTimer(Math.min(heldBack, BAN_LOOK_MILLIS), ignored -> dial());
        return;
      }
      isReached = false;
      dialer
          .connect(enode)
          .compose(
              connection -> {
                isReached = true;
                return open(connection);
              })
          .onSuccess(this::onOpen)
          .onFailure(e -> onFailure(String.valueOf(e.getMessage())));
    }

    private void onFailure(String message) {
      String reason = explained(message);
      LOG.atLevel(schedule.level(reason, System.nanoTime()))
          .setMessage(isReached ? "Peer refused" : "Peer not reached")
          .addKeyValue("peer", id)
          .addKeyValue("address", Address.of(enode.host(), enode.port()))
          .addKeyValue("reason", reason)
          .log();
      notReached(id, reason);
      dialAfter(schedule.millisAfterFailure());
    }

    /**
     * Adds a likely cause, since geth disconnects with this reason before it sends its own Status.
     */
    private String explained(String netty) {
      // The log line has the address already.
      String reason = ADDRESS_AT_END.matcher(netty).replaceFirst("");
      return isReached && reason.endsWith(DisconnectReason.SUBPROTOCOL_ERROR.toString())
          ? String.format(
              "%s: probably it is on another network, ours is %s with genesis %s",
              reason, Long.toUnsignedString(chain.networkId()), chain.genesis())
          : reason;
    }

    private void dialAfter(long millis) {
      if (!isClosed) {
        vertx.setTimer(millis, ignored -> dial());
      }
    }

    private void onOpen(PeerSession session) {
      openedNanos = System.nanoTime();
      if (take(id, session, this)) {
        schedule.connected();
      } else {
        dialAfter(schedule.millisAfterFailure());
      }
    }

    @Override
    public void onClosed(PeerId peer, String reason) {
      boolean wasUseful =
          downloader.progress().peers().stream()
              .anyMatch(view -> view.id().equals(peer.name()) && view.blocksDelivered() > 0);
      super.onClosed(peer, reason);
      Duration lasted = Duration.ofNanos(System.nanoTime() - openedNanos);
      dialAfter(schedule.millisAfterConnection(lasted, wasUseful));
    }
  }
}
