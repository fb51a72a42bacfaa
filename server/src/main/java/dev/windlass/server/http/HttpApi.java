package dev.windlass.server.http;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncError;
import dev.windlass.node.Endpoint;
import dev.windlass.node.ErrorWords;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.NodeControl;
import dev.windlass.node.RpcBoard;
import dev.windlass.node.SyncView;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints for health, status and heads.
 *
 * <p>Runs on the event loop that started it. Reads of the store run on a worker. It reads published
 * snapshots only, and passes heads on.
 */
public final class HttpApi {
  /**
   * The sources of its answers, and the sink of its heads. Each may be called on any thread.
   *
   * @param bans may read the store
   * @param sync may read the store
   * @param chain the canonical chain
   */
  public record Sources(
      Supplier<Progress> progress,
      Supplier<SyncView> sync,
      Supplier<Map<Hash, String>> bans,
      PeerDirectory nodes,
      Supplier<List<Gap>> gaps,
      ServedChain chain,
      NodeControl heads,
      RpcBoard rpc,
      HttpCounts counts) {
    public Sources {
      Objects.requireNonNull(progress);
      Objects.requireNonNull(sync);
      Objects.requireNonNull(bans);
      Objects.requireNonNull(nodes);
      Objects.requireNonNull(gaps);
      Objects.requireNonNull(chain);
      Objects.requireNonNull(heads);
      Objects.requireNonNull(rpc);
      Objects.requireNonNull(counts);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);

  private static final String MISUNDERSTOOD = "the request was not understood";

  private final Vertx vertx;
  private final NodeConfig.Http config;
  private final Sources sources;
  private final HttpLimits limits;
  private final AccessRules guard;

  public HttpApi(Vertx vertx, NodeConfig.Http config, Sources sources) {
    this(vertx, config, sources, HttpLimits.DEFAULT);
  }

  HttpApi(Vertx vertx, NodeConfig.Http config, Sources sources, HttpLimits limits) {
    this.limits = limits;
    this.vertx = vertx;
    this.config = config;
    this.sources = sources;
    this.guard = new AccessRules(config);
  }

  /** Serves the endpoints. The server knows its port when the future completes. */
  public Future<HttpServer> listen() {
    return new Listener(
            new Endpoint(config.host(), config.port(), "--rpc-http"), limits, sources.counts())
        .listen(vertx, router());
  }

  private Router router() {
    Router router = Router.router(vertx);
    // Health comes before the host check, since a container runtime may use any name for it.
    for (String path : List.of("/livez", "/liveness")) {
      get(router, path, ctx -> reply(ctx, 200, Health.live().json()));
    }
    for (String path : List.of("/readyz", "/readiness")) {
      get(router, path, this::ready);
    }
    router
        .route()
        .handler(ctx -> refuseOr(ctx, guard.checkHost(ctx.request()), ctx::next))
        .failureHandler(HttpApi::failed);
    get(router, "/v1/status", this::status);
    get(router, "/v1/peers", this::peers);
    BanApi bans = new BanApi(vertx, sources, limits);
    get(router, BanApi.PATH, bans::list);
    get(router, BanApi.ONE + "/evidence", bans::evidence);
    change(router.post(BanApi.PATH), bans::add);
    change(router.delete(BanApi.ONE), bans::remove);
    get(router, "/v1/gaps", ctx -> onWorker(ctx, sources.gaps()::get, this::gaps));
    get(router, HeadersRequest.PATH, new HeadersEndpoint(vertx, sources.chain(), limits));
    change(router.post("/v1/heads"), this::announce);
    change(router.delete("/v1/heads/:hash"), this::withdraw);
    change(router.post("/v1/pause"), this::pause);
    change(router.post("/v1/resume"), this::resume);
    // For an invalid path, which Vert.x would log with its stack trace.
    router.errorHandler(400, ctx -> error(ctx, 400, MISUNDERSTOOD));
    router.errorHandler(404, ctx -> error(ctx, 404, "no such endpoint"));
    router.errorHandler(405, ctx -> error(ctx, 405, "this endpoint does not have this method"));
    return router;
  }

  private static void get(Router router, String path, Handler<RoutingContext> handler) {
    Route route = router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    route.handler(handler).failureHandler(HttpApi::failed);
  }

  private void change(Route route, Handler<RoutingContext> handler) {
    route
        .handler(ctx -> refuseOr(ctx, guard.checkChange(ctx.request()), ctx::next))
        .handler(handler)
        .failureHandler(HttpApi::failed);
  }

  private void pause(RoutingContext ctx) {
    List<String> given = ctx.queryParam("for");
    try {
      Duration time =
          given.isEmpty() ? OperatorTime.USUAL_PAUSE : OperatorTime.PAUSE.parse(given.get(0));
      sources.heads().pause(time).onSuccess(done -> paused(ctx)).onFailure(ctx::fail);
    } catch (IllegalArgumentException e) {
      error(ctx, 400, "for is not a time: " + e.getMessage());
    }
  }

  private void resume(RoutingContext ctx) {
    sources.heads().resume().onSuccess(done -> paused(ctx)).onFailure(ctx::fail);
  }

  private void paused(RoutingContext ctx) {
    reply(ctx, 200, StatusJson.pause(sources.heads().pausedUntil()));
  }

  private void ready(RoutingContext ctx) {
    long peersMin;
    long blocksBehindMax;
    try {
      peersMin = parameter(ctx, "minPeers", Health.PEERS_MIN);
      blocksBehindMax = parameter(ctx, "maxBlocksBehind", Health.BLOCKS_BEHIND_MAX);
    } catch (IllegalArgumentException e) {
      error(ctx, 400, e.getMessage());
      return;
    }
    onWorker(
        ctx,
        () ->
            Health.ready(sources.progress().get(), sources.sync().get(), peersMin, blocksBehindMax),
        (context, health) -> reply(context, health.isUp() ? 200 : 503, health.json()));
  }

  private void status(RoutingContext ctx) {
    onWorker(
        ctx,
        () ->
            StatusJson.status(sources.progress().get(), sources.sync().get())
                .put("lowest", StatusJson.block(sources.chain().lowest()))
                .mergeIn(StatusJson.pause(sources.heads().pausedUntil()))
                .mergeIn(StatusJson.passed(sources.heads().passedCheckpoints()))
                .mergeIn(HeadSourcesJson.of(sources.rpc().heads())),
        (context, json) -> reply(context, 200, json));
  }

  private void peers(RoutingContext ctx) {
    reply(
        ctx,
        200,
        StatusJson.peers(sources.progress().get(), sources.nodes(), sources.nodes().now()));
  }

  private void announce(RoutingContext ctx) {
    SmallBody.read(ctx.request(), HeadRequest.BYTES_MAX)
        .onSuccess(
            body ->
                body.ifPresentOrElse(
                    whole -> announce(ctx, whole),
                    () -> refuseTooLarge(ctx, HeadRequest.BYTES_MAX)))
        .onFailure(HttpApi::noBody);
  }

  static void noBody(Throwable reason) {
    LOG.atDebug().setMessage("No body arrived").addKeyValue("reason", reason).log();
  }

  static void refuseTooLarge(RoutingContext ctx, int bytesMax) {
    ctx.response().putHeader("Connection", "close");
    error(ctx, 413, "the body is larger than " + bytesMax + " bytes");
    // Closed after the whole body arrived, since unread bytes would reset the connection and lose
    // the answer.
    HttpConnection connection = ctx.request().connection();
    ctx.request()
        .end()
        .compose(ended -> connection.close())
        .onFailure(e -> LOG.atDebug().setMessage("Not closed").addKeyValue("reason", e).log());
  }

  private void announce(RoutingContext ctx, Buffer body) {
    Head head;
    try {
      head = HeadRequest.parse(body);
    } catch (IllegalArgumentException e) {
      error(ctx, 400, e.getMessage());
      return;
    }
    onWorker(
        ctx,
        () -> Optional.ofNullable(sources.bans().get().get(head.hash())),
        (context, evidence) -> {
          if (evidence.isPresent()) {
            error(context, 409, "this hash is banned: " + evidence.get());
            return;
          }
          sources
              .heads()
              .announce(head)
              .onSuccess(refusal -> answer(context, head.hash(), refusal))
              .onFailure(e -> error(context, 503, "not accepted: " + e.getMessage()));
        });
  }

  private static void answer(RoutingContext ctx, Hash head, Optional<SyncError> refusal) {
    if (refusal.isEmpty()) {
      reply(ctx, 202, new JsonObject().put("accepted", head.toString()));
    } else if (refusal.get() == SyncError.BUSY) {
      error(ctx, 503, "too many heads wait already: withdraw one, or try again later");
    } else {
      error(ctx, 409, "this head is refused: " + ErrorWords.of(refusal.get()));
    }
  }

  /** Withdraws a head. It succeeds even if the head was not wanted. */
  private void withdraw(RoutingContext ctx) {
    try {
      Hash head = HeadRequest.hash(ctx.pathParam("hash"));
      sources
          .heads()
          .withdraw(head)
          .onSuccess(done -> reply(ctx, 200, new JsonObject().put("withdrawn", head.toString())))
          .onFailure(e -> error(ctx, 503, "not withdrawn: " + e.getMessage()));
    } catch (IllegalArgumentException e) {
      error(ctx, 400, e.getMessage());
    }
  }

  private void gaps(RoutingContext ctx, List<Gap> gaps) {
    reply(ctx, 200, StatusJson.gaps(gaps));
  }

  private <T> void onWorker(
      RoutingContext ctx, Callable<T> work, BiConsumer<RoutingContext, T> then) {
    Workers.run(vertx, work).onSuccess(result -> then.accept(ctx, result)).onFailure(ctx::fail);
  }

  private static long parameter(RoutingContext ctx, String name, long otherwise) {
    List<String> values = ctx.queryParam(name);
    if (values.isEmpty()) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(values.get(0));
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a negative number.
    }
    throw new IllegalArgumentException(name + " is not a number from 0");
  }

  private static void refuseOr(
      RoutingContext ctx, Optional<AccessRules.Refusal> refusal, Runnable next) {
    if (refusal.isPresent()) {
      error(ctx, refusal.get().status(), refusal.get().reason());
    } else {
      next.run();
    }
  }

  private static void failed(RoutingContext ctx) {
    int status = ctx.statusCode();
    if (status >= 400 && status < 500) {
      error(ctx, status, MISUNDERSTOOD);
    } else {
      error(ctx, 500, String.valueOf(ctx.failure()));
    }
  }

  static Future<Void> error(RoutingContext ctx, int status, String reason) {
    return reply(ctx, status, new JsonObject().put("error", reason));
  }

  static Future<Void> reply(RoutingContext ctx, int status, JsonObject body) {
    return send(ctx, status, Buffer.buffer(body.encode() + "\n"));
  }

  /** Sends JSON. Done when it was written, or cannot be. */
  static Future<Void> send(RoutingContext ctx, int status, Buffer json) {
    if (ctx.response().ended() || ctx.response().closed()) {
      return Future.succeededFuture();
    }
    return ctx.response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(json);
  }
}
