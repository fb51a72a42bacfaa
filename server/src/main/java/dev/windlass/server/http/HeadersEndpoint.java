package dev.windlass.server.http;

import dev.windlass.chain.exchange.LocateHeaders;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.store.ReorgSafeRead;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Answers {@code GET /v1/headers} from the canonical chain, whether it is in sync or not.
 *
 * <p>Runs on the event loop of its server. The chain is read on a worker.
 */
final class HeadersEndpoint implements Handler<RoutingContext> {
  private final Vertx vertx;
  private final ServedChain chain;
  private final AnswerSlots slots;

  HeadersEndpoint(Vertx vertx, ServedChain chain, HttpLimits limits) {
    this.vertx = vertx;
    this.chain = chain;
    slots = new AnswerSlots(limits.largeAnswersMax());
  }

  @Override
  public void handle(RoutingContext ctx) {
    LocateHeaders asked;
    try {
      asked = HeadersRequest.parse(ctx.queryParams());
    } catch (IllegalArgumentException e) {
      HttpApi.error(ctx, 400, e.getMessage());
      return;
    }
    slots.submit(ctx.response(), () -> answer(ctx, asked));
  }

  private Future<Void> answer(RoutingContext ctx, LocateHeaders asked) {
    return Workers.run(vertx, () -> read(asked))
        .compose(
            json ->
                json.isPresent()
                    ? HttpApi.send(ctx, 200, json.get())
                    : HttpApi.error(
                        ctx, 503, "the chain was reorganised while it was read: ask again"))
        .onFailure(ctx::fail);
  }

  private Optional<Buffer> read(LocateHeaders asked) {
    return ReorgSafeRead.one(chain, asked::answeredFrom).map(HeadersJson::encode);
  }
}
