package dev.windlass.server.http;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Pictures;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.RpcBoard;
import dev.windlass.node.SyncView;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.sim.ChainMaker;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** The endpoints of a node that bans only on paper. */
public final class ServedBans implements AutoCloseable {
  public final PeerDirectory nodes = new PeerDirectory();
  final FakeBans bans = new FakeBans();
  public final int port;

  private final Vertx vertx = Vertx.vertx();

  public ServedBans() {
    NodeConfig.Http config =
        new NodeConfig.Http("127.0.0.1", 0, Optional.empty(), List.of("localhost"));
    HttpApi.Sources sources =
        new HttpApi.Sources(
            () -> Pictures.idle(7),
            () -> new SyncView(7, OptionalLong.of(0), OptionalLong.of(0), true),
            Map::of,
            nodes,
            List::of,
            ChainMaker.of(1, 9, ChainMaker.Shape.EMPTY),
            new NoControl(bans),
            new RpcBoard(),
            new HttpCounts());
    port =
        new HttpApi(vertx, config, sources)
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .orTimeout(20, TimeUnit.SECONDS)
            .join()
            .actualPort();
  }

  /** What was wanted, in order. */
  public List<String> done() {
    return bans.done;
  }

  public void keepEvidence(String peer, byte[] bytes) {
    bans.evidence.put(PeerId.of(peer), bytes);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
