package dev.windlass.server.show;

import dev.windlass.server.log.Words;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The bans of peers and hosts as a table for a terminal, one line each. */
public final class BanTable {
  private static final List<String> COLUMNS =
      List.of("ID", "ADDRESS", "OFFENCE", "UNTIL", "TIMES", "EVIDENCE");

  private BanTable() {}

  /**
   * The lines of the table. The first has the names of the columns. Ids are whole, since other
   * commands take them.
   *
   * @param answer the answer of {@code /v1/bans}
   */
  public static List<String> lines(JsonObject answer) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(COLUMNS);
    JsonArray bans = answer.getJsonArray("peers", new JsonArray());
    for (int i = 0; i < bans.size(); i++) {
      JsonObject ban = bans.getJsonObject(i);
      rows.add(
          List.of(
              TextTable.text(ban, "id"),
              TextTable.text(ban, "address"),
              TextTable.text(ban, "code"),
              TextTable.text(ban, "until"),
              TextTable.text(ban, "timesBanned"),
              Words.of(Words.printable(ban.getString("evidence", "")))));
    }
    return TextTable.lines(rows);
  }
}
