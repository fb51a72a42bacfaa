package dev.windlass.downloader.verticle;

import dev.windlass.chain.store.BlockStore;
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
 * Does the downloader's work on the store, piece by piece in the order asked for, on a thread of
 * its own. Between the pieces it deletes what removed segments have left, a bounded part at a time.
 *
 * <p>Owned by the verticle. After a failure nothing more is done: what waits is left alone.
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

  /** Whether a part of what is to be deleted waits for its turn; the thread's own. */
  private boolean isSweeping;

  /**
   * Takes over the store's writing.
   *
   * @param context on which {@code onDone} and {@code onFailed} are called
   * @param onDone given what was done, and how many nanoseconds that took
   */
  BlockProcessor(
      Context context,
      BlockStore store,
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
    this.work = new StoreWork(store);
    this.clock = clock;
    this.onDone = onDone;
    this.onFailed = onFailed;
    // The last process may have left something to delete.
    thread.execute(this::sweepLater);
  }

  void submit(StoreJob job) {
    thread.execute(() -> perform(job));
  }

  /** An error, of memory for one, is a failure as well: going on without this piece is worse. */
  private void perform(StoreJob job) {
    if (isStopped) {
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

  /** After the pieces that wait already. */
  private void sweepLater() {
    if (isSweeping || isStopped) {
      return;
    }
    try {
      isSweeping = true;
      thread.execute(this::sweep);
    } catch (RejectedExecutionException e) {
      LOG.debug("What is left of removed segments is deleted after the next start");
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

  /** Ends when the piece of work under way is done; what waits is left. */
  Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    isStopped = true;
    thread.execute(() -> onContext(closed::complete));
    thread.shutdown();
    return closed.future();
  }
}
