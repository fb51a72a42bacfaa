package dev.windlass.server.http;

import dev.windlass.downloader.Progress;
import dev.windlass.node.SyncView;
import io.vertx.core.json.JsonObject;

/** The result of a health check: up or down, with each single check. */
record Health(boolean isUp, JsonObject checks) {
  /** One peer is enough, as in Besu. */
  static final long PEERS_MIN = 1;

  /** Two blocks behind is normal for a node that follows the chain, as in Besu. */
  static final long BLOCKS_BEHIND_MAX = 2;

  /** A process that can answer is alive, however far behind it is. */
  static Health live() {
    return new Health(true, new JsonObject());
  }

  /**
   * Whether clients can rely on this node. They cannot if it does not know how far behind it is.
   */
  static Health ready(Progress progress, SyncView sync, long peersMin, long blocksBehindMax) {
    long connected = progress.peers().size();
    boolean hasPeers = connected >= peersMin;
    boolean isKnown = sync.blocksBehind().isPresent() && sync.unseenBlocks().isPresent();
    boolean isNear =
        sync.isInSync()
            || (isKnown
                && sync.tipOverAge().isEmpty()
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
            .put("bestKnownFrom", sync.bestKnownFrom())
            .put("blocksBehind", StatusJson.orNull(sync.blocksBehind()))
            .put("unseenBlocks", StatusJson.orNull(sync.unseenBlocks()))
            .put("max", blocksBehindMax)
            .put("waiting", progress.waiting().map(Enum::name).orElse(null))
            .put("reason", isNear ? null : reason(progress, sync)));
    return new Health(hasPeers && isNear, checks);
  }

  /** Why the sync check fails. */
  private static String reason(Progress progress, SyncView sync) {
    if (progress.waiting().filter(Progress.WaitingReason.NO_HEAD::equals).isPresent()) {
      return "no head is known: no followed node claims one, and no announced head is synced";
    }
    if (sync.unseenBlocks().isEmpty()) {
      return "no followed node is connected";
    }
    if (sync.blocksBehind().isEmpty()) {
      return "the number of the head is not known yet";
    }
    if (sync.tipOverAge().isPresent()) {
      return "the newest stored block is old: " + sync.tipOverAge().get().toMinutes() + " minutes";
    }
    return "too many blocks are missing, or may be new since the nodes were asked";
  }

  JsonObject json() {
    return new JsonObject().put("status", word(isUp)).put("checks", checks);
  }

  private static String word(boolean isUp) {
    return isUp ? "UP" : "DOWN";
  }
}
