package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.EvidenceCodec;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.verticle.Clocks;
import dev.windlass.fixtures.Opened;
import dev.windlass.p2p.Connections;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.HonestNode;
import dev.windlass.wire.devp2p.HostileNode;
import dev.windlass.wire.devp2p.InboundLimits;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RawPeer;
import dev.windlass.wire.devp2p.eth.EthCodec;
import dev.windlass.wire.devp2p.eth.EthMessage;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Five liars of five kinds over RLPx, a restart, and the day after. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FiveLiarsTest {
  private static final int VERSION = 69;
  private static final long NETWORK = 7332;
  private static final ChainMaker CHAIN = ChainMaker.of(3, 300, Shape.SIGNED);
  private static final ChainMaker FORK = CHAIN.forkAt(50, 4, 400);
  private static final Hash GENESIS = CHAIN.genesis().hash();
  private static final ForkSchedule FORKS = new ForkSchedule(GENESIS, 0, List.of(), List.of());
  private static final BlockId CHECKPOINT = new BlockId(100, CHAIN.hashAt(100));
  private static final Instant MONDAY = Instant.parse("2026-01-05T06:07:08Z");

  /** Not those of this machine, which would spare other nodes of 127.0.0.1. */
  private static final InboundLimits INBOUND = new InboundLimits(25, 25, 0, false);

  @TempDir private Path folder;
  @RegisterExtension private final Opened opened = new Opened();

  private final AtomicReference<Instant> wall = new AtomicReference<>(MONDAY);
  private final LogTap log = opened.with(new LogTap());
  private LevelDbBlockStore store;
  private Node node;
  private Connections peers;

  private void start() {
    store = LevelDbBlockStore.open(folder, CHAIN.block(0));
    NodeSetup setup =
        new NodeSetup(
            MemoryPlan.DEFAULT,
            QuickLimits.of(DownloaderLimits.DEFAULT),
            new Trust(List.of(CHECKPOINT)),
            CurrentRule.NONE,
            List.of(),
            new Clocks(System::nanoTime, wall::get));
    node = Node.start(store, setup);
    NodeKey key = NodeKey.random(new SecureRandom());
    LocalNode local = LocalNode.of(key, "test", List.of(Capability.eth(VERSION)), 0);
    peers = TestConnections.of(node, local, local(new StoredChain(store)), store);
  }

  private void stop() {
    peers.close();
    node.close();
    node = null;
  }

  @AfterEach
  void close() {
    if (node != null) {
      stop();
    }
  }

  private static LocalChain local(ServedChain chain) {
    return new LocalChain(NETWORK, GENESIS, chain, FORKS, head -> BigInteger.ONE);
  }

  private Enode serving(ServedChain chain) throws Exception {
    return opened.with(new HonestNode(VERSION, local(chain))).enode();
  }

  private static void say(RawPeer peer, EthMessage message) throws IOException {
    peer.send(RawPeer.ETH + message.code(), new EthCodec(VERSION).encode(message));
  }

  private static void sayStatus(RawPeer peer) throws IOException {
    BlockRange range = new BlockRange(0, 300, CHAIN.head().hash());
    say(peer, new EthMessage.RangeStatus(VERSION, NETWORK, GENESIS, FORKS.at(0, 0), range));
  }

  private HostileNode announcer() throws IOException {
    return opened.with(
        HostileNode.start(
            VERSION,
            peer -> {
              sayStatus(peer);
              Block block = Block.of(CHAIN.block(5).header(), CHAIN.rawBody(6));
              say(peer, new EthMessage.NewBlock(block.rawBlock(), BigInteger.ONE));
              peer.disconnectReason();
            }));
  }

  private static ServedChain withHeader(long at, byte[] wrong) {
    return new Lie(CHAIN) {
      @Override
      public byte[] rawHeader(long number) {
        return number == at ? wrong : CHAIN.rawHeader(number);
      }
    };
  }

  private static ServedChain withOtherBodies() {
    return new Lie(CHAIN) {
      @Override
      public byte[] rawBody(long number) {
        return CHAIN.rawBody(number == 300 ? 1 : number + 1);
      }
    };
  }

  private static PeerId id(Enode enode) {
    return PeerId.of("enode:" + enode.id());
  }

  /** The liars, and the offence for which each is banned. */
  private Map<PeerId, Offence> banFive(HostileNode announcer) throws Exception {
    Map<PeerId, Offence> liars = new LinkedHashMap<>();
    node.sync(CHAIN.head()).exceptionally(failure -> null);
    ban(liars, announcer.enode(), Offence.FABRICATED);
    ban(liars, serving(withHeader(150, new byte[] {(byte) 0xc1, 1})), Offence.FABRICATED);
    ban(liars, serving(withHeader(150, FORK.rawHeader(150))), Offence.UNLINKED);
    ban(liars, serving(FORK), Offence.WRONG_CHAIN);
    ban(liars, serving(withOtherBodies()), Offence.FABRICATED);
    return liars;
  }

  private void ban(Map<PeerId, Offence> liars, Enode liar, Offence offence) throws Exception {
    peers.connect(List.of(liar));
    log.awaitAll(List.of("Peer banned"), id(liar).name());
    liars.put(id(liar), offence);
  }

  private Map<PeerId, Offence> banned() {
    Map<PeerId, Offence> banned = new LinkedHashMap<>();
    node.peers().bans(wall.get()).forEach((peer, ban) -> banned.put(peer, ban.offence()));
    return banned;
  }

  /** What the bytes prove, without the peer. */
  private Optional<String> replay(PeerBan ban) {
    return node.bans().evidence(ban.peer()).map(EvidenceCodec::decode).flatMap(Evidence::fault);
  }

  private int refusal(Enode ours, NodeKey key) throws IOException {
    try (RawPeer peer = RawPeer.greet(ours, key, VERSION)) {
      sayStatus(peer);
      return peer.disconnectReason();
    }
  }

  @Test
  void shouldHoldProvenBansOverARestartAndUntilTheNextDay() throws Exception {
    start();
    HostileNode announcer = announcer();
    Map<PeerId, Offence> liars = banFive(announcer);
    stop();

    wall.set(MONDAY.plus(Duration.ofHours(24)).minusSeconds(1));
    start();
    assertEquals(liars, banned());
    for (PeerBan ban : store.peerBans()) {
      assertEquals(MONDAY.plus(Duration.ofHours(24)), ban.until(), ban::toString);
      assertTrue(replay(ban).isPresent(), ban::toString);
    }
    Enode ours = Node.await(peers.listen("127.0.0.1", 0, INBOUND));
    int useless = DisconnectReason.USELESS_PEER.code();
    assertEquals(useless, refusal(ours, announcer.key()), "by its id");
    assertEquals(useless, refusal(ours, NodeKey.random(new SecureRandom())), "by its host");

    wall.set(MONDAY.plus(Duration.ofHours(24)));
    assertEquals(Map.of(), banned());
    stop();
    start();
    assertEquals(List.of(), store.peerBans());
    assertEquals(Map.of(), banned());
  }

  @Test
  void shouldDisconnectTheNodesOfAHostThatAnOperatorBans() throws Exception {
    start();
    Enode ours = Node.await(peers.listen("127.0.0.1", 0, InboundLimits.DEFAULT));
    NodeKey key = NodeKey.random(new SecureRandom());
    try (RawPeer peer = RawPeer.greet(ours, key, VERSION)) {
      sayStatus(peer);
      log.await("Peer connected", key.publicKey().toString());
      Node.await(node.bans().ban(BanName.parse("127.0.0.1"), Duration.ofHours(1), "for a test"));
      assertEquals(DisconnectReason.USELESS_PEER.code(), peer.disconnectReason());
    }
    assertEquals(DisconnectReason.USELESS_PEER.code(), refusal(ours, key));
    assertTrue(Node.await(node.bans().pardon(BanName.parse("127.0.0.1"))));
    assertEquals(Map.of(), banned());
    stop();
    start();
    assertEquals(List.of(), store.peerBans());
  }

  /** 300 questions for 4,096 bodies each are more than 1,010,000 items within a moment. */
  @Test
  void shouldBanANodeThatAsksForTooMuch() throws Exception {
    start();
    Enode ours = Node.await(peers.listen("127.0.0.1", 0, InboundLimits.DEFAULT));
    NodeKey key = NodeKey.random(new SecureRandom());
    List<Hash> unknown =
        LongStream.range(0, 4_096).mapToObj(n -> Hash.ofLongs(n, 1, 1, 1)).toList();
    try (RawPeer peer = RawPeer.greet(ours, key, VERSION)) {
      sayStatus(peer);
      for (int i = 0; i < 300; i++) {
        say(peer, new EthMessage.GetBlockBodies(i, unknown));
      }
      peer.disconnectReason();
    } catch (IOException e) {
      // The node hangs up while it is asked.
    }
    log.await("Peer is near a ban", key.publicKey().toString(), "it asked for too much");
    log.await("Peer banned", key.publicKey().toString(), "it asked for too much");
    assertEquals(List.of(Offence.HEAVY_ASKING), List.copyOf(banned().values()));
  }
}
