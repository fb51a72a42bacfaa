package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.EvidenceCodec;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.fixtures.Await;
import dev.windlass.fixtures.Opened;
import dev.windlass.fixtures.TestData;
import dev.windlass.p2p.mirror.EraCache;
import dev.windlass.p2p.mirror.EraPeers;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.wire.devp2p.Bandwidth;
import dev.windlass.wire.files.AccumulatorRoots;
import dev.windlass.wire.files.EraName;
import dev.windlass.wire.files.FileChain;
import dev.windlass.wire.files.TestEras;
import dev.windlass.wire.jsonrpc.RpcNode;
import dev.windlass.wire.mirror.MirrorLimits;
import dev.windlass.wire.mirror.MirrorServer;
import dev.windlass.wire.mirror.MirrorServer.Fault;
import dev.windlass.wire.mirror.MirrorUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node whose peers are folders of era files, behind a web server or on this machine. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class EraSyncTest {
  private static final ChainMaker CHAIN =
      ChainMaker.of(11, 2 * EraName.BLOCKS + 500, new Shape(1, 0, 16));

  private static final BlockId HEAD = CHAIN.head();
  private static final byte[][] ERAS = {
    TestEras.era1(CHAIN, 0), TestEras.era1(CHAIN, 1), TestEras.ere(CHAIN, 2)
  };
  private static final String[] NAMES = {
    TestEras.era1Name(0), TestEras.era1Name(1), TestEras.ereName(2)
  };
  private static final long SECONDS_MAX = 60;
  private static final MirrorLimits QUICK = new MirrorLimits(1 << 20, 30_000, 1_000, 3, 1);

  @TempDir private Path folder;
  @RegisterExtension private final Opened opened = new Opened();
  private Block root = CHAIN.block(0);
  private MemoryBlockStore store;
  private long cacheBytesMax = 64 << 20;
  private EraCache cache;
  private AccumulatorRoots roots = AccumulatorRoots.NONE;

  private Node node() {
    store = new MemoryBlockStore(root);
    DownloaderLimits limits = DownloaderLimits.DEFAULT.withoutPeersHeads();
    return opened.with(Node.start(store, NodeSetup.of(limits)));
  }

  private EraPeers peers(Node node) throws IOException {
    cache = new EraCache(Files.createTempDirectory(folder, "cache"), cacheBytesMax);
    return TestSources.eras(node, new EraPeers.Trusted(Map.of(), roots), cache);
  }

  private void connect(Node node, MirrorServer... mirrors) throws IOException {
    peers(node)
        .connectMirrors(
            Stream.of(mirrors).map(mirror -> MirrorUrl.parse(mirror.url())).toList(), QUICK);
  }

  private MirrorServer mirror() {
    MirrorServer server = opened.with(new MirrorServer());
    for (int era = 0; era < ERAS.length; era++) {
      server.with(NAMES[era], ERAS[era]);
    }
    return server;
  }

  private void sync(Node node, BlockId head) throws Exception {
    node.announce(Head.of(head.hash()));
    await(
        () -> store.tip().equals(head),
        () ->
            "tip "
                + store.tip()
                + (", not " + head + ": " + node.peers().entries())
                + node.peers().bans(node.peers().now()));
    await(() -> store.gaps().isEmpty(), () -> store.gaps().toString());
  }

  private static void await(BooleanSupplier condition, Supplier<String> what) {
    Await.condition(what, Duration.ofSeconds(SECONDS_MAX), condition);
  }

  private static String evidence(Node node, String file) {
    return node.peers().bans(node.peers().now()).entrySet().stream()
        .filter(ban -> ban.getKey().name().endsWith("/" + file))
        .map(Map.Entry::getValue)
        .map(PeerBan::evidence)
        .findFirst()
        .orElse("none");
  }

  @Test
  void shouldSyncFromAMirrorAlone() throws Exception {
    MirrorServer mirror = mirror();
    Node node = node();
    connect(node, mirror);
    sync(node, HEAD);
    for (int era = 0; era < ERAS.length; era++) {
      assertEquals(ERAS[era].length, mirror.sent(NAMES[era]), "each byte was fetched once");
    }
    assertEquals(0, node.progress().counters().refetched());
  }

  /** The blocks of an era, of which one has a body of another chain. */
  private static byte[] withWrongBody(int era) {
    ChainMaker other = ChainMaker.of(12, 100, new Shape(1, 0, 16));
    byte[] body = other.rawBody(1);
    for (int number = 2; body.length < 100; number++) {
      body = other.rawBody(number);
    }
    List<Block> blocks = TestEras.blocks(CHAIN, era);
    blocks.set(1_000, Block.of(blocks.get(1_000).header(), body));
    return TestEras.era1(blocks);
  }

  @Test
  void shouldBanAFileWithAWrongBodyAndTakeItFromAnotherMirror() throws Exception {
    MirrorServer bad = mirror().with(NAMES[1], withWrongBody(1));
    Node node = node();
    connect(node, bad);
    node.announce(Head.of(HEAD.hash()));
    await(() -> !evidence(node, NAMES[1]).equals("none"), () -> "no ban");
    assertTrue(evidence(node, NAMES[1]).contains("transactions-root"), evidence(node, NAMES[1]));
    PeerId file = node.peers().bans(node.peers().now()).keySet().iterator().next();
    await(() -> store.banEvidence(file).isPresent(), () -> "no bytes are kept");
    Evidence proof = EvidenceCodec.decode(store.banEvidence(file).orElseThrow());
    assertEquals(Optional.of(Offence.FABRICATED), proof.offence());
    MirrorServer good = mirror();
    connect(node, good);
    sync(node, HEAD);
    assertEquals(ERAS[1].length, good.sent(NAMES[1]));
    assertEquals(1, node.progress().counters().peersBanned(), "the file, and not its mirror");
    assertEquals(2, node.progress().peers().size());
  }

  @Test
  void shouldBanFilesThatAreNotWhatTheyPromiseAndSayWhy() throws Exception {
    String hash = "ab".repeat(32);
    byte[] checksums = (hash + "  " + NAMES[2] + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] damaged = ERAS[2].clone();
    damaged[damaged.length / 2] ^= 1;
    assertBanned(mirror().with("checksums_sha256.txt", checksums), "and its folder lists " + hash);
    assertBanned(mirror().with(NAMES[2], damaged), "cannot be unpacked");
    assertBanned(
        mirror().with(NAMES[2], ERAS[1]),
        "it has the blocks 8192 to 16383, and its name promises 16384 to 24575");
  }

  private void assertBanned(MirrorServer mirror, String why) throws Exception {
    Node node = node();
    connect(node, mirror);
    node.announce(Head.of(HEAD.hash()));
    await(() -> evidence(node, NAMES[2]).contains(why), () -> evidence(node, NAMES[2]));
  }

  @Test
  void shouldParkAMirrorThatHasNoFileLeft() throws Exception {
    MirrorServer bad = opened.with(new MirrorServer()).with(NAMES[2], new byte[1_000]);
    Node node = node();
    connect(node, bad);
    await(() -> node.progress().peers().size() == 1, () -> "not connected");
    node.announce(Head.of(HEAD.hash()));
    await(() -> node.progress().peers().isEmpty(), () -> "connected");
    assertEquals(
        "it has no file left that can be used",
        node.peers().entries().values().iterator().next().reason());
    assertEquals("begins with 0x00000000: no era file", evidence(node, NAMES[2]));
  }

  @Test
  void shouldGoOnWithAFileThatWasCut() throws Exception {
    MirrorServer mirror = mirror();
    mirror.faults(
        (file, before) ->
            file.equals(NAMES[1]) && before < 2
                ? Optional.of(Fault.cutAfter((before + 1) * ERAS[1].length / 3))
                : Optional.empty());
    Node node = node();
    connect(node, mirror);
    sync(node, HEAD);
    assertEquals(ERAS[1].length, mirror.sent(NAMES[1]), "no byte was fetched twice");
  }

  /** Files that came in parts of two versions are fetched anew before they count as wrong. */
  @Test
  void shouldFetchAFileAnewIfItsPartsDoNotFit() throws Exception {
    MirrorServer mirror = mirror().tag("");
    byte[] other = new byte[ERAS[2].length];
    mirror.with(NAMES[2], other);
    mirror.faults(
        (file, before) -> {
          if (file.equals(NAMES[2]) && before == 1) {
            mirror.with(NAMES[2], ERAS[2]);
          }
          return file.equals(NAMES[2]) && before == 0
              ? Optional.of(Fault.cutAfter(10_000))
              : Optional.empty();
        });
    Node node = node();
    connect(node, mirror);
    sync(node, HEAD);
    assertEquals(0, node.progress().counters().peersBanned());
  }

  @Test
  void shouldSyncThroughACacheThatHoldsOneFile() throws Exception {
    MirrorServer mirror = mirror();
    Node node = node();
    cacheBytesMax = ERAS[0].length + 10_000L;
    connect(node, mirror);
    sync(node, HEAD);
    assertTrue(cache.bytes() <= cacheBytesMax);
  }

  @Test
  void shouldFetchNoFileForHeadersThatNodesServe() throws Exception {
    RpcNode from = opened.with(new RpcNode(CHAIN));
    from.refuse(Optional::empty);
    MirrorServer mirror = mirror();
    Node node = node();
    TestSources.connectRpc(node, store, from.url());
    await(() -> node.progress().peers().size() == 1, () -> "no node");
    connect(node, mirror);
    await(() -> node.progress().peers().size() == 2, () -> "no mirror");
    sync(node, HEAD);
    for (int era = 0; era < ERAS.length; era++) {
      assertTrue(mirror.sent(NAMES[era]) <= ERAS[era].length, "at most once");
    }
    // Headers come from the head downwards, and bodies from the genesis upwards.
    List<String> fetched = mirror.requests().stream().filter(List.of(NAMES)::contains).toList();
    assertEquals(fetched.stream().sorted().toList(), fetched);
  }

  /** A mirror that ends where the pruned node begins, or later. */
  @ParameterizedTest
  @ValueSource(longs = {2 * EraName.BLOCKS, 2 * EraName.BLOCKS - 500})
  void shouldJoinTheErasOfAMirrorAndTheBlocksOfAPrunedNode(long cut) throws Exception {
    RpcNode from = opened.with(new RpcNode(CHAIN)).dropBelow(cut).reportOldest(cut);
    MirrorServer mirror = opened.with(new MirrorServer());
    mirror.with(NAMES[0], ERAS[0]).with(NAMES[1], ERAS[1]);
    Node node = node();
    TestSources.connectRpc(node, store, from.url());
    connect(node, mirror);
    await(() -> node.progress().peers().size() == 2, () -> "no mirror");
    sync(node, HEAD);
    assertTrue(from.dropped() <= 2, () -> from.dropped() + " calls for what it has dropped");
    assertTrue(mirror.sent(NAMES[0]) <= ERAS[0].length, "at most once");
    assertEquals(0, node.progress().counters().peersBanned());
  }

  /** If it read on, the line would be used up for a second after each file. */
  @Test
  void shouldReadAFileNoFasterThanTheBandwidthAllows() throws Exception {
    long bytes = (long) ERAS[0].length + ERAS[1].length + ERAS[2].length;
    MirrorServer mirror = mirror();
    Node node = node();
    node.keepTo(new BandwidthPlan(bytes / 4, List.of()));
    connect(node, mirror);
    node.announce(Head.of(HEAD.hash()));
    Bandwidth bandwidth = Bandwidth.of(node.vertx());
    AtomicLong longest = new AtomicLong();
    await(
        () -> {
          longest.accumulateAndGet(bandwidth.nanosUntilReadable(), Math::max);
          return mirror.sent(NAMES[0]) == ERAS[0].length && store.tip().number() > 0;
        },
        () -> store.tip() + " " + node.progress());
    assertTrue(longest.get() > 0, "the limit was met");
    assertTrue(longest.get() < 700_000_000L, longest + " ns");
  }

  @Test
  void shouldSyncFromAFolderOfThisMachine() throws Exception {
    for (int era = 0; era < ERAS.length; era++) {
      Files.write(folder.resolve(NAMES[era]), ERAS[era]);
    }
    Node node = node();
    peers(node).connectFolders(List.of(folder));
    sync(node, HEAD);
    assertTrue(Files.exists(folder.resolve(NAMES[0])), "the files are the user's");
  }

  @Test
  void shouldSyncTheFirstEraOfMainnet() throws Exception {
    Path file = TestData.path("mainnet/mainnet-00000-5ec1ffb8.era1");
    try (FileChain chain = FileChain.open(file)) {
      root = Block.decode(chain.rawBlock(0));
      MirrorServer mirror =
          opened
              .with(new MirrorServer())
              .with(file.getFileName().toString(), Files.readAllBytes(file));
      Node node = node();
      connect(node, mirror);
      sync(node, chain.head());
    }
  }

  @Test
  void shouldFetchEachEraFromOneOfTwoMirrors() throws Exception {
    MirrorServer one = mirror();
    MirrorServer other = mirror();
    Node node = node();
    connect(node, one, other);
    sync(node, HEAD);
    for (int era = 0; era < ERAS.length; era++) {
      assertEquals(ERAS[era].length, one.sent(NAMES[era]) + other.sent(NAMES[era]), NAMES[era]);
    }
  }

  @Test
  void shouldNameTwoMirrorsOfOneHostAlikeInAnyOrder() throws Exception {
    MirrorServer mirror = mirror();
    MirrorUrl one = MirrorUrl.parse(mirror.url() + "one/");
    MirrorUrl other = MirrorUrl.parse(mirror.url() + "other/");
    Node first = node();
    peers(first).connectMirrors(List.of(one, other), QUICK);
    Node second = node();
    peers(second).connectMirrors(List.of(other, one), QUICK);
    assertEquals(2, first.peers().entries().size());
    assertEquals(first.peers().entries().keySet(), second.peers().entries().keySet());
    for (PeerId id : first.peers().entries().keySet()) {
      assertTrue(id.name().matches(".*:[0-9]+#[0-9a-f]{16}"), id.name());
    }
  }

  @Test
  void shouldSayOfSomeNetworksThatItHasFilesOfThem() throws Exception {
    MirrorServer mirror = opened.with(new MirrorServer());
    for (int network = 1; network <= 9; network++) {
      mirror.with("net" + network + "-00000-00000000.era1", new byte[0]);
    }
    Node node = node();
    connect(node, mirror);
    String reason = "it has files of net1 and net2 and net3 and 6 other networks";
    await(
        () ->
            node.peers().entries().values().stream()
                .anyMatch(entry -> reason.equals(entry.reason())),
        () -> node.peers().entries().toString());
  }

  @Test
  void shouldFindAHeadBelowTheNewestFileByItsNumber() throws Exception {
    MirrorServer mirror = mirror();
    BlockId head = new BlockId(5_000, CHAIN.hashAt(5_000));
    Node node = node();
    cache = new EraCache(folder.resolve("cache"), cacheBytesMax);
    TestSources.eras(node, new EraPeers.Trusted(Map.of(head.hash(), head.number()), roots), cache)
        .connectMirrors(List.of(MirrorUrl.parse(mirror.url())), QUICK);
    sync(node, head);
    assertEquals(0, mirror.sent(NAMES[2]), "the newest file is not needed");
  }

  private static final List<Hash> ROOTS =
      List.of(TestEras.root(TestEras.blocks(CHAIN, 0)), TestEras.root(TestEras.blocks(CHAIN, 1)));

  private static final List<String> PROVEN =
      List.of(TestEras.era1Name(0, ROOTS.get(0)), TestEras.era1Name(1, ROOTS.get(1)));

  /** The files of trusted eras have the names of their roots. */
  private MirrorServer mirrorOfRoots() {
    roots = AccumulatorRoots.of(ROOTS);
    return opened
        .with(new MirrorServer())
        .with(PROVEN.get(0), ERAS[0])
        .with(PROVEN.get(1), ERAS[1])
        .with(NAMES[2], ERAS[2]);
  }

  private RpcNode connectedRpc(Node node) {
    RpcNode from = opened.with(new RpcNode(CHAIN));
    TestSources.connectRpc(node, store, from.url());
    await(() -> node.progress().peers().size() == 1, () -> "no node");
    return from;
  }

  private static String shown(Node node) {
    return node.peers().entries().values().toString();
  }

  /** The node with the headers answers nothing until the mirror's files are proven. */
  @Test
  void shouldProveErasOfTrustedRootsBeforeTheirHeadersAreKnown() throws Exception {
    MirrorServer mirror = mirrorOfRoots();
    Node node = node();
    RpcNode from = connectedRpc(node);
    connect(node, mirror);
    await(() -> node.progress().peers().size() == 2, () -> "no mirror");
    CompletableFuture<Long> hashesBefore = new CompletableFuture<>();
    from.twist(
        (method, answer) -> {
          await(() -> shown(node).contains("3 eras, 2 proven ahead"), () -> shown(node));
          hashesBefore.complete(node.progress().counters().hashes());
          return answer;
        });
    sync(node, HEAD);
    assertEquals(0, hashesBefore.join(), "no header was known");
    for (String file : PROVEN) {
      assertEquals(1, requests(mirror, file), file);
    }
    assertEquals(ERAS[0].length, mirror.sent(PROVEN.get(0)));
    assertEquals(0, node.progress().counters().peersBanned());
  }

  private static long requests(MirrorServer mirror, String file) {
    return mirror.requests().stream().filter(line -> line.split(" ", 2)[0].equals(file)).count();
  }

  @Test
  void shouldFetchNothingAheadWithoutASync() throws Exception {
    MirrorServer mirror = mirrorOfRoots();
    Node node = node();
    connect(node, mirror);
    await(() -> node.progress().peers().size() == 1, () -> "no mirror");
    sync(node, new BlockId(0, CHAIN.hashAt(0)));
    assertEquals(0, requests(mirror, PROVEN.get(0)));
  }

  @Test
  void shouldBanAFileThatBreaksItsTrustedRootAndTakeItFromAnotherMirror() throws Exception {
    ChainMaker other = ChainMaker.of(12, EraName.BLOCKS, new Shape(1, 0, 16));
    List<Block> blocks = TestEras.blocks(other, 0);
    assertProvenWrong(
        mirrorOfRoots().with(PROVEN.get(0), TestEras.era1(blocks)),
        PROVEN.get(0),
        "its blocks make the accumulator root "
            + TestEras.root(blocks)
            + ", and the trusted root of era 0 is "
            + ROOTS.get(0));
  }

  /** Its headers give the root. */
  @Test
  void shouldBanAFileOfATrustedRootWithAWrongBodyBeforeItIsWanted() throws Exception {
    assertProvenWrong(
        mirrorOfRoots().with(PROVEN.get(1), withWrongBody(1)), PROVEN.get(1), "transactions-root");
  }

  private void assertProvenWrong(MirrorServer bad, String file, String why) throws Exception {
    Node node = node();
    RpcNode from = connectedRpc(node);
    connect(node, bad);
    await(() -> node.progress().peers().size() == 2, () -> "no mirror");
    from.twist(
        (method, answer) -> {
          await(() -> evidence(node, file).contains(why), () -> evidence(node, file));
          return answer;
        });
    node.announce(Head.of(HEAD.hash()));
    await(() -> evidence(node, file).contains(why), () -> evidence(node, file));
    MirrorServer good = mirrorOfRoots();
    connect(node, good);
    sync(node, HEAD);
    assertEquals(1, node.progress().counters().peersBanned(), "the file, and not its mirror");
  }

  @Test
  void shouldFetchAnEraAheadOnceThroughACacheThatHoldsOneFile() throws Exception {
    MirrorServer mirror = mirrorOfRoots();
    Node node = node();
    cacheBytesMax = ERAS[0].length + 10_000L;
    connect(node, mirror);
    sync(node, HEAD);
    assertTrue(cache.bytes() <= cacheBytesMax);
    assertTrue(shown(node).matches(".*3 eras, [12] proven ahead.*"), shown(node));
    assertEquals(0, node.progress().counters().peersBanned());
  }

  /** The chain of the anchor has other blocks than the user's file of roots. */
  @Test
  void shouldSyncFromFilesThatContradictTheRootsIfTheLinksProveThem() throws Exception {
    MirrorServer mirror = mirrorOfRoots();
    roots = AccumulatorRoots.of(List.of(ROOTS.get(1), ROOTS.get(0)));
    Node node = node();
    connect(node, mirror);
    sync(node, HEAD);
    assertTrue(!shown(node).contains("proven ahead"), shown(node));
    for (String file : PROVEN) {
      assertEquals(1, requests(mirror, file), file);
    }
    assertEquals(0, node.progress().counters().peersBanned());
  }
}
