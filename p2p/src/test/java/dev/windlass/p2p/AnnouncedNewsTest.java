package dev.windlass.p2p;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RawPeer;
import dev.windlass.wire.devp2p.RlpxConnection;
import dev.windlass.wire.devp2p.RlpxListener;
import dev.windlass.wire.devp2p.eth.EthCodec;
import dev.windlass.wire.devp2p.eth.EthMessage;
import dev.windlass.wire.devp2p.eth.EthSession;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One announcer over a store that a test writes, and one node of eth/68 that hears it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AnnouncedNewsTest {
  private static final ChainMaker CHAIN = ChainMaker.of(3, 200, Shape.EMPTY);
  private static final int VERSION = 68;
  private static final int CODES_FROM = 16;
  private static final int EARS_MAX = 4;
  private static final ChainMaker FORK = CHAIN.forkAt(97, 4, 30);

  private final Vertx vertx = Vertx.vertx();
  private final BlockStore store = new MemoryBlockStore(CHAIN.block(0));
  private final TotalDifficulty difficulty = new TotalDifficulty(store);
  private final LocalChain chain =
      new LocalChain(
          7,
          CHAIN.genesis().hash(),
          new StoredChain(store),
          new ForkSchedule(CHAIN.genesis().hash(), 0, List.of(), List.of()),
          difficulty);

  /** The number of a tip that is not current. */
  private volatile long staleTip = -1;

  private final Announcer announcer =
      new Announcer(vertx, chain, difficulty, tip -> tip.number() != staleTip);
  private final EthCodec codec = new EthCodec(VERSION);
  private Enode node;
  private RawPeer ear;
  private volatile PeerSession session;
  private int ears;
  private long syncs;
  private CompletableFuture<Void> heard;

  /** The announcement of a node. It has a total difficulty if it is a whole block. */
  private record News(List<BlockId> blocks, Optional<BigInteger> totalDifficulty) {}

  private static LocalNode local(NodeKey key) {
    return LocalNode.of(key, "test", List.of(Capability.eth(VERSION)), 0);
  }

  @BeforeEach
  void connect() throws Exception {
    insert(CHAIN, 1, 100, true);
    NodeKey key = NodeKey.random(new SecureRandom());
    RlpxListener listener =
        new RlpxListener(vertx, local(key), "127.0.0.1", 0, EARS_MAX, this::accept);
    int port = listener.listen().toCompletionStage().toCompletableFuture().join();
    node = new Enode(key.publicKey(), "127.0.0.1", port);
    ear = listen();
  }

  /** Connects a node that hears the announcements. */
  private RawPeer listen() throws Exception {
    heard = new CompletableFuture<>();
    RawPeer made = RawPeer.greet(node, NodeKey.random(new SecureRandom()), VERSION);
    EthMessage status =
        new EthMessage.Status(
            VERSION,
            chain.networkId(),
            BigInteger.ONE,
            CHAIN.genesis().hash(),
            CHAIN.genesis().hash(),
            chain.forks().at(0, 0));
    made.send(CODES_FROM + status.code(), codec.encode(status));
    heard.join();
    return made;
  }

  private void accept(RlpxConnection connection) {
    EthSession.open(vertx, connection, chain)
        .onSuccess(
            session -> {
              this.session = new PeerSession.OfHeaders(session);
              announcer.add(PeerId.of("ear" + ears++), this.session);
              heard.complete(null);
            })
        .onFailure(heard::completeExceptionally);
  }

  private News next() throws IOException {
    return next(ear);
  }

  /** The next announcement to a node, whatever else comes before it. */
  private News next(RawPeer listening) throws IOException {
    while (true) {
      RawPeer.Message message = listening.read();
      int code = message.code() - CODES_FROM;
      if (code == EthMessage.NEW_BLOCK_HASHES) {
        EthMessage.NewBlockHashes said =
            (EthMessage.NewBlockHashes) codec.decode(code, message.payload());
        return new News(said.blocks(), Optional.empty());
      }
      if (code == EthMessage.NEW_BLOCK) {
        EthMessage.NewBlock said = (EthMessage.NewBlock) codec.decode(code, message.payload());
        BlockId block = Block.decode(said.rawBlock()).id();
        return new News(List.of(block), Optional.of(said.totalDifficulty()));
      }
    }
  }

  @AfterEach
  void close() throws IOException {
    ear.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void insert(ChainMaker made, long first, long last, boolean makeCanonical) {
    List<Block> run = new ArrayList<>();
    for (long number = first; number <= last; number++) {
      run.add(made.block(number));
    }
    announcer.inserted(store.insert(run, makeCanonical));
  }

  private void done(ChainMaker made, long anchor, long blocks) {
    announcer.synced(summary(made, anchor, blocks));
  }

  private SyncSummary summary(ChainMaker made, long anchor, long blocks) {
    Hash hash = made.hashAt(anchor);
    return new SyncSummary(++syncs, hash, Optional.empty(), blocks, blocks, store.tip(), 0, 0);
  }

  private static BigInteger sum(ChainMaker made, long head) {
    BigInteger sum = BigInteger.ZERO;
    for (long number = 0; number <= head; number++) {
      sum = sum.add(made.header(number).difficulty());
    }
    return sum;
  }

  private static News whole(ChainMaker made, long number) {
    return new News(
        List.of(new BlockId(number, made.hashAt(number))), Optional.of(sum(made, number)));
  }

  private static News hashes(ChainMaker made, long first, long last) {
    List<BlockId> blocks = new ArrayList<>();
    for (long number = first; number <= last; number++) {
      blocks.add(new BlockId(number, made.hashAt(number)));
    }
    return new News(blocks, Optional.empty());
  }

  @Test
  void shouldNotAnnounceWhatIsStoredBesideTheChain() throws Exception {
    insert(FORK, 98, 100, false);
    done(FORK, 100, 3);
    insert(CHAIN, 101, 101, false);
    done(CHAIN, 101, 1);

    assertEquals(whole(CHAIN, 101), next());
  }

  @Test
  void shouldRelayABlockBeforeItIsStoredAndItsHashToTheOthersAfterwards() throws Exception {
    List<RawPeer> all = new ArrayList<>(List.of(ear));
    for (int i = 1; i < 4; i++) {
      all.add(listen());
    }

    announcer.passed(CHAIN.block(101));
    insert(CHAIN, 101, 101, false);
    done(CHAIN, 101, 1);

    List<News> first = new ArrayList<>();
    for (RawPeer one : all) {
      first.add(next(one));
    }
    assertEquals(2, Collections.frequency(first, whole(CHAIN, 101)), () -> first.toString());
    assertEquals(2, Collections.frequency(first, hashes(CHAIN, 101, 101)));
    for (RawPeer one : all) {
      one.close();
    }
  }

  @Test
  void shouldNotRelayABlockThatTheNodeHasNamed() throws Exception {
    announcer.heard(PeerId.of("ear0"), CHAIN.hashAt(101));
    announcer.passed(CHAIN.block(101));
    insert(CHAIN, 101, 101, false);
    done(CHAIN, 101, 1);
    announcer.passed(CHAIN.block(102));

    assertEquals(whole(CHAIN, 102), next());
  }

  @Test
  void shouldNotRelayABlockWhoseParentIsNotStored() throws Exception {
    announcer.passed(CHAIN.block(103));
    announcer.passed(CHAIN.block(101));

    assertEquals(whole(CHAIN, 101), next());
  }

  @Test
  void shouldAnnounceNothingWhileTheChainIsNotCurrent() throws Exception {
    staleTip = 101;
    insert(CHAIN, 101, 101, false);
    done(CHAIN, 101, 1);
    insert(CHAIN, 102, 102, false);
    done(CHAIN, 102, 1);

    assertEquals(whole(CHAIN, 102), next());
  }

  @Test
  void shouldNotAnnounceTheBlocksOfASyncThatFailed() throws Exception {
    insert(CHAIN, 101, 105, false);
    insert(CHAIN, 106, 107, false);
    done(CHAIN, 107, 2);

    assertEquals(hashes(CHAIN, 106, 106), next());
    assertEquals(whole(CHAIN, 107), next());
  }

  @Test
  void shouldNotAnnounceABlockThatAReorgHasReplaced() throws Exception {
    insert(CHAIN, 101, 101, false);
    insert(FORK, 98, 102, false);
    done(CHAIN, 101, 1);
    insert(FORK, 103, 103, false);
    done(FORK, 103, 1);

    assertEquals(whole(FORK, 103), next());
  }

  @Test
  void shouldSayTheTotalDifficultyOfTheBlockAlsoWhenTheChainHasGoneOn() throws Exception {
    insert(CHAIN, 101, 101, false);
    insert(CHAIN, 102, 110, false);
    done(CHAIN, 101, 1);

    assertEquals(whole(CHAIN, 101), next());
  }

  @Test
  void shouldSayTheTotalDifficultyOfTheBranchThatAReorgWentTo() throws Exception {
    insert(FORK, 98, 100, true);
    done(FORK, 100, 3);

    assertEquals(hashes(FORK, 98, 99), next());
    assertEquals(whole(FORK, 100), next());
  }

  @Test
  void shouldTellTheHashAloneWhileItsTotalDifficultyIsNotSummed() throws Exception {
    // As a store of an older version, which has not summed this block yet.
    TotalDifficulty lower = new TotalDifficulty(new MemoryBlockStore(CHAIN.block(0)));
    Announcer unsummed = new Announcer(vertx, chain, lower, tip -> true);
    unsummed.add(PeerId.of("ear"), session);
    insert(CHAIN, 101, 101, false);
    unsummed.synced(summary(CHAIN, 101, 1));

    assertEquals(hashes(CHAIN, 101, 101), next());
  }
}
