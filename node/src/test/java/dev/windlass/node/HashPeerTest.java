package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.fixtures.Await;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RlpxConnection;
import dev.windlass.wire.devp2p.RlpxListener;
import dev.windlass.wire.devp2p.eth60.Eth60Codec;
import dev.windlass.wire.devp2p.eth60.Eth60Message;
import dev.windlass.wire.devp2p.eth60.Eth60Message.BlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Blocks;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlocks;
import dev.windlass.wire.devp2p.eth60.Eth60Message.NewBlock;
import dev.windlass.wire.devp2p.eth60.Eth60Message.NewBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Status;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.Network;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node with one hash peer whose messages the test chooses. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HashPeerTest {
  private static final ChainMaker CHAIN = ChainMaker.of(5, 700, Shape.SIGNED);
  private static final Network NETWORK = MadeNetwork.of(CHAIN);

  @TempDir private Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final BlockStore store = new MemoryBlockStore(CHAIN.block(0));
  private final CompletableFuture<RlpxConnection> connected = new CompletableFuture<>();
  private final CompletableFuture<String> left = new CompletableFuture<>();
  private Node node;

  @BeforeEach
  void start() {
    node = Node.start(store, DownloaderLimits.DEFAULT);
  }

  @AfterEach
  void close() {
    node.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** What the peer does of its own beside serving the chain. */
  private interface Answers {
    List<? extends Eth60Message> to(Eth60Message question);
  }

  private static List<? extends Eth60Message> honest(Eth60Message question) {
    if (question instanceof GetBlockHashes asked) {
      List<Hash> hashes = new ArrayList<>();
      long from = CHAIN.numberOf(asked.from()).orElse(0);
      for (long number = from - 1; number >= 0 && hashes.size() < asked.countMax(); number--) {
        hashes.add(CHAIN.hashAt(number));
      }
      return List.of(new BlockHashes(hashes));
    }
    if (question instanceof GetBlocks asked) {
      return List.of(blocks(asked.hashes()));
    }
    return List.of();
  }

  private static Blocks blocks(List<Hash> hashes) {
    return new Blocks(
        hashes.stream()
            .flatMap(hash -> CHAIN.numberOf(hash).stream().boxed())
            .map(CHAIN::rawBlock)
            .collect(Collectors.toList()));
  }

  /**
   * Connects the node to a peer that claims the genesis as its head, so that all later heads are
   * new.
   */
  private void connect(int version, Answers answers) {
    NodeKey key = NodeKey.random(new SecureRandom());
    LocalNode there = LocalNode.of(key, "Geth/test", List.of(Capability.eth(version)), 0);
    RlpxListener listener =
        new RlpxListener(
            vertx, there, "127.0.0.1", 0, 1, connection -> accept(connection, answers));
    int port = listener.listen().toCompletionStage().toCompletableFuture().join();
    Enode enode = new Enode(key.publicKey(), "127.0.0.1", port);
    NodeConfig config =
        MadeNetwork.node(
            CHAIN,
            folder,
            new NodeConfig.P2p(false, "127.0.0.1", 0, NodeConfig.P2p.PROTOCOLS),
            NodeLimits.DEFAULT,
            List.of(enode));
    EthNetwork.of(config).connectTo(node, store);
    await(progress -> progress.peers().size() == 1);
  }

  private void accept(RlpxConnection connection, Answers answers) {
    connection.open(
        message -> {
          Eth60Message said = Eth60Codec.decode(message.code(), message.payload());
          for (Eth60Message answer : answers.to(said)) {
            say(connection, answer);
          }
          return Future.succeededFuture();
        },
        left::complete);
    say(
        connection,
        new Status(
            connection.capability().version(),
            NETWORK.id(),
            BigInteger.TEN,
            NETWORK.genesis(),
            NETWORK.genesis()));
    connected.complete(connection);
  }

  private static Future<Void> say(RlpxConnection connection, Eth60Message message) {
    return connection.send(message.code(), Eth60Codec.encode(message));
  }

  private void say(Eth60Message message) {
    say(connected.join(), message).toCompletionStage().toCompletableFuture().join();
  }

  private void await(Predicate<Progress> holds) {
    Await.condition(() -> node.progress().toString(), () -> holds.test(node.progress()));
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 61})
  void shouldSyncWhatIsAnnouncedByItsHashOrAsAWhole(int version) {
    connect(version, HashPeerTest::honest);
    CompletableFuture<SyncSummary> first = node.outcome(CHAIN.hashAt(600));
    say(new NewBlockHashes(List.of(CHAIN.hashAt(599), CHAIN.hashAt(600))));
    node.awaitAny(first);
    assertEquals(600, first.join().tip().number());
    CompletableFuture<SyncSummary> second = node.outcome(CHAIN.head().hash());
    say(new NewBlock(CHAIN.block(700), BigInteger.valueOf(5_000)));
    node.awaitAny(second);
    assertEquals(CHAIN.head(), store.tip());
    assertEquals(100, second.join().blocks());
  }

  @Test
  void shouldBanWhoAnswersAgainAndAgainWhatNobodyAsked() {
    connect(60, HashPeerTest::honest);
    say(blocks(List.of(CHAIN.hashAt(1))));
    say(new BlockHashes(List.of(CHAIN.hashAt(1))));
    await(progress -> progress.peers().get(0).score() > 40);
    assertEquals(0, node.progress().counters().peersBanned());
    say(new BlockHashes(List.of()));
    await(progress -> progress.counters().peersBanned() == 1);
    assertEquals("peer disconnected: useless peer", left.join());
  }

  @Test
  void shouldBanWhoAnswersWithMoreHashesThanWereAskedFor() {
    List<Hash> tooMany =
        IntStream.rangeClosed(1, 2_049).mapToObj(i -> Hash.ofLongs(i, i, i, i)).toList();
    connect(
        61,
        question ->
            question instanceof GetBlockHashes
                ? List.of(new BlockHashes(tooMany))
                : honest(question));
    say(new NewBlock(CHAIN.block(700), BigInteger.valueOf(5_000)));
    await(progress -> progress.counters().peersBanned() == 1);
    assertEquals("peer disconnected: useless peer", left.join());
    assertEquals(CHAIN.genesis(), store.tip());
  }

  @Test
  void shouldBanWhoAnswersEachQuestionTwice() {
    connect(
        60,
        question -> {
          List<Eth60Message> twice = new ArrayList<>(honest(question));
          twice.addAll(honest(question));
          return twice;
        });
    say(new NewBlock(CHAIN.block(700), BigInteger.valueOf(5_000)));
    await(progress -> progress.counters().peersBanned() == 1);
    left.join();
  }

  @Test
  void shouldUseTheHonestPartWhenBlocksThatNobodyAskedForComeAlong() {
    connect(
        60,
        question -> {
          if (question instanceof GetBlocks asked) {
            List<Hash> hashes = new ArrayList<>(asked.hashes());
            hashes.add(CHAIN.hashAt(3));
            return List.of(blocks(hashes));
          }
          return honest(question);
        });
    Block head = CHAIN.block(700);
    CompletableFuture<SyncSummary> outcome = node.outcome(head.hash());
    say(new NewBlock(head, BigInteger.valueOf(5_000)));
    node.awaitAny(outcome);
    assertEquals(CHAIN.head(), store.tip());
    assertEquals(0, node.progress().counters().peersBanned());
  }
}
