package dev.windlass.node;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.ChainEvent;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.links.BannedBlocks;
import dev.windlass.downloader.links.Reorg;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.downloader.verticle.DownloaderListener;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.p2p.log.Quantity;
import dev.windlass.p2p.log.Repeats;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs the downloader's events, and completes the futures of callers that wait for a head.
 *
 * <p>Called on the downloader's context. Any thread may wait. The progress of a sync is logged
 * elsewhere, from the published {@code Progress}.
 */
final class NodeEvents implements DownloaderListener {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** The most heads, peers and gaps whose log lines are remembered. */
  private static final int NAMES_MAX = 1_024;

  private volatile Optional<Instant> pausedUntil = Optional.empty();
  private final Consumer<Hash> onSettled;
  private final PeerDirectory peers;
  private final Map<Hash, CompletableFuture<SyncSummary>> awaited = new ConcurrentHashMap<>();

  private final Repeats<List<Object>> repeats = new Repeats<>(NAMES_MAX);

  /** The head that failed last. It may be refused next, for the same cause. */
  private Optional<Failed> failed = Optional.empty();

  private final CompletableFuture<Void> broken = new CompletableFuture<>();

  /**
   * A failed head.
   *
   * @param name under which its log lines are limited
   */
  private record Failed(Hash head, Object name) {}

  /**
   * Logs nothing yet.
   *
   * @param peers records the bans
   * @param onSettled is called with each head that is synced, or refused for good
   */
  NodeEvents(PeerDirectory peers, Consumer<Hash> onSettled) {
    this.peers = peers;
    this.onSettled = onSettled;
  }

  /** Completes at the end of the next sync of an anchor. */
  CompletableFuture<SyncSummary> outcome(Hash anchor) {
    return awaited.computeIfAbsent(anchor, hash -> new CompletableFuture<>());
  }

  /** Fails if the downloader has failed. Otherwise it never completes. */
  CompletableFuture<Void> broken() {
    return broken;
  }

  @Override
  public void syncStarted(long sync, Hash anchor, Optional<PeerId> origin) {
    LOG.atDebug()
        .setMessage("Sync started")
        .addKeyValue("sync", sync)
        .addKeyValue("head", anchor)
        .log();
  }

  @Override
  public void syncDone(SyncSummary summary) {
    LOG.atDebug()
        .setMessage("Sync done")
        .addKeyValue("sync", summary.sync())
        .addKeyValue("head", summary.anchor())
        .addKeyValue("links", summary.links())
        .addKeyValue("blocks", summary.blocks())
        .addKeyValue("elapsed", new Quantity.Time(summary.elapsedNanos()))
        .log();
    onSettled.accept(summary.anchor());
    CompletableFuture<SyncSummary> outcome = awaited.remove(summary.anchor());
    if (outcome != null) {
      outcome.complete(summary);
    }
  }

  @Override
  public void syncFailed(SyncSummary summary, SyncError error, String explanation) {
    String because = ErrorWords.of(error, explanation, summary.anchor());
    boolean isCancelled =
        error == SyncError.CANCEL_HASH_FETCH || error == SyncError.CANCEL_BLOCK_FETCH;
    if (isCancelled) {
      LOG.atLevel(level(Level.INFO, "interrupted", summary.anchor(), explanation))
          .setMessage("Sync interrupted")
          .addKeyValue("head", summary.anchor())
          .addKeyValue("reason", explanation)
          .log();
    } else {
      // Limited by peer, since a followed peer claims another head with each block.
      // Heads of --head-source are limited by a wrong block, on which all later ones stand too.
      boolean isOfLaterHeadsToo = error == SyncError.INVALID_CHAIN && !explanation.isEmpty();
      Object head = isOfLaterHeadsToo ? explanation : summary.anchor();
      Object named = summary.origin().map(Object.class::cast).orElse(head);
      failed = Optional.of(new Failed(summary.anchor(), head));
      LOG.atLevel(level(Level.WARN, "sync", named, error))
          .setMessage("Sync failed")
          .addKeyValue("head", summary.anchor())
          .addKeyValue("reason", because)
          .addKeyValue("then", whatThen(summary, error))
          .log();
    }
    failed(summary.anchor(), new JobFailedException("the sync failed: " + because));
  }

  /** What happens next, and what the operator can do. */
  private static String whatThen(SyncSummary summary, SyncError error) {
    boolean isRefusedPerhaps =
        summary.origin().isEmpty()
            && (error == SyncError.INVALID_CHAIN || error == SyncError.CHECKPOINT_MISMATCH);
    if (isRefusedPerhaps) {
      return "refused if headers prove it, else tried again";
    }
    boolean isWrongPerhaps = error == SyncError.EMPTY_HASH_SET && summary.origin().isEmpty();
    return isWrongPerhaps
        ? "tried again, less and less often; check its network, or withdraw it with DELETE"
            + " /v1/heads/HASH"
        : "tried again";
  }

  private Level level(Level ifDue, Object... name) {
    return repeats.level(ifDue, List.of(name), System.nanoTime());
  }

  @Override
  public void blocksUnserved(long first, long last) {
    LOG.atLevel(level(Level.INFO, "gap", last))
        .setMessage("Blocks are served by no peer")
        .addKeyValue("first", new Quantity.Count(first))
        .addKeyValue("last", new Quantity.Count(last))
        .addKeyValue(
            "then", "tried again when a peer connects, and each minute to hour; GET /v1/gaps")
        .log();
  }

  @Override
  public void checkpointPassed(BlockId checkpoint) {
    LOG.atInfo()
        .setMessage("Checkpoint passed")
        .addKeyValue("number", new Quantity.Count(checkpoint.number()))
        .addKeyValue("hash", checkpoint.hash())
        .log();
  }

  @Override
  public void historyBegins(BlockId lowest) {
    LOG.atInfo()
        .setMessage("The stored history begins here")
        .addKeyValue("number", new Quantity.Count(lowest.number()))
        .addKeyValue("hash", lowest.hash())
        .log();
  }

  @Override
  public void pauseChanged(long nanos) {
    pausedUntil = nanos == 0 ? Optional.empty() : Optional.of(Instant.now().plusNanos(nanos));
    LoggingEventBuilder line = LOG.atInfo().setMessage(nanos == 0 ? "Resumed" : "Paused");
    if (pausedUntil.isPresent()) {
      line = line.addKeyValue("until", pausedUntil.get().truncatedTo(ChronoUnit.SECONDS));
    }
    line.log();
  }

  /** When the pause of the downloader ends. Empty if there is none. Any thread may call it. */
  Optional<Instant> pausedUntil() {
    return pausedUntil;
  }

  @Override
  public void headRefused(Hash head, SyncError error) {
    // The peer was dropped meanwhile, which has its own line.
    boolean isLate = error == SyncError.UNKNOWN_PEER;
    // The reason is not this head, so the line is limited for all heads together.
    Object cause = failed.filter(last -> last.head.equals(head)).map(Failed::name).orElse(head);
    Object about = error == SyncError.BUSY ? "any" : cause;
    LOG.atLevel(isLate ? Level.DEBUG : level(Level.WARN, "head", about, error))
        .setMessage("Head refused")
        .addKeyValue("head", head)
        .addKeyValue("reason", ErrorWords.of(error))
        .log();
    if (error != SyncError.BUSY) {
      onSettled.accept(head);
    }
    failed(head, new RefusedException("the head " + head + " is refused: " + ErrorWords.of(error)));
  }

  private void failed(Hash anchor, JobFailedException reason) {
    CompletableFuture<SyncSummary> outcome = awaited.remove(anchor);
    if (outcome != null) {
      outcome.completeExceptionally(reason);
    }
  }

  @Override
  public void rewound(BannedBlocks.Rewind rewind) {
    LOG.atWarn()
        .setMessage("Banned block removed")
        .addKeyValue("number", new Quantity.Count(rewind.banned().number()))
        .addKeyValue("hash", rewind.banned().hash())
        .addKeyValue("reason", rewind.why())
        .addKeyValue("then", "the chain ends below it, and another branch is synced")
        .log();
  }

  @Override
  public void changed(StoreChange change, long elapsedNanos) {
    change.reorg().ifPresent(NodeEvents::logReorg);
  }

  @Override
  public void onChain(ChainEvent event) {
    if (event instanceof ChainEvent.Rejected rejected) {
      LOG.atLevel(level(Level.WARN, "rejected", rejected.block(), rejected.code()))
          .setMessage("Block rejected")
          .addKeyValue("number", new Quantity.Count(rejected.block().number()))
          .addKeyValue("hash", rejected.block().hash())
          .addKeyValue("code", rejected.code())
          .addKeyValue("reason", rejected.reason())
          .addKeyValue("announced_by", rejected.peer().map(PeerId::name).orElse("operator"))
          .log();
    }
  }

  private static void logReorg(Reorg reorg) {
    LOG.atInfo()
        .setMessage("Chain reorganised")
        .addKeyValue("ancestor", new Quantity.Count(reorg.ancestor().number()))
        .addKeyValue("ancestor_hash", reorg.ancestor().hash())
        .addKeyValue("old_tip", new Quantity.Count(reorg.oldTip().number()))
        .addKeyValue("old_hash", reorg.oldTip().hash())
        .addKeyValue("new_tip", new Quantity.Count(reorg.newTip().number()))
        .addKeyValue("new_hash", reorg.newTip().hash())
        .addKeyValue("left", new Quantity.Count(reorg.left()))
        .addKeyValue("came", new Quantity.Count(reorg.came()))
        .log();
  }

  @Override
  public void peerDropped(PeerId peer, SyncError error) {
    LOG.atLevel(level(Level.INFO, "drop", peer, error))
        .setMessage("Peer dropped")
        .addKeyValue("peer", peer)
        .addKeyValue("reason", ErrorWords.of(error))
        .log();
  }

  @Override
  public void peerBanned(PeerBan ban) {
    peers.banned(ban);
    LoggingEventBuilder line =
        LOG.atWarn().setMessage("Peer banned").addKeyValue("peer", ban.peer());
    if (!ban.address().isEmpty()) {
      line = line.addKeyValue("address", ban.address());
    }
    line.addKeyValue("reason", ban.offence().reason())
        .addKeyValue("evidence", ban.evidence())
        .addKeyValue("until", ban.until().truncatedTo(ChronoUnit.SECONDS))
        .addKeyValue("times", ban.times())
        .log();
  }

  @Override
  public void peerPardoned(PeerId peer) {
    peers.pardoned(peer);
    LOG.atInfo().setMessage("Ban ended by an operator").addKeyValue("peer", peer).log();
  }

  @Override
  public void peerWarned(PeerId peer, Offence offence, int score) {
    LOG.atWarn()
        .setMessage("Peer is near a ban")
        .addKeyValue("peer", peer)
        .addKeyValue("score", score)
        .addKeyValue("reason", offence.reason())
        .log();
  }

  @Override
  public void failed(Throwable cause) {
    broken.completeExceptionally(cause);
  }
}
