package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.fixtures.Opened;
import dev.windlass.p2p.Connections;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.HonestNode;
import dev.windlass.wire.devp2p.HostileNode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RawPeer;
import dev.windlass.wire.devp2p.eth.EthCodec;
import dev.windlass.wire.devp2p.eth.EthMessage;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockBodies;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockHeaders;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Odd behaviour of honest nodes, over real sockets. No peer is blamed for it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RealHabitsTest {
  private static final ChainMaker CHAIN = ChainMaker.of(5, 900, Shape.SIGNED);
  private static final long NETWORK = 7332;
  private static final ForkSchedule FORKS =
      new ForkSchedule(CHAIN.genesis().hash(), 0, List.of(), List.of());
  private static final byte[] PLACEHOLDER = {(byte) 0xc0};
  private static final long SECONDS_MAX = 30;

  /** Up to here a node has bodies, and headers by number. */
  private static final long KEPT = 300;

  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));
  @RegisterExtension private final Opened opened = new Opened();

  /** Done once the node has shown its habit. */
  private final CompletableFuture<Void> shown = new CompletableFuture<>();

  private enum Habit {
    /** Nethermind: an empty item for each body that it lacks. */
    PADS_BODIES,
    /** Nethermind of some versions: the same of headers. */
    PADS_HEADERS,
    /** geth v1.17: it stops at the first body that it lacks. */
    STOPS_AT_A_HOLE,
    /**
     * geth: asked from above its head, it answers from its head, with what is left of the count.
     */
    ANSWERS_FROM_ITS_HEAD
  }

  private static void say(RawPeer peer, EthMessage message) throws IOException {
    peer.send(RawPeer.ETH + message.code(), new EthCodec(69).encode(message));
  }

  private static EthMessage status() {
    BlockId head = CHAIN.head();
    BlockRange range = new BlockRange(0, head.number(), head.hash());
    return new EthMessage.RangeStatus(69, NETWORK, CHAIN.genesis().hash(), FORKS.at(0, 0), range);
  }

  private void talk(RawPeer peer, Habit habit) throws IOException {
    say(peer, status());
    while (true) {
      RawPeer.Message message = peer.read();
      int code = message.code() - RawPeer.ETH;
      if (code == EthMessage.GET_BLOCK_HEADERS || code == EthMessage.GET_BLOCK_BODIES) {
        EthMessage asked = new EthCodec(69).decode(code, message.payload());
        if (asked instanceof GetBlockHeaders headers) {
          say(peer, new EthMessage.BlockHeaders(headers.requestId(), headers(headers, habit)));
        } else if (asked instanceof GetBlockBodies bodies) {
          say(peer, new EthMessage.BlockBodies(bodies.requestId(), bodies(bodies, habit)));
        }
      }
    }
  }

  private List<byte[]> headers(GetBlockHeaders asked, Habit habit) {
    boolean isByHash = asked.from() != null;
    OptionalLong found =
        isByHash ? CHAIN.numberOf(asked.from()) : OptionalLong.of(asked.fromNumber());
    List<byte[]> headers = new ArrayList<>();
    if (found.isEmpty() || !asked.isReverse()) {
      return headers;
    }
    long from = found.getAsLong();
    long left = asked.count();
    if (!isByHash && from > KEPT && habit == Habit.ANSWERS_FROM_ITS_HEAD) {
      left -= from - KEPT;
      from = KEPT;
      shown.complete(null);
    }
    for (long number = from; number >= 0 && number > from - left; number--) {
      boolean isPadded = !isByHash && number > KEPT && habit == Habit.PADS_HEADERS;
      headers.add(isPadded ? PLACEHOLDER : CHAIN.rawHeader(number));
      if (isPadded) {
        shown.complete(null);
      }
    }
    return headers;
  }

  private List<byte[]> bodies(GetBlockBodies asked, Habit habit) {
    List<byte[]> bodies = new ArrayList<>();
    for (Hash hash : asked.hashes()) {
      long number = CHAIN.numberOf(hash).orElseThrow();
      boolean isLacking = number % 7 == 3;
      if (isLacking && habit == Habit.STOPS_AT_A_HOLE) {
        shown.complete(null);
        return bodies;
      }
      boolean isPadded = isLacking && habit == Habit.PADS_BODIES;
      bodies.add(isPadded ? PLACEHOLDER : CHAIN.rawBody(number));
      if (isPadded) {
        shown.complete(null);
      }
    }
    return bodies;
  }

  private static LocalChain local(ServedChain chain) {
    return new LocalChain(NETWORK, CHAIN.genesis().hash(), chain, FORKS, head -> BigInteger.ONE);
  }

  @ParameterizedTest
  @EnumSource(Habit.class)
  void shouldSyncFromANodeWithThisHabitAndBlameNobody(Habit habit) throws Exception {
    Node node = opened.with(Node.start(store, DownloaderLimits.DEFAULT.withoutPeersHeads()));
    StoredChain stored = new StoredChain(store);
    NodeKey key = NodeKey.random(new SecureRandom());
    LocalNode ours = LocalNode.of(key, "test", List.of(Capability.eth(69)), 0);
    Connections peers = opened.with(TestConnections.of(node, ours, local(stored), store));
    HostileNode odd = opened.with(HostileNode.start(69, peer -> talk(peer, habit)));
    CompletableFuture<SyncSummary> synced = node.untilSynced(CHAIN.head().hash());
    node.sync(CHAIN.head()).exceptionally(failure -> null);

    peers.connect(List.of(odd.enode()));
    shown.get(SECONDS_MAX, TimeUnit.SECONDS);
    peers.connect(List.of(opened.with(new HonestNode(69, local(CHAIN))).enode()));
    synced.get(SECONDS_MAX, TimeUnit.SECONDS);

    assertEquals(CHAIN.head(), stored.head());
    for (long number = 1; number <= CHAIN.head().number(); number++) {
      assertArrayEquals(CHAIN.rawBlock(number), stored.rawBlock(number));
    }
    assertEquals(0, node.progress().counters().peersBanned());
    assertEquals(0, node.progress().counters().refetched());
    node.progress().peers().forEach(peer -> assertEquals(0, peer.score(), peer::toString));
  }
}
