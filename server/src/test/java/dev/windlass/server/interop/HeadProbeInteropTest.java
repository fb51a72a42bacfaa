package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RlpxDialer;
import dev.windlass.wire.devp2p.eth.EthSession;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.GenesisFile;
import dev.windlass.wire.network.LocalChain;
import dev.windlass.wire.network.Network;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a session hears of a geth that turns to branches that are not longer, over eth/69. */
@Tag("interop")
class HeadProbeInteropTest {
  private static final int LAST = 300;
  private static final int SHARED = 290;
  private static final int LOWER = 297;
  private static final long SECONDS_MAX = 60;

  @RegisterExtension private final Nodes nodes = new Nodes();

  /** The claims of geth's head, in their order. */
  private record Said(BlockId head, boolean isOther) {}

  private record Ear(BlockingQueue<Said> heard, CompletableFuture<String> closed)
      implements EthSession.Handler {
    @Override
    public void onAnswer(String label, long requestId, List<byte[]> items) {}

    @Override
    public void onHead(Head head) {
      heard.add(new Said(new BlockId(head.number(), head.hash()), false));
    }

    @Override
    public void onOtherHead(Head head) {
      heard.add(new Said(new BlockId(head.number(), head.hash()), true));
    }

    @Override
    public void onClosed(String reason) {
      closed.complete(reason);
    }
  }

  private static LocalChain local(MadeChain chain) {
    GenesisFile file = GenesisFile.read(chain.genesis());
    Block genesis = file.block();
    Network network = file.network();
    return new LocalChain(
        network.id(),
        genesis.hash(),
        new StoredChain(new MemoryBlockStore(genesis)),
        network.forks(),
        head -> BigInteger.ONE);
  }

  private EthSession session(Vertx vertx, Geth geth, LocalChain local) throws Exception {
    LocalNode ours =
        LocalNode.of(
            NodeKey.random(new SecureRandom()), "windlass/test", List.of(Capability.eth(69)), 0);
    CompletableFuture<EthSession> opened = new CompletableFuture<>();
    vertx.runOnContext(
        ignored ->
            new RlpxDialer(vertx, ours)
                .connect(Enode.parse(geth.enode()))
                .compose(connection -> EthSession.open(vertx, connection, local))
                .onSuccess(opened::complete)
                .onFailure(opened::completeExceptionally));
    return opened.get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  private static BlockId head(Geth geth, long number) {
    JsonObject block = geth.block(number).orElseThrow();
    return new BlockId(number, Hash.fromHex(block.getString("hash")));
  }

  /** It may hear of a head on the way there, which is the one that shows the turn then. */
  private static void assertHeard(BlockId head, Ear ear) throws Exception {
    boolean hasTurned = false;
    Said said;
    do {
      said = ear.heard.poll(SECONDS_MAX, TimeUnit.SECONDS);
      assertNotNull(said, () -> "it does not hear of " + head);
      hasTurned |= said.isOther;
    } while (!said.head.equals(head));
    assertTrue(hasTurned, "it does not hear that the old head is gone");
  }

  @Test
  void shouldHearOfATurnToTheSameHeightAndToALowerOne() throws Exception {
    MadeChain chain = MadeChain.of(LAST, SHARED, LAST - SHARED);
    Geth geth = chain.emptyGeth(nodes, "geth");
    ChainFeed feed = new ChainFeed(geth);
    feed.feed(chain.file(), 1, LAST, Duration.ZERO);
    BlockId before = head(geth, LAST);
    Vertx vertx = Vertx.vertx();
    nodes.with(() -> vertx.close().toCompletionStage().toCompletableFuture().get());
    EthSession session = session(vertx, geth, local(chain));
    assertEquals(before.hash(), session.remote().head().hash());
    Ear ear = new Ear(new LinkedBlockingQueue<>(), new CompletableFuture<>());
    session.start(ear);
    session.askNewer();

    feed.feed(chain.fork(), SHARED + 1, LAST, Duration.ZERO);
    BlockId turned = head(geth, LAST);
    assertEquals(chain.forkHead(), turned.hash().toString());
    assertHeard(turned, ear);

    feed.feed(chain.file(), SHARED + 1, LOWER, Duration.ZERO);
    assertEquals(LOWER, geth.blockNumber());
    assertHeard(head(geth, LOWER), ear);
    assertTrue(!ear.closed.isDone(), () -> ear.closed.join());
  }
}
