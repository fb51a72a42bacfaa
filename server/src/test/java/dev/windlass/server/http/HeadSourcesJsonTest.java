package dev.windlass.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.node.RpcBoard;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeadSourcesJsonTest {
  private static final Hash ONE = Hash.ofLongs(1, 1, 1, 1);
  private static final Hash TWO = Hash.ofLongs(2, 2, 2, 2);

  @Test
  void shouldShowSourcesAndBothHashesOfADisagreement() {
    Head head = Head.of(ONE, 7);
    JsonObject shown =
        HeadSourcesJson.of(
                new RpcBoard.HeadsView(
                    2,
                    Optional.of(head),
                    List.of(
                        new RpcBoard.SourceView("http://a:1", Optional.of(head), true, ""),
                        new RpcBoard.SourceView("ws://b:1", Optional.empty(), false, "HTTP 401")),
                    List.of(
                        new RpcBoard.Disagreement(
                            6, "http://a:1", ONE, "ws://b:1", TWO, Instant.ofEpochSecond(3)))))
            .getJsonObject("headSources");
    assertEquals(2, shown.getInteger("quorum"));
    JsonObject counted = new JsonObject().put("number", 7L).put("hash", ONE.toString());
    assertEquals(counted, shown.getJsonObject("counted"));
    JsonObject first = shown.getJsonArray("sources").getJsonObject(0);
    assertEquals(
        new JsonObject()
            .put("source", "http://a:1")
            .put("isConnected", true)
            .put("head", counted)
            .putNull("reason"),
        first);
    JsonObject second = shown.getJsonArray("sources").getJsonObject(1);
    assertEquals("HTTP 401", second.getString("reason"));
    assertNull(second.getValue("head"));
    assertEquals(
        new JsonObject()
            .put("number", 6L)
            .put("first", "http://a:1")
            .put("firstHash", ONE.toString())
            .put("second", "ws://b:1")
            .put("secondHash", TWO.toString())
            .put("since", "1970-01-01T00:00:03Z"),
        shown.getJsonArray("disagreements").getJsonObject(0));
  }

  @Test
  void shouldBeNullWithoutSources() {
    JsonObject shown = HeadSourcesJson.of(new RpcBoard().heads());
    assertTrue(shown.containsKey("headSources"));
    assertNull(shown.getValue("headSources"));
  }
}
