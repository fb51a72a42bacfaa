package dev.windlass.downloader;

import dev.windlass.peerset.Peer;
import dev.windlass.peerset.ServedRange;
import dev.windlass.peerset.Wanted.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Makes the {@link Progress} that other threads read. */
final class Snapshot {
  private Snapshot() {}

  static Progress of(
      CoreState context, Phase phase, Optional<Sync> sync, NextSync nextSync, long heldBytes) {
    long nowNanos = context.nowNanos;
    List<Progress.PeerView> views = new ArrayList<>();
    for (Peer peer : context.peers.all()) {
      views.add(view(peer, context.conduct.score(peer.id(), nowNanos)));
    }
    boolean isHeadUnserved =
        phase.waiting().filter(r -> r == Progress.WaitingReason.HEAD_UNSERVED).isPresent();
    return new Progress(
        phase.name(),
        phase.waiting(),
        sync.map(running -> running.view(nowNanos)),
        context.tip,
        nextSync.wanted(nowNanos),
        context.tally.counters(),
        views,
        context.bans.size(),
        context.queue.missing(),
        heldBytes,
        context.peers.inFlight(),
        new Progress.Announced(context.announced.size(), context.announced.bytes()),
        context.unserved.now(isHeadUnserved, nowNanos));
  }

  private static Progress.PeerView view(Peer peer, int score) {
    return new Progress.PeerView(
        peer.id().name(),
        peer.kind().name().toLowerCase(Locale.ROOT),
        peer.head().toString(),
        peer.headNumber(),
        range(peer.range(Item.HEADER)),
        range(peer.range(Item.BLOCK)),
        peer.capacity(),
        peer.inFlight(),
        peer.creditsMax(),
        peer.roundTripNanos(),
        score,
        peer.reputation(),
        peer.blocksDelivered());
  }

  private static Progress.Range range(ServedRange served) {
    return new Progress.Range(served.first(), served.last());
  }
}
