package dev.windlass.server.http;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.node.BanControl;
import dev.windlass.node.BanName;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The endpoints for bans. Reads of the store run on a worker. Evidence may have some MB, so it is
 * sent to a few clients at a time.
 */
final class BanApi {
  static final String PATH = "/v1/bans";
  static final String ONE = PATH + "/:id";

  private final Vertx vertx;
  private final PeerDirectory nodes;
  private final Supplier<Map<Hash, String>> hashes;
  private final BanControl control;
  private final AnswerSlots slots;

  BanApi(Vertx vertx, HttpApi.Sources sources, HttpLimits limits) {
    this.vertx = vertx;
    nodes = sources.nodes();
    hashes = sources.bans();
    control = sources.heads().bans();
    slots = new AnswerSlots(limits.largeAnswersMax());
  }

  void list(RoutingContext ctx) {
    Workers.run(vertx, hashes::get)
        .onSuccess(
            refused -> HttpApi.reply(ctx, 200, StatusJson.bans(nodes.bans(nodes.now()), refused)))
        .onFailure(ctx::fail);
  }

  /** The bytes that prove the fault of a banned peer, in hexadecimal. */
  void evidence(RoutingContext ctx) {
    Optional<BanName> name = name(ctx);
    if (name.isEmpty()) {
      return;
    }
    PeerId peer = name.get().peer();
    Optional<PeerBan> ban = nodes.ban(peer, nodes.now());
    if (ban.isEmpty()) {
      HttpApi.error(ctx, 404, peer + " is not banned");
      return;
    }
    JsonObject shown =
        new JsonObject()
            .put("id", peer.name())
            .put("code", ban.get().offence().code())
            .put("evidence", ban.get().evidence());
    slots.submit(
        ctx.response(),
        () ->
            Workers.run(vertx, () -> control.evidence(peer).map(BanApi::hex).orElse(null))
                .compose(bytes -> HttpApi.reply(ctx, 200, shown.put("bytes", bytes)))
                .onFailure(ctx::fail));
  }

  private static String hex(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  void add(RoutingContext ctx) {
    SmallBody.read(ctx.request(), BanRequest.BYTES_MAX)
        .onSuccess(
            body ->
                body.ifPresentOrElse(
                    whole -> add(ctx, whole),
                    () -> HttpApi.refuseTooLarge(ctx, BanRequest.BYTES_MAX)))
        .onFailure(HttpApi::noBody);
  }

  private void add(RoutingContext ctx, Buffer body) {
    BanRequest wanted;
    try {
      wanted = BanRequest.parse(body);
    } catch (IllegalArgumentException e) {
      HttpApi.error(ctx, 400, e.getMessage());
      return;
    }
    PeerId peer = wanted.name().peer();
    JsonObject done =
        new JsonObject()
            .put("banned", peer.name())
            .put("until", StatusJson.second(nodes.now().plus(wanted.duration())));
    control
        .ban(wanted.name(), wanted.duration(), wanted.reason())
        .onSuccess(nothing -> HttpApi.reply(ctx, 200, done))
        .onFailure(ctx::fail);
  }

  void remove(RoutingContext ctx) {
    name(ctx)
        .ifPresent(
            name ->
                control
                    .pardon(name)
                    .onSuccess(was -> removed(ctx, name.peer(), was))
                    .onFailure(ctx::fail));
  }

  private static void removed(RoutingContext ctx, PeerId peer, boolean wasBanned) {
    if (wasBanned) {
      HttpApi.reply(ctx, 200, new JsonObject().put("ended", peer.name()));
    } else {
      HttpApi.error(ctx, 404, peer + " was not banned");
    }
  }

  /** The name in the path. Answers the request if there is none. */
  private static Optional<BanName> name(RoutingContext ctx) {
    try {
      return Optional.of(BanRequest.name(ctx.pathParam("id")));
    } catch (IllegalArgumentException e) {
      HttpApi.error(ctx, 400, e.getMessage());
      return Optional.empty();
    }
  }
}
