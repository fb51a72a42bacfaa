package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.fixtures.Opened;
import dev.windlass.p2p.Connections;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.HostileNode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RawPeer;
import dev.windlass.wire.devp2p.RlpxDialer;
import dev.windlass.wire.devp2p.RlpxListener;
import dev.windlass.wire.devp2p.eth.EthCodec;
import dev.windlass.wire.devp2p.eth.EthMessage;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.ForkHash;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which nodes are dialled again, and when. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DialTest {
  private static final int VERSION = 69;
  private static final long NETWORK = 7332;
  private static final ChainMaker CHAIN = ChainMaker.of(3, 20, Shape.SIGNED);
  private static final Hash GENESIS = CHAIN.genesis().hash();
  private static final ForkSchedule FORKS = new ForkSchedule(GENESIS, 0, List.of(), List.of());

  @RegisterExtension private final Opened opened = new Opened();
  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));
  private LogTap log;
  private Node node;
  private Connections peers;

  @BeforeEach
  void start() {
    log = opened.with(new LogTap());
    node = opened.with(Node.start(store));
    LocalChain chain =
        new LocalChain(NETWORK, GENESIS, new StoredChain(store), FORKS, head -> BigInteger.ONE);
    peers = opened.with(TestConnections.of(node, local(key()), chain, store));
  }

  private static NodeKey key() {
    return NodeKey.random(new SecureRandom());
  }

  private static LocalNode local(NodeKey key) {
    return LocalNode.of(key, "test", List.of(Capability.eth(VERSION)), 0);
  }

  private static PeerId id(NodeKey key) {
    return PeerId.of("enode:" + key.publicKey());
  }

  private static void say(RawPeer peer, EthMessage message) throws IOException {
    peer.send(RawPeer.ETH + message.code(), new EthCodec(VERSION).encode(message));
  }

  private static void sayStatus(RawPeer peer, long network, ForkHash forks) throws IOException {
    BlockId head = CHAIN.head();
    say(
        peer,
        new EthMessage.RangeStatus(
            VERSION, network, GENESIS, forks, new BlockRange(0, head.number(), head.hash())));
  }

  /** A node that announces a block with the body of another each time that it is dialled. */
  private HostileNode liar(AtomicInteger dials) throws IOException {
    return opened.with(
        HostileNode.start(
            VERSION,
            peer -> {
              dials.incrementAndGet();
              sayStatus(peer, NETWORK, FORKS.at(0, 0));
              Block block = Block.of(CHAIN.block(5).header(), CHAIN.rawBody(6));
              say(peer, new EthMessage.NewBlock(block.rawBlock(), BigInteger.ONE));
              peer.disconnectReason();
            }));
  }

  /** The core bans it and the connection ends, on threads of their own. */
  private void awaitBanned(HostileNode liar) throws InterruptedException {
    log.awaitAll(List.of("Peer banned", "Peer gone"), id(liar.key()).name());
  }

  @Test
  void shouldNotDialANodeWhileItIsBanned() throws Exception {
    AtomicInteger dials = new AtomicInteger();
    HostileNode liar = liar(dials);
    CountDownLatch others = new CountDownLatch(3);
    HostileNode leaving = opened.with(HostileNode.start(VERSION, peer -> others.countDown()));
    Instant before = Instant.now();
    peers.connect(List.of(liar.enode()));
    awaitBanned(liar);

    // The third dial of a node that is worth it comes seconds after the liar's next would have.
    peers.connect(List.of(leaving.enode()));
    assertTrue(others.await(30, TimeUnit.SECONDS));

    assertEquals(1, dials.get());
    PeerDirectory.Entry entry = node.peers().entries().get(id(liar.key()));
    PeerBan ban = entry.ban().orElseThrow();
    Duration banned = Duration.ofNanos(DownloaderLimits.DEFAULT.banNanos());
    assertTrue(ban.holds(before.plus(banned).minusSeconds(1)), ban::toString);
    assertTrue(ban.evidence().contains("block 5"), ban::toString);
  }

  @Test
  void shouldLetATrustedNodeRestForAMinuteOnly() throws Exception {
    HostileNode liar = liar(new AtomicInteger());
    peers.connect(List.of(liar.enode()), List.of(liar.enode()));
    awaitBanned(liar);

    PeerDirectory.Entry entry = node.peers().entries().get(id(liar.key()));
    PeerBan ban = entry.ban().orElseThrow();
    assertFalse(ban.holds(Instant.now().plusSeconds(60)), ban::toString);
  }

  @Test
  void shouldRefuseABannedNodeThatComesByItself() throws Exception {
    HostileNode liar = liar(new AtomicInteger());
    Enode ours = TestConnections.listen(peers);
    peers.connect(List.of(liar.enode()));
    awaitBanned(liar);

    try (RawPeer again = RawPeer.greet(ours, liar.key(), VERSION)) {
      sayStatus(again, NETWORK, FORKS.at(0, 0));
      assertEquals(DisconnectReason.USELESS_PEER.code(), again.disconnectReason());
    }
    log.await("came and was refused", "it is banned");
  }

  @Test
  void shouldWriteOneLineOfARefusedNodeHoweverOftenItIsDialled() throws Exception {
    AtomicInteger dials = new AtomicInteger();
    HostileNode foreign =
        opened.with(
            HostileNode.start(
                VERSION,
                peer -> {
                  boolean isOnOtherRules = dials.incrementAndGet() == 3;
                  ForkHash forks = isOnOtherRules ? new ForkHash(7, 0) : FORKS.at(0, 0);
                  sayStatus(peer, isOnOtherRules ? NETWORK : 5, forks);
                  peer.disconnectReason();
                }));
    peers.connect(List.of(foreign.enode()));

    log.await("INFO Peer refused", "network 5, not " + NETWORK);
    log.await("DEBUG Peer refused", "network 5, not " + NETWORK);
    log.await("INFO Peer refused", "incompatible fork id (EIP-2124)");
    assertEquals(3, dials.get());
  }

  @Test
  void shouldLookANameUpAgainWhenItIsDialledAgain() throws Exception {
    InetAddress first = InetAddress.getByName("127.0.0.2");
    InetAddress second = InetAddress.getByName("127.0.0.3");
    try (NameServer names = new NameServer(first)) {
      VertxOptions options = Node.vertxOptions();
      options
          .getAddressResolverOptions()
          .setServers(List.of("127.0.0.1:" + names.at().getPort()))
          .setSearchDomains(List.of());
      Vertx vertx = Vertx.vertx(options);
      opened.with(() -> vertx.close().toCompletionStage().toCompletableFuture().join());
      NodeKey key = key();
      CompletableFuture<String> met = new CompletableFuture<>();
      RlpxListener listener =
          new RlpxListener(
              vertx,
              local(key),
              second.getHostAddress(),
              0,
              9,
              connection -> met.complete(connection.hello().client()));
      int port = listener.listen().toCompletionStage().toCompletableFuture().join();
      Enode named = new Enode(key.publicKey(), "execution.test", port);

      assertTrue(dial(vertx, named).contains("127.0.0.2"), "it is not there yet");
      names.move(second);
      dial(vertx, named);

      assertEquals("test", met.get(30, TimeUnit.SECONDS));
    }
  }

  /** What became of it: the reason, or an empty text. */
  private static String dial(Vertx vertx, Enode enode) {
    CompletableFuture<String> dialled = new CompletableFuture<>();
    vertx.runOnContext(
        ignored ->
            new RlpxDialer(vertx, local(key()))
                .connect(enode)
                .onSuccess(connection -> dialled.complete(""))
                .onFailure(e -> dialled.complete(String.valueOf(e.getMessage()))));
    return dialled.join();
  }
}
