package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.fixtures.Await;
import dev.windlass.fixtures.Opened;
import dev.windlass.p2p.Connections;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.HostileNode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RawPeer;
import dev.windlass.wire.devp2p.eth.EthCodec;
import dev.windlass.wire.devp2p.eth.EthMessage;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.eth60.Eth60Codec;
import dev.windlass.wire.devp2p.eth60.Eth60Message;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each way in which a followed node claims a head counts as an announcement. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HeadCountTest {
  private static final long NETWORK = 7332;
  private static final ChainMaker CHAIN = ChainMaker.of(3, 20, Shape.EMPTY);
  private static final Hash GENESIS = CHAIN.genesis().hash();
  private static final ForkSchedule FORKS = new ForkSchedule(GENESIS, 0, List.of(), List.of());

  @RegisterExtension private final Opened opened = new Opened();
  private Node node;
  private Connections peers;

  @BeforeEach
  void start() {
    MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));
    node = opened.with(Node.start(store, DownloaderLimits.DEFAULT));
    LocalChain chain =
        new LocalChain(NETWORK, GENESIS, new StoredChain(store), FORKS, head -> BigInteger.ONE);
    LocalNode local = LocalNode.of(key(), "test", NodeConfig.P2p.PROTOCOLS, 0);
    peers = opened.with(TestConnections.of(node, local, chain, store));
  }

  private static NodeKey key() {
    return NodeKey.random(new SecureRandom());
  }

  private static BlockId block(long number) {
    return new BlockId(number, CHAIN.hashAt(number));
  }

  private static BlockRange range(long head) {
    return new BlockRange(0, head, CHAIN.hashAt(head));
  }

  private static void say(RawPeer peer, int version, EthMessage message) throws IOException {
    peer.send(RawPeer.ETH + message.code(), new EthCodec(version).encode(message));
  }

  private static void say(RawPeer peer, Eth60Message message) throws IOException {
    peer.send(RawPeer.ETH + message.code(), Eth60Codec.encode(message));
  }

  private static EthMessage status69(long head) {
    return new EthMessage.RangeStatus(69, NETWORK, GENESIS, FORKS.at(0, 0), range(head));
  }

  private long count() {
    return node.heads().count(HeadBoard.Source.P2P);
  }

  private void assertCounted(int version, long expected, HostileNode.Script script)
      throws IOException {
    Instant before = Instant.now();
    peers.connect(List.of(opened.with(HostileNode.start(version, script)).enode()));
    Await.condition(() -> count() + " heads", () -> count() >= expected);
    assertEquals(expected, count());
    assertTrue(!node.heads().lastAt().orElseThrow().isBefore(before));
  }

  /** The last head was claimed twice before. Each head counts once. */
  @Test
  void shouldCountStatusAndRangesOfEth69() throws IOException {
    assertCounted(
        69,
        3,
        peer -> {
          say(peer, 69, status69(10));
          say(peer, 69, new EthMessage.BlockRangeUpdate(range(11)));
          say(peer, 69, new EthMessage.BlockRangeUpdate(range(11)));
          say(peer, 69, new EthMessage.BlockRangeUpdate(range(12)));
          peer.disconnectReason();
        });
  }

  @Test
  void shouldCountWhatANodeOfEth69ShowsWhenItIsAsked() throws IOException {
    assertCounted(
        69,
        2,
        peer -> {
          say(peer, 69, status69(10));
          long asked = 0;
          while (asked != Long.MAX_VALUE) {
            RawPeer.Message message = peer.read();
            if (message.code() == RawPeer.ETH + EthMessage.GET_BLOCK_HEADERS) {
              EthMessage question =
                  new EthCodec(69).decode(EthMessage.GET_BLOCK_HEADERS, message.payload());
              asked = ((EthMessage.GetBlockHeaders) question).requestId();
            }
          }
          List<byte[]> headers = new ArrayList<>();
          for (long number = 10; number <= 13; number++) {
            headers.add(CHAIN.header(number).raw());
          }
          say(peer, 69, new EthMessage.BlockHeaders(asked, headers));
          peer.disconnectReason();
        });
  }

  @Test
  void shouldCountStatusAndBlocksOfEth68() throws IOException {
    assertCounted(
        68,
        3,
        peer -> {
          say(
              peer,
              68,
              new EthMessage.Status(
                  68, NETWORK, BigInteger.TEN, CHAIN.hashAt(10), GENESIS, FORKS.at(0, 0)));
          say(peer, 68, new EthMessage.NewBlockHashes(List.of(block(11))));
          say(peer, 68, new EthMessage.NewBlock(CHAIN.rawBlock(12), BigInteger.TWO));
          peer.disconnectReason();
        });
  }

  @Test
  void shouldCountStatusAndBlocksOfEth61() throws IOException {
    assertCounted(
        61,
        3,
        peer -> {
          say(
              peer,
              new Eth60Message.Status(61, NETWORK, BigInteger.TEN, CHAIN.hashAt(10), GENESIS));
          say(peer, new Eth60Message.NewBlockHashes(List.of(CHAIN.hashAt(11))));
          say(peer, new Eth60Message.NewBlock(CHAIN.block(12), BigInteger.TWO));
          peer.disconnectReason();
        });
  }

  @Test
  void shouldCountNothingOfANodeThatNobodyNamed() throws Exception {
    Enode ours = TestConnections.listen(peers);
    try (LogTap log = new LogTap();
        RawPeer untrusted = RawPeer.greet(ours, key(), 69)) {
      say(untrusted, 69, status69(10));
      say(untrusted, 69, new EthMessage.BlockRangeUpdate(range(11)));
      log.await("DEBUG Peer connected");
      assertCounted(
          69,
          1,
          peer -> {
            say(peer, 69, status69(12));
            peer.disconnectReason();
          });
    }
  }
}
