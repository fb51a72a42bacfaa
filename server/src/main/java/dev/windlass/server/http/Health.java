package dev.windlass.server.http;

import dev.windlass.downloader.Progress;
import dev.windlass.node.SyncView;
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
   * Whether this node has what others come for. While it does not know how far behind it is, it has
   * not.
   */
  static Health ready(Progress progress, SyncView sync, long peersMin, long blocksBehindMax) {
    long connected = progress.peers().size();
    boolean hasPeers = connected >= peersMin;
    boolean isKnown = sync.blocksBehind().isPresent() && sync.unseenBlocks().isPresent();
    boolean isNear =
        sync.isInSync()
            || (isKnown
                && sync.blocksBehind().getAsLong()
                    <= blocksBehindMax - sync.unseenBlocks().getAsLong());
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
            .put("unseenBlocks", StatusJson.orNull(sync.unseenBlocks()))
            .put("max", blocksBehindMax)
            .put("waiting", progress.waiting().map(Enum::name).orElse(null))
            .put("reason", isNear ? null : reason(progress, sync)));
    return new Health(hasPeers && isNear, checks);
  }

  /** Why it is not near, for whoever wonders what to do. */
  private static String reason(Progress progress, SyncView sync) {
    if (progress.waiting().filter(Progress.WaitingReason.NO_HEAD::equals).isPresent()) {
      return "no head is known: no followed node names one, and none was named and synced";
    }
    if (sync.unseenBlocks().isEmpty()) {
      return "no node whose heads are followed is connected";
    }
    if (sync.blocksBehind().isEmpty()) {
      return "the number of the head is not known yet";
    }
    return "too many blocks are missing, or may have come since the nodes were asked";
  }

  JsonObject json() {
    return new JsonObject().put("status", word(isUp)).put("checks", checks);
  }

  private static String word(boolean isUp) {
    return isUp ? "UP" : "DOWN";
  }
}
