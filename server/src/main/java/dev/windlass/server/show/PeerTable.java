package dev.windlass.server.show;

import dev.windlass.server.log.Words;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The peers as a table for a terminal, one line each, with columns as wide as needed. */
public final class PeerTable {
  private static final List<String> COLUMNS =
      List.of(
          "PEER",
          "ADDRESS",
          "CLIENT",
          "PROTOCOL",
          "RANGE",
          "CAPACITY",
          "ROUND TRIP",
          "SCORE",
          "STATE");

  /** The length of a node's name in the log. */
  private static final int NAME_MAX = 26;

  /** The most characters of a client name, which the peer chooses. */
  private static final int CLIENT_MAX = 40;

  private PeerTable() {}

  /**
   * The lines of the table. The first has the names of the columns.
   *
   * @param answer the answer of {@code /v1/peers}
   */
  public static List<String> lines(JsonObject answer) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(COLUMNS);
    JsonArray peers = answer.getJsonArray("peers", new JsonArray());
    for (int i = 0; i < peers.size(); i++) {
      rows.add(row(peers.getJsonObject(i)));
    }
    return TextTable.lines(rows);
  }

  private static List<String> row(JsonObject peer) {
    return List.of(
        TextTable.cut(TextTable.text(peer, "id"), NAME_MAX),
        TextTable.text(peer, "address"),
        TextTable.cut(Words.printable(TextTable.text(peer, "client")), CLIENT_MAX),
        TextTable.text(peer, "protocol"),
        range(peer),
        TextTable.text(peer, "capacityBlocks"),
        roundTrip(peer),
        TextTable.text(peer, "score"),
        state(peer));
  }

  /** What the peer may have, by its announcement and its answers. */
  private static String range(JsonObject peer) {
    JsonObject headers = peer.getJsonObject("headers");
    JsonObject bodies = peer.getJsonObject("bodies");
    if (headers == null || bodies == null) {
      return range(peer.getLong("earliest", 0L), peer.getLong("latest"));
    }
    String ofBodies = range(bodies.getLong("first"), bodies.getLong("last"));
    return headers.equals(bodies)
        ? ofBodies
        : ofBodies + ", headers " + range(headers.getLong("first"), headers.getLong("last"));
  }

  private static String range(long first, Long last) {
    if (last == null) {
      return TextTable.UNKNOWN;
    }
    return first > last ? "none" : String.format(Locale.ROOT, "%,d-%,d", first, last);
  }

  private static String roundTrip(JsonObject peer) {
    Double millis = peer.getDouble("roundTripMillis");
    return millis == null ? TextTable.UNKNOWN : String.format(Locale.ROOT, "%.1f ms", millis);
  }

  private static String state(JsonObject peer) {
    String why = peer.getString("evidence", peer.getString("reason", ""));
    String until = peer.getString("bannedUntil", "");
    int times = peer.getInteger("timesBanned", 1);
    return peer.getString("state", TextTable.UNKNOWN)
        + (until.isEmpty() ? "" : " until " + until)
        + (times > 1 ? ", " + times + " times" : "")
        + (why.isEmpty() ? "" : " (" + Words.of(why) + ")");
  }
}
