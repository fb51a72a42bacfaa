package dev.windlass.server.http;

import dev.windlass.downloader.Progress;
import dev.windlass.server.SyncView;
import io.vertx.core.json.JsonObject;

/** What a health check says: up or down, and each thing that was looked at. */
record Health(boolean isUp, JsonObject checks) {
  /** As Besu: one peer is enough to be of use. */
  static final long PEERS_MIN = 1;

  /** As Besu: a node that is two blocks behind is only waiting for the newest ones. */
  static final long BLOCKS_BEHIND_MAX = 2;

  /** Whoever can answer is alive, however far behind. */
  static Health live() {
    return new Health(true, new JsonObject());
  }

  /**
   * Whether this node has what others come for. Where no head was announced yet, nothing is behind.
   */
  static Health ready(Progress progress, SyncView sync, long peersMin, long blocksBehindMax) {
    long connected = progress.peers().size();
    boolean hasPeers = connected >= peersMin;
    boolean isNear =
        sync.isInSync()
            || (sync.blocksBehind().isPresent()
                && sync.blocksBehind().getAsLong() + sync.unseenBlocks() <= blocksBehindMax);
    JsonObject checks = new JsonObject();
    checks.put(
        "peers",
        new JsonObject()
            .put("status", word(hasPeers))
            .put("connected", connected)
            .put("min", peersMin));
    checks.put(
        "sync",
        new JsonObject()
            .put("status", word(isNear))
            .put("blocksBehind", StatusJson.orNull(sync.blocksBehind()))
            .put("unseenBlocks", sync.unseenBlocks())
            .put("max", blocksBehindMax));
    return new Health(hasPeers && isNear, checks);
  }

  JsonObject json() {
    return new JsonObject().put("status", word(isUp)).put("checks", checks);
  }

  private static String word(boolean isUp) {
    return isUp ? "UP" : "DOWN";
  }
}
