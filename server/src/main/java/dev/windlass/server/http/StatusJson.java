package dev.windlass.server.http;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.Progress;
import dev.windlass.node.SyncView;
import dev.windlass.node.Version;
import dev.windlass.p2p.PeerDirectory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The published snapshots as JSON. An unknown value is null. */
final class StatusJson {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLISECOND = 1e6;

  private StatusJson() {}

  static JsonObject status(Progress progress, SyncView sync) {
    return new JsonObject()
        .put("client", Version.clientName())
        .put("phase", progress.phase().name().toLowerCase(Locale.ROOT))
        .put("waiting", progress.waiting().map(Enum::name).orElse(null))
        .put("unserved", progress.unserved().map(StatusJson::unserved).orElse(null))
        .put("inSync", sync.isInSync())
        .put("blocksBehind", orNull(sync.blocksBehind()))
        .put("unseenBlocks", orNull(sync.unseenBlocks()))
        .put("bestKnownBlock", sync.bestKnownNumber())
        .put("bestKnownFrom", sync.bestKnownFrom())
        .put("tipOverAgeSeconds", sync.tipOverAge().map(Duration::toSeconds).orElse(null))
        .put("tip", block(progress.tip()))
        .put("sync", progress.sync().map(StatusJson::sync).orElse(null))
        .put("counters", counters(progress.counters()))
        .put("peers", progress.peers().size())
        .put("bannedHashes", progress.bannedHashes())
        .put("queuedBlocks", progress.queuedBlocks())
        .put("bufferedBytes", progress.bufferedBytes())
        .put("announcedBlocks", progress.announced().blocks())
        .put("announcedBytes", progress.announced().bytes())
        .put("inFlightRequests", progress.inFlightRequests());
  }

  private static JsonObject unserved(Progress.Unserved of) {
    return new JsonObject()
        .put("part", of.part().name().toLowerCase(Locale.ROOT))
        .put("first", of.first())
        .put("last", of.last())
        .put("peers", of.peers())
        .put("message", of.toString());
  }

  private static JsonObject range(Progress.Range range) {
    return new JsonObject()
        .put("first", range.first())
        .put("last", range.last() == Long.MAX_VALUE ? null : range.last());
  }

  /**
   * The peers of the downloader, nodes that are connected but are not peers yet, nodes to dial, and
   * banned nodes.
   */
  static JsonObject peers(Progress progress, PeerDirectory board, Instant now) {
    JsonArray peers = new JsonArray();
    Map<PeerId, PeerDirectory.Entry> others = board.entries();
    Map<PeerId, PeerBan> bans = board.bans(now);
    for (Progress.PeerView peer : progress.peers()) {
      JsonObject json = new JsonObject();
      PeerDirectory.Entry node = others.remove(PeerId.of(peer.id()));
      if (node != null) {
        putNode(json, node);
      }
      peers.add(
          json.put("state", "connected")
              .put("id", peer.id())
              .put("kind", peer.kind())
              .put("head", peer.head())
              .put("height", peer.height() < 0 ? null : peer.height())
              .put("headers", range(peer.headers()))
              .put("bodies", range(peer.bodies()))
              .put("capacityBlocks", peer.capacityBlocks())
              .put("inFlight", peer.inFlight())
              .put("creditsMax", peer.creditsMax())
              .put(
                  "roundTripMillis",
                  peer.roundTripNanos() < 0 ? null : peer.roundTripNanos() / NANOS_PER_MILLISECOND)
              .put("score", peer.score())
              .put("reputation", peer.reputation())
              .put("blocksDelivered", peer.blocksDelivered()));
    }
    others.forEach(
        (id, node) -> {
          PeerBan ban = bans.remove(id);
          JsonObject json = putNode(new JsonObject(), node).put("id", id.name());
          boolean isConnected = node.connection().isPresent();
          peers.add(
              ban == null
                  ? json.put("state", isConnected ? "connected" : "waiting")
                  : putBan(json, ban));
        });
    progress.peers().forEach(peer -> bans.remove(PeerId.of(peer.id())));
    bans.keySet().removeIf(id -> PeerBan.host(id).isPresent());
    // Nodes that connected by themselves and are gone.
    bans.forEach((id, ban) -> peers.add(putBan(new JsonObject().put("id", id.name()), ban)));
    return new JsonObject().put("peers", peers);
  }

  private static JsonObject putBan(JsonObject json, PeerBan ban) {
    return json.put("state", "banned")
        .put("address", ban.address().isEmpty() ? null : ban.address())
        .put("bannedUntil", second(ban.until()))
        .put("timesBanned", ban.times())
        .put("reason", ban.offence().reason())
        .put("evidence", ban.evidence());
  }

  /** When the pause of the node ends, or null. */
  static JsonObject pause(Optional<Instant> until) {
    return new JsonObject().put("pausedUntil", until.map(StatusJson::second).orElse(null));
  }

  /** The checkpoints that the stored chain has passed, lowest first. */
  static JsonObject passed(List<BlockId> checkpoints) {
    JsonArray passed = new JsonArray();
    checkpoints.forEach(checkpoint -> passed.add(block(checkpoint)));
    return new JsonObject().put("passedCheckpoints", passed);
  }

  static String second(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static JsonObject putNode(JsonObject json, PeerDirectory.Entry node) {
    json.put("address", node.address()).put("direction", node.isInbound() ? "in" : "out");
    node.connection()
        .ifPresent(
            said ->
                json.put("client", said.client())
                    .put("protocol", said.protocol())
                    .put("earliest", said.earliest())
                    .put("latest", orNull(said.latest())));
    return node.reason().isEmpty() ? json : json.put("reason", node.reason());
  }

  /** The banned peers and the banned hashes. */
  static JsonObject bans(Map<PeerId, PeerBan> heldPeers, Map<Hash, String> refusedHashes) {
    JsonArray peers = new JsonArray();
    heldPeers.forEach(
        (id, ban) ->
            peers.add(
                new JsonObject()
                    .put("id", id.name())
                    .put("address", ban.address().isEmpty() ? null : ban.address())
                    .put("reason", ban.offence().reason())
                    .put("code", ban.offence().code())
                    .put("evidence", ban.evidence())
                    .put("since", second(ban.since()))
                    .put("until", second(ban.until()))
                    .put("timesBanned", ban.times())));
    JsonArray hashes = new JsonArray();
    refusedHashes.forEach(
        (hash, evidence) ->
            hashes.add(new JsonObject().put("hash", hash.toString()).put("evidence", evidence)));
    return new JsonObject().put("peers", peers).put("hashes", hashes);
  }

  static JsonObject gaps(List<Gap> lowestFirst) {
    JsonArray gaps = new JsonArray();
    for (Gap gap : lowestFirst) {
      gaps.add(
          new JsonObject()
              .put("first", gap.first())
              .put("last", gap.last().number())
              .put("blocks", gap.blocks()));
    }
    return new JsonObject().put("gaps", gaps);
  }

  static Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  static JsonObject block(BlockId id) {
    return new JsonObject().put("number", id.number()).put("hash", id.hash().toString());
  }

  private static JsonObject sync(Progress.ActiveSync sync) {
    return new JsonObject()
        .put("id", sync.id())
        .put("anchor", sync.anchor().toString())
        .put("anchorNumber", orNull(sync.anchorNumber()))
        .put("ancestorNumber", orNull(sync.ancestorNumber()))
        .put("links", sync.links())
        .put("blocksInserted", sync.blocksInserted())
        .put("blocksTotal", orNull(sync.blocksTotal()))
        .put("etaSeconds", sync.etaNanos() < 0 ? null : sync.etaNanos() / NANOS_PER_SECOND);
  }

  private static Long orNull(long number) {
    return number < 0 ? null : number;
  }

  private static JsonObject counters(Progress.Counters counters) {
    return new JsonObject()
        .put("syncs", counters.syncs())
        .put("syncsFailed", counters.syncsFailed())
        .put("announcements", counters.announcements())
        .put("hashes", counters.hashes())
        .put("blocks", counters.blocks())
        .put("bytes", counters.bytes())
        .put("timeouts", counters.timeouts())
        .put("throttled", counters.throttled())
        .put("refetched", counters.refetched())
        .put("hedged", counters.hedged())
        .put("crossChecksPassed", counters.crossChecksPassed())
        .put("crossChecksFailed", counters.crossChecksFailed())
        .put("peersBanned", counters.peersBanned());
  }
}
