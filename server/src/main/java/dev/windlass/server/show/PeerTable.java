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

  private static final String UNKNOWN = "-";

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
    int[] widths = new int[COLUMNS.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static List<String> row(JsonObject peer) {
    return List.of(
        cut(text(peer, "id"), NAME_MAX),
        text(peer, "address"),
        cut(Words.printable(text(peer, "client")), CLIENT_MAX),
        text(peer, "protocol"),
        range(peer),
        text(peer, "capacityBlocks"),
        roundTrip(peer),
        text(peer, "score"),
        state(peer));
  }

  private static String range(JsonObject peer) {
    Long latest = peer.getLong("latest");
    return latest == null
        ? UNKNOWN
        : String.format(Locale.ROOT, "%,d-%,d", peer.getLong("earliest", 0L), latest);
  }

  private static String roundTrip(JsonObject peer) {
    Double millis = peer.getDouble("roundTripMillis");
    return millis == null ? UNKNOWN : String.format(Locale.ROOT, "%.1f ms", millis);
  }

  private static String state(JsonObject peer) {
    String why = peer.getString("evidence", peer.getString("reason", ""));
    String until = peer.getString("bannedUntil", "");
    int times = peer.getInteger("timesBanned", 1);
    return peer.getString("state", UNKNOWN)
        + (until.isEmpty() ? "" : " until " + until)
        + (times > 1 ? ", " + times + " times" : "")
        + (why.isEmpty() ? "" : " (" + Words.of(why) + ")");
  }

  private static String text(JsonObject peer, String name) {
    Object value = peer.getValue(name);
    return value == null ? UNKNOWN : value.toString();
  }

  private static String cut(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max - 1) + "…";
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
    }
    return line.toString().stripTrailing();
  }
}
