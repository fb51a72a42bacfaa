package dev.windlass.server.http;

import dev.windlass.chain.Head;
import dev.windlass.node.RpcBoard;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** The sources of heads as JSON. */
final class HeadSourcesJson {
  private HeadSourcesJson() {}

  /** Under the name {@code headSources}, null without sources. */
  static JsonObject of(RpcBoard.HeadsView heads) {
    JsonObject all = new JsonObject();
    if (heads.sources().isEmpty()) {
      return all.putNull("headSources");
    }
    JsonArray sources = new JsonArray();
    heads.sources().forEach(source -> sources.add(source(source)));
    JsonArray disagreements = new JsonArray();
    heads.disagreements().forEach(one -> disagreements.add(disagreement(one)));
    return all.put(
        "headSources",
        new JsonObject()
            .put("quorum", heads.quorum())
            .put("counted", head(heads.counted()))
            .put("sources", sources)
            .put("disagreements", disagreements));
  }

  private static JsonObject source(RpcBoard.SourceView source) {
    return new JsonObject()
        .put("source", source.source())
        .put("isConnected", source.isConnected())
        .put("head", head(source.head()))
        .put("reason", source.reason().isEmpty() ? null : source.reason());
  }

  private static JsonObject disagreement(RpcBoard.Disagreement one) {
    return new JsonObject()
        .put("number", one.number())
        .put("first", one.first())
        .put("firstHash", one.firstHash().toString())
        .put("second", one.second())
        .put("secondHash", one.secondHash().toString())
        .put("since", StatusJson.second(one.since()));
  }

  private static JsonObject head(Optional<Head> head) {
    return head.map(
            known ->
                new JsonObject().put("number", known.number()).put("hash", known.hash().toString()))
        .orElse(null);
  }
}
