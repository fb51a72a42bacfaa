package dev.windlass.downloader.verticle;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.ChainEvent;
import io.vertx.core.json.JsonObject;

/** The events of the stored chain as JSON, with the name of the event in {@code event}. */
final class ChainEventJson {
  private ChainEventJson() {}

  static JsonObject of(ChainEvent event) {
    if (event instanceof ChainEvent.Accepted accepted) {
      return named("accepted")
          .put("lowest", block(accepted.lowest()))
          .put("highest", block(accepted.highest()))
          .put("blocks", accepted.blocks());
    } else if (event instanceof ChainEvent.Disconnected disconnected) {
      return named("disconnected")
          .put("tip", block(disconnected.oldTip()))
          .put("ancestor", block(disconnected.ancestor()))
          .put("blocks", disconnected.blocks());
    } else if (event instanceof ChainEvent.Connected connected) {
      return named("connected")
          .put("ancestor", block(connected.ancestor()))
          .put("tip", block(connected.newTip()))
          .put("blocks", connected.blocks());
    } else if (event instanceof ChainEvent.Rejected rejected) {
      return named("rejected")
          .put("block", block(rejected.block()))
          .put("code", rejected.code())
          .put("reason", rejected.reason())
          .put("peer", rejected.peer().map(PeerId::name).orElse(null));
    }
    throw new IllegalArgumentException("no event of the chain: " + event);
  }

  private static JsonObject named(String event) {
    return new JsonObject().put("event", event);
  }

  private static JsonObject block(BlockId id) {
    return new JsonObject().put("number", id.number()).put("hash", id.hash().toString());
  }
}
