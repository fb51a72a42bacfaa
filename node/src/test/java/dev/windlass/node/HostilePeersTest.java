package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.fixtures.Opened;
import dev.windlass.p2p.Connections;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.ConnectionLimits;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.HonestNode;
import dev.windlass.wire.devp2p.HostileNode;
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
import java.net.SocketException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Hostile nodes over real sockets, against a whole node that has honest peers too. Each is
 * disconnected with a reason that is logged, its cost is bounded, and the sync gets every block.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostilePeersTest {
  private static final ChainMaker CHAIN = ChainMaker.of(3, 900, Shape.SIGNED);
  private static final long NETWORK = 7332;
  private static final ForkSchedule FORKS =
      new ForkSchedule(CHAIN.genesis().hash(), 0, List.of(), List.of());
  private static final ConnectionLimits QUICK = new ConnectionLimits(6_000, 500, 2_000, 32 << 20);
  private static final long SECONDS_MAX = 30;

  /** Kernel buffers of both ends, and what waits in ours. */
  private static final long UNREAD_BYTES_MAX = 48 << 20;

  /** Announcements of 3.6 KB: so many are more than the buffers of both ends hold. */
  private static final int FLOOD = 5_000;

  private final SecureRandom random = new SecureRandom();
  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));
  @RegisterExtension private final Opened opened = new Opened();

  private LogTap log;
  private Node node;
  private Connections peers;

  @BeforeEach
  void start() {
    log = opened.with(new LogTap());
    node = Node.start(store, QuickLimits.of(DownloaderLimits.DEFAULT.withoutPeersHeads()));
    LocalNode local = LocalNode.of(NodeKey.random(random), "test", spoken(), 0).with(QUICK);
    StoredChain stored = new StoredChain(store);
    LocalChain chain = local(stored);
    peers = TestConnections.of(node, local, chain, store);
  }

  private static List<Capability> spoken() {
    return List.of(Capability.eth(68), Capability.eth(69));
  }

  private static LocalChain local(ServedChain chain) {
    return new LocalChain(NETWORK, CHAIN.genesis().hash(), chain, FORKS, head -> BigInteger.ONE);
  }

  @AfterEach
  void close() throws Exception {
    peers.close();
    node.close();
  }

  private HonestNode honest() throws Exception {
    return opened.with(new HonestNode(69, local(CHAIN)));
  }

  private HostileNode hostile(int version, HostileNode.Script script) throws IOException {
    return opened.with(HostileNode.start(version, script));
  }

  private Enode listen() {
    return TestConnections.listen(peers);
  }

  private CompletableFuture<SyncSummary> sync() {
    CompletableFuture<SyncSummary> synced = node.untilSynced(CHAIN.head().hash());
    node.sync(CHAIN.head()).exceptionally(failure -> null);
    return synced;
  }

  private void assertWhole(CompletableFuture<SyncSummary> synced) throws Exception {
    synced.get(SECONDS_MAX, TimeUnit.SECONDS);
    StoredChain stored = new StoredChain(store);
    assertEquals(CHAIN.head(), stored.head());
    for (long number = 1; number <= CHAIN.head().number(); number++) {
      assertArrayEquals(CHAIN.rawBlock(number), stored.rawBlock(number));
    }
    assertEquals(0, node.progress().counters().refetched());
    assertEquals(0, node.progress().bufferedBytes());
  }

  private static void sayStatus(RawPeer peer, int version) throws IOException {
    BlockId head = CHAIN.head();
    Hash genesis = CHAIN.genesis().hash();
    EthMessage status =
        version >= 69
            ? new EthMessage.RangeStatus(
                version, NETWORK, genesis, FORKS.at(0, 0), new BlockRange(0, 900, head.hash()))
            : new EthMessage.Status(
                version, NETWORK, BigInteger.TEN, head.hash(), genesis, FORKS.at(0, 0));
    say(peer, version, status);
  }

  private static void say(RawPeer peer, int version, EthMessage message) throws IOException {
    peer.send(RawPeer.ETH + message.code(), new EthCodec(version).encode(message));
  }

  /** What is sent after a good Status, and how that ends. */
  private enum Breach {
    GARBAGE("the MAC of a frame's header is wrong", 0x02),
    CLAIM_OF_16_MIB("a frame of 16777215 bytes; at most ", 0x02),
    SNAPPY_CLAIM("a message that is no snappy: ", 0x02),
    SNAPPY_BOMB("a message of 10485761 bytes; at most 10485760 are allowed", 0x02),
    NO_SNAPPY("a message that is no snappy: ", 0x02),
    NO_SUCH_CODE("message code 48", 0x02),
    NO_RLP("message 4: byte ", 0x10),
    SECOND_STATUS("a second Status", 0x10),
    HALF_A_FRAME("silent for ", 0x0b),
    SILENCE("silent for ", 0x0b);

    private final String reason;
    private final int disconnectReason;

    Breach(String reason, int disconnectReason) {
      this.reason = reason;
      this.disconnectReason = disconnectReason;
    }

    void commit(RawPeer peer) throws IOException {
      switch (this) {
        case GARBAGE -> {
          byte[] garbage = new byte[200];
          new Random(1).nextBytes(garbage);
          peer.sendRaw(garbage);
        }
        case CLAIM_OF_16_MIB ->
            peer.sendRaw(Arrays.copyOf(peer.frame(0x14, new byte[0xfffffe]), 32));
        case SNAPPY_CLAIM ->
            peer.sendFrame(0x14, new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, 2});
        case SNAPPY_BOMB -> peer.send(0x14, new byte[(10 << 20) + 1]);
        case NO_SNAPPY -> peer.sendFrame(0x14, new byte[] {4, (byte) 0xff, 1, 1, 1});
        case NO_SUCH_CODE -> peer.send(0x30, new byte[] {(byte) 0xc0});
        case NO_RLP -> peer.send(0x14, new byte[] {(byte) 0xc1, (byte) 0x80});
        case SECOND_STATUS -> sayStatus(peer, 69);
        case HALF_A_FRAME ->
            peer.sendRaw(Arrays.copyOf(peer.frame(0x14, new byte[1 << 20]), 1 << 19));
        case SILENCE -> {}
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Breach.class)
  void shouldSayWhyItEndsAndSyncBesideIt(Breach breach) throws Exception {
    CompletableFuture<Integer> disconnected = new CompletableFuture<>();
    HostileNode hostile =
        hostile(
            69,
            peer -> {
              sayStatus(peer, 69);
              breach.commit(peer);
              disconnected.complete(peer.disconnectReason());
            });
    peers.connect(List.of(hostile.enode(), honest().enode()));
    CompletableFuture<SyncSummary> synced = sync();
    log.await("Peer gone", breach.reason, hostile.key().publicKey().toString());
    assertEquals(breach.disconnectReason, disconnected.get(SECONDS_MAX, TimeUnit.SECONDS));
    assertWhole(synced);
  }

  /** Answers pings, and no question. */
  @Test
  void shouldSyncFromAnotherWhenAPeerAnswersNothing() throws Exception {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    HostileNode hostile =
        hostile(
            69,
            peer -> {
              sayStatus(peer, 69);
              while (true) {
                RawPeer.Message message = peer.read();
                if (message.code() == RawPeer.PING) {
                  peer.send(RawPeer.PONG, new byte[] {(byte) 0xc0});
                } else if (message.code() == RawPeer.ETH + EthMessage.GET_BLOCK_HEADERS) {
                  asked.complete(null);
                }
              }
            });
    CompletableFuture<SyncSummary> synced = sync();
    peers.connect(List.of(hostile.enode()));
    asked.get(SECONDS_MAX, TimeUnit.SECONDS);
    peers.connect(List.of(honest().enode()));
    assertWhole(synced);
  }

  private void assertBannedThenSynced(Enode hostile, String evidence) throws Exception {
    CompletableFuture<SyncSummary> synced = sync();
    peers.connect(List.of(hostile));
    log.await("Peer banned", evidence);
    peers.connect(List.of(honest().enode()));
    assertWhole(synced);
    assertEquals(1, node.progress().counters().peersBanned());
  }

  @Test
  void shouldBanWhoseHeadersLieAtABlock() throws Exception {
    ChainMaker other = CHAIN.forkAt(440, 4, 100);
    HonestNode liar =
        opened.with(
            new HonestNode(
                69,
                local(
                    new Lie(CHAIN) {
                      @Override
                      public byte[] rawHeader(long number) {
                        return number == 450 ? other.rawHeader(450) : CHAIN.rawHeader(number);
                      }
                    })));
    assertBannedThenSynced(liar.enode(), "link: ");
  }

  @Test
  void shouldBanWhoServesBodiesOfOtherBlocks() throws Exception {
    HonestNode liar =
        opened.with(
            new HonestNode(
                69,
                local(
                    new Lie(CHAIN) {
                      @Override
                      public byte[] rawBody(long number) {
                        return CHAIN.rawBody(number + 1);
                      }
                    })));
    assertBannedThenSynced(liar.enode(), "belongs to none of those asked for");
  }

  @Test
  void shouldBanWhoAnswersWithAnIdThatNobodyAskedWith() throws Exception {
    HostileNode hostile =
        hostile(
            69,
            peer -> {
              sayStatus(peer, 69);
              while (true) {
                RawPeer.Message asked = peer.read();
                if (asked.code() == RawPeer.ETH + EthMessage.GET_BLOCK_HEADERS) {
                  long id = new RlpReader(asked.payload()).list().unsignedLong();
                  say(peer, 69, new EthMessage.BlockHeaders(id + 1_000, List.of()));
                }
              }
            });
    assertBannedThenSynced(hostile.enode(), "which waits for none");
  }

  /** One such answer may be late, and the third one within a minute bans. */
  @Test
  void shouldBanWhoAnswersTwice() throws Exception {
    HostileNode hostile =
        hostile(
            69,
            peer -> {
              sayStatus(peer, 69);
              while (true) {
                RawPeer.Message asked = peer.read();
                if (asked.code() == RawPeer.ETH + EthMessage.GET_BLOCK_HEADERS) {
                  long id = new RlpReader(asked.payload()).list().unsignedLong();
                  say(peer, 69, new EthMessage.BlockHeaders(id, List.of()));
                  // The question for its head, which may come first, has the largest id.
                  if (id < Long.MAX_VALUE) {
                    say(peer, 69, new EthMessage.BlockBodies(id, List.of()));
                  }
                }
              }
            });
    assertBannedThenSynced(hostile.enode(), "bodies answer request 3, which waits for none");
  }

  @Test
  void shouldRefuseAHelloThatClaims16MiB() throws Exception {
    Enode ours = listen();
    try (RawPeer peer = RawPeer.shakeHands(ours, NodeKey.random(random))) {
      peer.sendRaw(Arrays.copyOf(peer.frame(RawPeer.HELLO, new byte[0xfffffe]), 32));
      log.await("came and was refused", "a frame of 16777215 bytes; at most 4096 are allowed");
    }
  }

  @Test
  void shouldGiveUpOnAHelloThatNeverEnds() throws Exception {
    Enode ours = listen();
    try (RawPeer peer = RawPeer.shakeHands(ours, NodeKey.random(random))) {
      peer.sendRaw(Arrays.copyOf(peer.frame(RawPeer.HELLO, new byte[4_000]), 3_000));
      log.await("came and was refused", "no handshake within 6000 ms");
    }
  }

  /** btcd's TestPreVerackDisconnect, at each stage of the handshake. */
  @Test
  void shouldBearAThousandThatLeaveDuringTheirHandshake() throws Exception {
    Enode ours = listen();
    CompletableFuture<SyncSummary> synced = sync();
    peers.connect(List.of(honest().enode()));
    int threads = Integer.MAX_VALUE;
    for (int i = 0; i < 1_000; i++) {
      // By then both nodes have most of the threads that they need.
      threads = i == 100 ? Thread.activeCount() : threads;
      NodeKey key = NodeKey.random(random);
      switch (i % 4) {
        case 0 -> RawPeer.connect(ours, key).close();
        case 1 -> leave(ours, key);
        case 2 -> RawPeer.shakeHands(ours, key).close();
        default -> RawPeer.greet(ours, key, 69).close();
      }
    }
    assertWhole(synced);
    // Workers of Vert.x are made as they are needed: 20 at most, and two loops a core.
    int most = threads + 30;
    assertTrue(Thread.activeCount() <= most, () -> "threads " + Thread.activeCount());
    assertTaken(ours);
    assertEquals(0, node.progress().counters().peersBanned());
  }

  private static void leave(Enode ours, NodeKey key) throws IOException {
    try (RawPeer peer = RawPeer.connect(ours, key)) {
      peer.sendRaw(new byte[300]);
    }
  }

  /** An untrusted peer is accepted, at the latest when the node notices that others are gone. */
  private RawPeer assertTaken(Enode ours) throws Exception {
    for (int attempt = 0; attempt < 1_000; attempt++) {
      NodeKey key = NodeKey.random(random);
      try {
        RawPeer peer = opened.with(RawPeer.greet(ours, key, 69));
        sayStatus(peer, 69);
        log.await("Peer connected", key.publicKey().toString());
        return peer;
      } catch (IOException e) {
        // No place yet.
      }
    }
    throw new AssertionError("nobody is taken in");
  }

  @Test
  void shouldSyncThoughUntrustedPeersHaveEveryPlace() throws Exception {
    Enode ours = listen();
    List<RawPeer> untrustedPeers = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      untrustedPeers.add(assertTaken(ours));
    }
    try (RawPeer late = RawPeer.connect(ours, NodeKey.random(random))) {
      log.await("came and was refused", "25 are connected already");
      assertEquals(-1, closed(late));
    }
    CompletableFuture<SyncSummary> synced = sync();
    peers.connect(List.of(honest().enode()));
    for (RawPeer untrusted : untrustedPeers) {
      untrusted.close();
    }
    assertWhole(synced);
    assertTaken(ours);
  }

  private static int closed(RawPeer peer) throws IOException {
    try {
      return peer.readByte();
    } catch (SocketException e) {
      return -1;
    }
  }

  @Test
  void shouldRefuseASecondConnectionOfANode() throws Exception {
    Enode ours = listen();
    NodeKey key = NodeKey.random(random);
    try (RawPeer first = RawPeer.greet(ours, key, 69)) {
      sayStatus(first, 69);
      log.await("Peer connected", key.publicKey().toString());
      try (RawPeer second = RawPeer.greet(ours, key, 69)) {
        assertEquals(DisconnectReason.ALREADY_CONNECTED.code(), second.disconnectReason());
      }
      assertServed(first);
    }
    log.await("Peer gone", key.publicKey().toString());
  }

  /** It is dialled, and comes by itself as well. */
  @Test
  void shouldRefuseANodeThatIsDialledAlready() throws Exception {
    Enode ours = listen();
    HostileNode other =
        hostile(
            69,
            peer -> {
              sayStatus(peer, 69);
              peer.disconnectReason();
            });
    peers.connect(List.of(other.enode()));
    log.await("Peer connected", other.key().publicKey().toString());
    try (RawPeer second = RawPeer.greet(ours, other.key(), 69)) {
      assertEquals(DisconnectReason.ALREADY_CONNECTED.code(), second.disconnectReason());
    }
    CompletableFuture<SyncSummary> synced = sync();
    peers.connect(List.of(honest().enode()));
    assertWhole(synced);
    assertEquals(2, node.progress().peers().size());
  }

  private static void assertServed(RawPeer peer) throws IOException {
    say(peer, 69, new EthMessage.GetBlockHeaders(5, null, 0, 1, 0, false));
    RawPeer.Message message = peer.read();
    while (message.code() != RawPeer.ETH + EthMessage.BLOCK_HEADERS) {
      message = peer.read();
    }
    EthMessage answer = new EthCodec(69).decode(EthMessage.BLOCK_HEADERS, message.payload());
    assertEquals(1, ((EthMessage.Answer) answer).items().size());
  }

  @Test
  void shouldEndWhoAsksAndNeverReads() throws Exception {
    CompletableFuture<SyncSummary> synced = sync();
    peers.connect(List.of(honest().enode()));
    assertWhole(synced);
    Enode ours = listen();
    List<Hash> hashes = LongStream.rangeClosed(1, 900).mapToObj(CHAIN::hashAt).toList();
    AtomicLong sent = new AtomicLong();
    try (RawPeer peer = RawPeer.greet(ours, NodeKey.random(random), 69)) {
      sayStatus(peer, 69);
      byte[] question = new EthCodec(69).encode(new EthMessage.GetBlockBodies(1, hashes));
      Thread flood =
          new Thread(
              () -> {
                try {
                  while (true) {
                    peer.send(RawPeer.ETH + EthMessage.GET_BLOCK_BODIES, question);
                    sent.addAndGet(question.length);
                  }
                } catch (IOException e) {
                  // The other end has had enough.
                }
              });
      flood.start();
      log.await("Peer gone", "peer has read nothing for 2 s");
      flood.join(TimeUnit.SECONDS.toMillis(SECONDS_MAX));
      assertTrue(!flood.isAlive(), "the socket is still open");
    }
    assertTrue(sent.get() < UNREAD_BYTES_MAX, () -> sent + " bytes were taken");
  }

  /** Hashes of nothing, above whatever was announced before. */
  private static List<BlockId> heads(long message) {
    Random hashes = new Random(message);
    return LongStream.range(0, 100)
        .mapToObj(i -> new BlockId(1_000 + 100 * message + i, hash(hashes)))
        .toList();
  }

  private static Hash hash(Random from) {
    return Hash.ofLongs(from.nextLong(), from.nextLong(), from.nextLong(), from.nextLong());
  }

  @Test
  void shouldSyncBesideWhoNeverStopsAnnouncing() throws Exception {
    CompletableFuture<Void> flooding = new CompletableFuture<>();
    HostileNode hostile =
        hostile(
            68,
            peer -> {
              sayStatus(peer, 68);
              for (int message = 0; ; message++) {
                say(peer, 68, new EthMessage.NewBlockHashes(heads(message)));
                if (message == FLOOD) {
                  flooding.complete(null);
                }
              }
            });
    peers.connect(List.of(hostile.enode()));
    flooding.get(SECONDS_MAX, TimeUnit.SECONDS);
    CompletableFuture<SyncSummary> synced = sync();
    peers.connect(List.of(honest().enode()));
    assertWhole(synced);
    assertTrue(node.progress().counters().announcements() > 1_000);
    assertEquals(1, node.progress().counters().syncs());
  }
}
