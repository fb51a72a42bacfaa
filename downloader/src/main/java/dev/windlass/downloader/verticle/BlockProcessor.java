package dev.windlass.downloader.verticle;

import dev.windlass.chain.BlockStore;
import dev.windlass.downloader.StoreEvent;
import dev.windlass.downloader.StoreWork;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Does the downloader's work on the store, piece by piece in the order asked for, on a thread of
 * its own.
 *
 * <p>Owned by the verticle. After a failure nothing more is done: what waits is left alone.
 */
final class BlockProcessor {
  /** One insert of 8 MiB on a slow disk; beyond it Vert.x warns of a blocked thread. */
  private static final long WORK_SECONDS_MAX = 60;

  private final WorkerExecutor executor;
  private final StoreWork work;
  private final Consumer<StoreEvent> onDone;
  private final Consumer<Throwable> onFailed;

  /** Written and read by the worker alone. */
  private boolean hasFailed;

  /**
   * Takes over the store's writing.
   *
   * @param onDone hears of each piece of work on the verticle's context
   */
  BlockProcessor(
      Vertx vertx, BlockStore store, Consumer<StoreEvent> onDone, Consumer<Throwable> onFailed) {
    this.executor =
        vertx.createSharedWorkerExecutor(
            "windlass-store-" + System.identityHashCode(this),
            1,
            WORK_SECONDS_MAX,
            TimeUnit.SECONDS);
    this.work = new StoreWork(store);
    this.onDone = onDone;
    this.onFailed = onFailed;
  }

  void submit(Function<StoreWork, StoreEvent> piece) {
    Future<StoreEvent> done = executor.executeBlocking(() -> perform(piece), true);
    done.onSuccess(
        event -> {
          if (event != null) {
            onDone.accept(event);
          }
        });
    done.onFailure(onFailed::accept);
  }

  private StoreEvent perform(Function<StoreWork, StoreEvent> piece) {
    if (hasFailed) {
      return null;
    }
    try {
      return piece.apply(work);
    } catch (RuntimeException e) {
      hasFailed = true;
      throw e;
    }
  }

  /** Ends when the piece of work under way is done; what waits is left. */
  Future<Void> close() {
    return executor
        .executeBlocking(
            () -> {
              hasFailed = true;
              return null;
            },
            true)
        .eventually(executor::close)
        .mapEmpty();
  }
}
