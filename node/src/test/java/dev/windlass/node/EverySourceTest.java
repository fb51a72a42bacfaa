package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.fixtures.Await;
import dev.windlass.fixtures.Opened;
import dev.windlass.p2p.mirror.EraCache;
import dev.windlass.p2p.mirror.EraPeers;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoreVerifier;
import dev.windlass.store.VerifyReport;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.HostileNode;
import dev.windlass.wire.devp2p.RawPeer;
import dev.windlass.wire.devp2p.eth60.Eth60Codec;
import dev.windlass.wire.devp2p.eth60.Eth60Message;
import dev.windlass.wire.devp2p.eth60.Eth60Message.BlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Blocks;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlocks;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Status;
import dev.windlass.wire.files.EraName;
import dev.windlass.wire.files.TestEras;
import dev.windlass.wire.jsonrpc.RpcNode;
import dev.windlass.wire.mirror.MirrorLimits;
import dev.windlass.wire.mirror.MirrorServer;
import dev.windlass.wire.mirror.MirrorUrl;
import dev.windlass.wire.network.Network;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * One sync over an era mirror, another Windlass, a node that answers JSON-RPC and a hash peer of
 * 2015. The first three have only a part of the chain each.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class EverySourceTest {
  private static final int HEAD = 20_000;
  private static final int ERA = EraName.BLOCKS;
  private static final int SIBLINGS_TIP = 15_000;
  private static final int RPC_LOWEST = 14_000;
  private static final int HASH_VERSION = 61;

  /** In one answer, so that it does not serve all of the chain before the others have answered. */
  private static final int HASH_BLOCKS_MAX = 4;

  private static final ChainMaker CHAIN = ChainMaker.of(17, HEAD, new Shape(2, 64, 16));
  private static final MirrorLimits QUICK = new MirrorLimits(1 << 20, 30_000, 1_000, 3, 1);
  private static final Network NETWORK = MadeNetwork.of(CHAIN);

  @TempDir private Path folder;
  @RegisterExtension private final Opened opened = new Opened();

  private NodeConfig config(String name, boolean listens, List<Enode> peers) {
    return MadeNetwork.node(
        CHAIN,
        folder.resolve(name),
        new NodeConfig.P2p(listens, "127.0.0.1", 0),
        NodeLimits.DEFAULT,
        peers);
  }

  /** Has all headers up to its tip, and the bodies from the second era on. */
  private Enode sibling() {
    BlockStore some = new MemoryBlockStore(CHAIN.block(0));
    List<Block> run = new ArrayList<>();
    for (int number = 1; number <= SIBLINGS_TIP; number++) {
      run.add(CHAIN.block(number));
    }
    some.skip(run.subList(0, ERA - 1).stream().map(Block::header).toList());
    some.insert(run.subList(ERA - 1, run.size()), false);
    Node node = opened.with(Node.start(some));
    return EthNetwork.of(config("sibling", true, List.of())).connectTo(node, some).orElseThrow();
  }

  private MirrorServer mirror() {
    return opened.with(new MirrorServer()).with(TestEras.era1Name(0), TestEras.era1(CHAIN, 0));
  }

  private RpcNode rpc() {
    return opened.with(new RpcNode(CHAIN)).dropBelow(RPC_LOWEST).reportOldest(RPC_LOWEST);
  }

  private Enode hashPeer() throws IOException {
    return opened.with(HostileNode.start(HASH_VERSION, EverySourceTest::serveHashes)).enode();
  }

  private static void say(RawPeer peer, Eth60Message message) throws IOException {
    peer.send(RawPeer.ETH + message.code(), Eth60Codec.encode(message));
  }

  private static void serveHashes(RawPeer peer) throws IOException {
    Hash genesis = CHAIN.genesis().hash();
    say(peer, new Status(HASH_VERSION, NETWORK.id(), BigInteger.TEN, genesis, genesis));
    while (true) {
      RawPeer.Message message = peer.read();
      if (message.code() < RawPeer.ETH) {
        continue;
      }
      Eth60Message asked = Eth60Codec.decode(message.code() - RawPeer.ETH, message.payload());
      if (asked instanceof GetBlockHashes hashes) {
        List<Hash> below = new ArrayList<>();
        long number = CHAIN.numberOf(hashes.from()).orElse(0);
        while (--number >= 0 && below.size() < hashes.countMax()) {
          below.add(CHAIN.hashAt(number));
        }
        say(peer, new BlockHashes(below));
      } else if (asked instanceof GetBlocks blocks) {
        say(
            peer,
            new Blocks(
                blocks.hashes().stream()
                    .limit(HASH_BLOCKS_MAX)
                    .map(hash -> CHAIN.rawBlock(CHAIN.numberOf(hash).orElseThrow()))
                    .toList()));
      }
    }
  }

  private void connectMirror(Node node, MirrorServer mirror) {
    EraCache cache = new EraCache(folder.resolve("cache"), 64 << 20);
    TestSources.eras(node, EraPeers.Trusted.NOTHING, cache)
        .connectMirrors(List.of(MirrorUrl.parse(mirror.url())), QUICK);
  }

  private void connect(Node node, BlockStore store, MirrorServer mirror, RpcNode rpc)
      throws IOException {
    Enode sibling = sibling();
    EthNetwork.of(config("client", false, List.of(sibling, hashPeer()))).connectTo(node, store);
    TestSources.connectRpc(node, store, rpc.url());
    connectMirror(node, mirror);
  }

  @Test
  void shouldTakeFromEachWhatItHas() throws Exception {
    MirrorServer mirror = mirror();
    RpcNode rpc = rpc();
    Path data = folder.resolve("data");
    Progress last;
    try (LevelDbBlockStore store = LevelDbBlockStore.open(data, CHAIN.block(0))) {
      DownloaderLimits limits = DownloaderLimits.DEFAULT.withoutPeersHeads();
      Node node = Node.start(store, limits);
      connect(node, store, mirror, rpc);
      Await.condition(
          () -> node.progress().peers().toString(), () -> node.progress().peers().size() == 4);
      node.awaitAny(node.sync(new BlockId(HEAD, CHAIN.hashAt(HEAD))));
      Await.condition(() -> store.gaps() + " " + node.progress(), () -> store.gaps().isEmpty());
      last = node.progress();
      node.close();
    }
    for (Progress.PeerView peer : last.peers()) {
      assertTrue(peer.blocksDelivered() > 0, last.peers()::toString);
    }
    assertEquals(0, last.counters().peersBanned());
    assertEquals(0, last.counters().syncsFailed());
    assertEquals(0, last.counters().refetched());
    try (LevelDbBlockStore closed = LevelDbBlockStore.open(data)) {
      VerifyReport report = new StoreVerifier(closed, done -> {}).verify();
      assertEquals(List.of(), report.problems());
      assertEquals(HEAD + 1, report.blocks());
    }
  }

  /** The sibling has a limited history, so it has no headers below. */
  @Test
  void shouldTakeHeadersFromTheMirrorIfNoNodeHasThem() throws Exception {
    BlockStore some = new MemoryBlockStore(CHAIN.block(0));
    some.begin(CHAIN.header(ERA));
    List<Block> run = new ArrayList<>();
    for (int number = ERA; number <= SIBLINGS_TIP; number++) {
      run.add(CHAIN.block(number));
    }
    some.insert(run.subList(1, run.size()), false);
    some.insert(run.subList(0, 1), false);
    Node sibling = opened.with(Node.start(some));
    Enode enode =
        EthNetwork.of(config("limited", true, List.of())).connectTo(sibling, some).orElseThrow();
    BlockStore store = new MemoryBlockStore(CHAIN.block(0));
    Node node = opened.with(Node.start(store, DownloaderLimits.DEFAULT.withoutPeersHeads()));
    EthNetwork.of(config("client", false, List.of(enode))).connectTo(node, store);
    connectMirror(node, mirror());
    Await.condition(
        () -> node.progress().peers().toString(), () -> node.progress().peers().size() == 2);
    node.awaitAny(node.sync(new BlockId(SIBLINGS_TIP, CHAIN.hashAt(SIBLINGS_TIP))));
    assertEquals(0, node.progress().counters().syncsFailed());
  }
}
