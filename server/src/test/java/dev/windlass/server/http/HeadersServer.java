package dev.windlass.server.http;

import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.downloader.Pictures;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.RpcBoard;
import dev.windlass.node.SyncView;
import dev.windlass.p2p.PeerDirectory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** The endpoints of a node that has a chain and is not in sync. */
public final class HeadersServer {
  private HeadersServer() {}

  /** Serves a chain until Vert.x is closed. Returns the port. */
  public static int serve(Vertx vertx, ServedChain chain) throws Exception {
    return serve(vertx, chain, HttpLimits.DEFAULT);
  }

  static int serve(Vertx vertx, ServedChain chain, HttpLimits limits) throws Exception {
    NodeConfig.Http config =
        new NodeConfig.Http("127.0.0.1", 0, Optional.empty(), List.of("localhost"));
    HttpApi.Sources sources =
        new HttpApi.Sources(
            () -> Pictures.idle(7),
            () -> new SyncView(99, OptionalLong.of(92), OptionalLong.empty(), false),
            Map::of,
            new PeerDirectory(),
            List::of,
            chain,
            new NoControl(),
            new RpcBoard(),
            new HttpCounts());
    return await(new HttpApi(vertx, config, sources, limits).listen()).actualPort();
  }

  public static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
