package dev.windlass.server.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerTableTest {
  private static List<String> lines(JsonObject... peers) {
    return PeerTable.lines(new JsonObject().put("peers", new JsonArray(List.of((Object[]) peers))));
  }

  @Test
  void shouldShowWhatIsKnownInColumns() {
    List<String> lines =
        lines(
            new JsonObject()
                .put("id", "enode:5b2d60956cd083b86d59")
                .put("address", "127.0.0.1:30303")
                .put("client", "Geth/v1.17.8")
                .put("protocol", "eth/69")
                .put("earliest", 0)
                .put("latest", 50_000)
                .put("capacityBlocks", 128)
                .put("roundTripMillis", 1.26)
                .put("score", 0)
                .put("state", "connected"),
            new JsonObject()
                .put("id", "enode:aa")
                .put("address", "10.0.0.1:1")
                .put("state", "waiting")
                .put("reason", "refused"));

    assertEquals(
        List.of(
            "PEER                        ADDRESS          CLIENT        PROTOCOL  RANGE     CAPACITY"
                + "  ROUND TRIP  SCORE  STATE",
            "enode:5b2d60956cd083b86d59  127.0.0.1:30303  Geth/v1.17.8  eth/69    0-50,000  128     "
                + "  1.3 ms      0      connected",
            "enode:aa                    10.0.0.1:1       -             -         -         -       "
                + "  -           -      waiting (refused)"),
        lines);
  }

  @Test
  void shouldShowWhereThePartsOfAPeerDiffer() {
    JsonObject all = new JsonObject().put("first", 0).put("last", 900);
    JsonObject pruned = new JsonObject().put("first", 400).put("last", 900);
    JsonObject none = new JsonObject().put("first", 901).put("last", 900);
    JsonObject peer = new JsonObject().put("id", "x").put("headers", all);
    assertTrue(lines(peer.copy().put("bodies", all)).get(1).contains("  0-900  "));
    assertTrue(
        lines(peer.copy().put("bodies", pruned)).get(1).contains("  400-900, headers 0-900  "));
    assertTrue(lines(peer.copy().put("bodies", none)).get(1).contains("  none, headers 0-900  "));
  }

  @Test
  void shouldSayUntilWhenAPeerIsBanned() {
    List<String> lines =
        lines(
            new JsonObject()
                .put("id", "x")
                .put("state", "banned")
                .put("bannedUntil", "2026-01-02T03:04:05Z")
                .put("timesBanned", 2)
                .put("reason", "it sent what no honest node can send")
                .put("evidence", "it lied"));

    assertTrue(
        lines.get(1).endsWith("  banned until 2026-01-02T03:04:05Z, 2 times (it lied)"),
        lines.get(1));
  }

  @Test
  void shouldNotLetAUntrustedPeerWriteToTheTerminal() {
    List<String> lines =
        lines(
            new JsonObject()
                .put("id", "x")
                .put("client", "a\u001b[2Jb")
                .put("state", "waiting")
                .put("reason", "c\nd"));

    assertEquals(
        "x     -        a?[2Jb  -         -      -         -           -      waiting (c?d)",
        lines.get(1));
  }

  @Test
  void shouldShowTheColumnsAloneWhenThereIsNobody() {
    assertEquals(1, lines().size());
  }
}
