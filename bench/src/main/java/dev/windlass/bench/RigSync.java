package dev.windlass.bench;

import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.verticle.Clocks;
import dev.windlass.downloader.verticle.DownloaderListener;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.sim.ChainMaker;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One sync of a made chain by a downloader of its own, into a store that keeps nothing. */
final class RigSync {
  private static final int HEAP_SAMPLES = 8;
  private static final long SECONDS_MAX = 900;

  /**
   * What a sync took.
   *
   * @param hashSeconds the time to the first insert, which is slightly more than fetchHashes took
   * @param liveHeapBytes the largest heap after some full collections during the sync, less what
   *     was there before. 0 if it was not measured
   */
  record Result(
      double seconds, double hashSeconds, Progress.Counters counters, long liveHeapBytes) {}

  private RigSync() {}

  /**
   * Syncs to the head of a chain.
   *
   * @param connect connects the peers
   */
  static Result run(
      ChainMaker synced, Consumer<DownloaderVerticle> connect, boolean isMeasuringHeap) {
    long heapBefore = isMeasuringHeap ? usedHeap() : 0;
    Vertx vertx = Vertx.vertx();
    try {
      RigStore store = new RigStore(synced);
      End end = new End();
      DownloaderVerticle downloader =
          new DownloaderVerticle(
              DownloaderLimits.DEFAULT,
              store,
              Trust.ROOT_ONLY,
              new SplittableRandom(1),
              Clocks.SYSTEM,
              List.of(end));
      await(vertx.deployVerticle(downloader).toCompletionStage().toCompletableFuture());
      connect.accept(downloader);
      long started = System.nanoTime();
      downloader.announce(Announcement.ofOperator(synced.head().hash()));
      long heap = isMeasuringHeap ? mostLiveHeap(store, synced, end) - heapBefore : 0;
      SyncSummary summary = await(end.done);
      double seconds = summary.elapsedNanos() / 1e9;
      double waited = (System.nanoTime() - started) / 1e9;
      await(vertx.undeploy(downloader.deploymentID()).toCompletionStage().toCompletableFuture());
      Progress.Counters counters = downloader.progress().counters();
      if (!store.tip().equals(synced.head())) {
        throw new IllegalStateException("the sync ended at " + store.tip());
      }
      return new Result(Math.max(seconds, waited), store.hashSeconds(started), counters, heap);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** The result with the median time. The list is sorted. */
  static Result median(List<Result> results) {
    results.sort((a, b) -> Double.compare(a.seconds(), b.seconds()));
    return results.get(results.size() / 2);
  }

  /** The largest heap after some full collections during the sync. */
  private static long mostLiveHeap(RigStore store, ChainMaker synced, End end) {
    long most = 0;
    for (int i = 0; i < HEAP_SAMPLES && !end.done.isDone(); i++) {
      long from = store.tip().number();
      most = Math.max(most, usedHeap());
      while (!end.done.isDone()
          && store.tip().number() < from + synced.head().number() / HEAP_SAMPLES) {
        Thread.onSpinWait();
      }
    }
    return most;
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the sync did not end: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Waits for the end of the sync. */
  private static final class End implements DownloaderListener {
    private final CompletableFuture<SyncSummary> done = new CompletableFuture<>();

    @Override
    public void syncDone(SyncSummary summary) {
      done.complete(summary);
    }

    @Override
    public void syncFailed(SyncSummary summary, SyncError error, String explanation) {
      done.completeExceptionally(new IllegalStateException(error + ": " + explanation));
    }

    @Override
    public void failed(Throwable cause) {
      done.completeExceptionally(cause);
    }
  }
}
