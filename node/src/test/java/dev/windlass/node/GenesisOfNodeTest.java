package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.downloader.History;
import dev.windlass.fixtures.Opened;
import dev.windlass.p2p.rpc.HeadSource;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.wire.jsonrpc.RpcNode;
import dev.windlass.wire.jsonrpc.RpcNode.Refusal;
import dev.windlass.wire.jsonrpc.RpcUrl;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GenesisOfNodeTest {
  private static final ChainMaker CHAIN = ChainMaker.of(5, 3, Shape.SIGNED);
  private static final ChainMaker OTHER = ChainMaker.of(1L << 40, 3, Shape.SIGNED);

  @RegisterExtension private final Opened opened = new Opened();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  private RpcNode serving(ChainMaker chain) {
    return opened.with(new RpcNode(chain));
  }

  private static NodeConfig config(List<BlockId> checkpoints, RpcNode head, RpcNode peer) {
    return new NodeConfig(
        Path.of("unused"),
        GenesisOfNode.NETWORK,
        Optional.empty(),
        Optional.empty(),
        new NodeConfig.Heads(List.of(RpcUrl.parse(head.url())), HeadSource.Tag.LATEST, 1),
        new NodeConfig.Checkpoints(true, checkpoints),
        true,
        History.ALL,
        Optional.empty(),
        List.of(new PeerSource.RpcPeer(RpcUrl.parse(peer.url()))),
        NodeLimits.DEFAULT,
        new NodeConfig.P2p(false, "127.0.0.1", 0),
        new NodeConfig.Http("127.0.0.1", 0, Optional.empty(), List.of()),
        new NodeConfig.Metrics(false, "127.0.0.1", 0));
  }

  @Test
  void shouldTakeThatOfTheSourceOfHeadsAndSayFromWhereItIs() throws Exception {
    LogTap log = opened.with(new LogTap());
    RpcNode head = serving(CHAIN);
    Block genesis =
        GenesisOfNode.await(config(List.of(), head, serving(OTHER)), stopped).orElseThrow();
    assertEquals(CHAIN.genesis(), genesis.id());
    String line = log.await("Genesis taken from a node on trust");
    assertTrue(line.contains("genesis=\"" + genesis.hash() + "\""), line);
    assertTrue(line.contains("source=\"" + head.url() + "\""), line);
    assertTrue(line.contains("chain_id=\"31337\""), line);
  }

  @Test
  void shouldTakeOnlyThatOfTheCheckpoint() throws Exception {
    LogTap log = opened.with(new LogTap());
    NodeConfig config = config(List.of(CHAIN.genesis()), serving(OTHER), serving(CHAIN));
    assertEquals(CHAIN.genesis(), GenesisOfNode.await(config, stopped).orElseThrow().id());
    log.await(
        "No genesis from this node yet",
        "its block 0 is " + OTHER.hashAt(0) + ", and the checkpoint is " + CHAIN.hashAt(0));
  }

  @Test
  void shouldWaitUntilANodeIsThere() {
    AtomicInteger asked = new AtomicInteger();
    RpcNode late =
        serving(CHAIN)
            .refuse(
                () ->
                    asked.incrementAndGet() > 3
                        ? Optional.empty()
                        : Optional.of(new Refusal(500, "", "")));
    assertTrue(GenesisOfNode.await(config(List.of(), late, late), stopped).isPresent());
  }

  @Test
  void shouldEndAtAStop() {
    RpcNode never = serving(CHAIN).refuse(() -> Optional.of(new Refusal(500, "", "")));
    stopped.complete(null);
    assertTrue(GenesisOfNode.await(config(List.of(), never, never), stopped).isEmpty());
  }
}
