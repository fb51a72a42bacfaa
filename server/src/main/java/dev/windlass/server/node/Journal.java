package dev.windlass.server.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.PeerId;
import dev.windlass.chain.Verdict;
import dev.windlass.downloader.HaulError;
import dev.windlass.downloader.HaulSummary;
import dev.windlass.downloader.verticle.HaulListener;
import dev.windlass.server.JobFailedException;
import dev.windlass.server.PeerBoard;
import dev.windlass.server.http.Metrics;
import dev.windlass.server.log.Quantity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes down what the downloader tells, and passes it on to whoever waits for it.
 *
 * <p>Called on the downloader's context; any thread may wait. How a haul moves is shown elsewhere,
 * from the published progress.
 */
final class Journal implements HaulListener {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** Gaps that are remembered as told. */
  private static final int UNSERVED_MAX = 1_024;

  private final Metrics metrics;
  private final Consumer<HaulSummary> onHauled;
  private final Consumer<Hash> onSettled;
  private final BiConsumer<PeerId, PeerBoard.Ban> onBanned;
  private final Map<Hash, CompletableFuture<HaulSummary>> awaited = new ConcurrentHashMap<>();

  /** The last block of each gap that was told. */
  private final Set<Long> unserved = new HashSet<>();

  private final CompletableFuture<Void> broken = new CompletableFuture<>();

  /**
   * Passes on what others keep.
   *
   * @param onSettled is given each head that is stored, or refused for good
   * @param onBanned is given each peer that is banned
   */
  Journal(
      Metrics metrics,
      Consumer<HaulSummary> onHauled,
      Consumer<Hash> onSettled,
      BiConsumer<PeerId, PeerBoard.Ban> onBanned) {
    this.metrics = metrics;
    this.onHauled = onHauled;
    this.onSettled = onSettled;
    this.onBanned = onBanned;
  }

  /** The next outcome of an anchor. */
  CompletableFuture<HaulSummary> outcome(Hash anchor) {
    return awaited.computeIfAbsent(anchor, hash -> new CompletableFuture<>());
  }

  /** Never done but by the failure after which nothing can go on. */
  CompletableFuture<Void> broken() {
    return broken;
  }

  @Override
  public void haulStarted(long haul, Hash anchor, Optional<PeerId> origin) {
    LOG.atDebug()
        .setMessage("Haul started")
        .addKeyValue("haul", haul)
        .addKeyValue("head", anchor)
        .log();
  }

  @Override
  public void haulDone(HaulSummary summary) {
    LOG.atDebug()
        .setMessage("Haul done")
        .addKeyValue("haul", summary.haul())
        .addKeyValue("head", summary.anchor())
        .addKeyValue("links", summary.links())
        .addKeyValue("blocks", summary.blocks())
        .addKeyValue("elapsed", new Quantity.Time(summary.elapsedNanos()))
        .log();
    onHauled.accept(summary);
    onSettled.accept(summary.anchor());
    CompletableFuture<HaulSummary> outcome = awaited.remove(summary.anchor());
    if (outcome != null) {
      outcome.complete(summary);
    }
  }

  @Override
  public void haulFailed(HaulSummary summary, HaulError error, String explanation) {
    boolean isCancelled =
        error == HaulError.CANCEL_HASH_FETCH || error == HaulError.CANCEL_BLOCK_FETCH;
    if (isCancelled) {
      LOG.atInfo()
          .setMessage("Haul interrupted")
          .addKeyValue("head", summary.anchor())
          .addKeyValue("because", explanation)
          .log();
    } else {
      LOG.atWarn()
          .setMessage("Haul failed")
          .addKeyValue("head", summary.anchor())
          .addKeyValue("error", error)
          .addKeyValue("because", explanation)
          .log();
    }
    failed(
        summary.anchor(), new JobFailedException("the haul failed: " + error + ": " + explanation));
  }

  /** Once for each gap: it is tried again and again. */
  @Override
  public void blocksUnserved(long first, long last) {
    boolean isNews = unserved.add(last);
    if (unserved.size() > UNSERVED_MAX) {
      unserved.clear();
    }
    LOG.atLevel(isNews ? Level.INFO : Level.DEBUG)
        .setMessage("Blocks are served by no peer")
        .addKeyValue("first", new Quantity.Count(first))
        .addKeyValue("last", new Quantity.Count(last))
        .addKeyValue("then", "tried again when a peer comes, and each minute to hour; GET /v1/gaps")
        .log();
  }

  @Override
  public void headRefused(Hash head, HaulError error) {
    LOG.atWarn()
        .setMessage("Head refused")
        .addKeyValue("head", head)
        .addKeyValue("because", error)
        .log();
    if (error != HaulError.BUSY) {
      onSettled.accept(head);
    }
    failed(head, new RefusedException("the head " + head + " is refused: " + error));
  }

  private void failed(Hash anchor, JobFailedException reason) {
    CompletableFuture<HaulSummary> outcome = awaited.remove(anchor);
    if (outcome != null) {
      outcome.completeExceptionally(reason);
    }
  }

  @Override
  public void peerDropped(PeerId peer, HaulError error) {
    LOG.atInfo()
        .setMessage("Peer dropped")
        .addKeyValue("peer", peer)
        .addKeyValue("because", error)
        .log();
  }

  @Override
  public void peerBanned(PeerId peer, Verdict verdict, String evidence, long nanos) {
    metrics.banned(verdict);
    Instant until = Instant.now().plusNanos(nanos);
    onBanned.accept(peer, new PeerBoard.Ban(until, evidence));
    LOG.atInfo()
        .setMessage("Peer banned")
        .addKeyValue("peer", peer)
        .addKeyValue("until", until.truncatedTo(ChronoUnit.SECONDS))
        .addKeyValue("verdict", verdict)
        .addKeyValue("evidence", evidence)
        .log();
  }

  @Override
  public void failed(Throwable cause) {
    broken.completeExceptionally(cause);
  }
}
