package dev.windlass.downloader.verticle;

import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.StoreEvent;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.downloader.links.StoreWork;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the downloader's jobs on the store, in order, on its own thread. Between jobs it deletes the
 * data of removed segments, a bounded part at a time.
 *
 * <p>Owned by the verticle. After a failure it does no more work, and drops waiting jobs.
 */
final class BlockProcessor {
  private static final Logger LOG = LoggerFactory.getLogger(BlockProcessor.class);

  private final Context context;
  private final ExecutorService thread;
  private final StoreWork work;
  private final LongSupplier clock;
  private final ObjLongConsumer<StoreEvent> onDone;
  private final Consumer<Throwable> onFailed;

  private volatile boolean isStopped;

  /** Whether a deletion is scheduled. Used on the thread only. */
  private boolean isSweeping;

  /**
   * Becomes the only writer of the store.
   *
   * @param context on which {@code onDone} and {@code onFailed} are called
   * @param onDone receives the result and how many nanoseconds the job took
   */
  BlockProcessor(
      Context context,
      BlockStore store,
      Trust trust,
      LongSupplier clock,
      ObjLongConsumer<StoreEvent> onDone,
      Consumer<Throwable> onFailed) {
    this.context = context;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "windlass-store");
              made.setDaemon(true);
              return made;
            });
    this.work = new StoreWork(store, trust);
    this.clock = clock;
    this.onDone = onDone;
    this.onFailed = onFailed;
    // The last process may have left data to delete.
    thread.execute(this::sweepLater);
  }

  void submit(StoreJob job) {
    thread.execute(() -> perform(job));
  }

  /**
   * An error such as OutOfMemoryError is a failure as well, since going on without this job would
   * be worse.
   */
  private void perform(StoreJob job) {
    if (isStopped && !job.outlivesStop()) {
      return;
    }
    try {
      long began = clock.getAsLong();
      StoreEvent event = job.doWith(work);
      long elapsed = clock.getAsLong() - began;
      onContext(() -> onDone.accept(event, elapsed));
      sweepLater();
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  /** Schedules a deletion after the waiting jobs. */
  private void sweepLater() {
    if (isSweeping || isStopped) {
      return;
    }
    try {
      isSweeping = true;
      thread.execute(this::sweep);
    } catch (RejectedExecutionException e) {
      LOG.debug("The data of removed segments will be deleted after the next start");
    }
  }

  private void sweep() {
    isSweeping = false;
    if (isStopped) {
      return;
    }
    try {
      if (work.sweep()) {
        sweepLater();
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void fail(Throwable cause) {
    isStopped = true;
    onContext(() -> onFailed.accept(cause));
  }

  /** Results that arrive after the event loop has stopped are dropped. */
  private void onContext(Runnable work) {
    try {
      context.runOnContext(ignored -> work.run());
    } catch (RejectedExecutionException e) {
      isStopped = true;
    }
  }

  /** Ends when the current job is done. Waiting jobs are dropped, unless they outlive the stop. */
  Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    isStopped = true;
    thread.execute(() -> onContext(closed::complete));
    thread.shutdown();
    return closed.future();
  }
}
