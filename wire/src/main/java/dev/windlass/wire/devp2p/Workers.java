package dev.windlass.wire.devp2p;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Vert.x's workers, which stop before Vert.x is closed.
 *
 * <p>Vert.x closes its workers before its event loops. Timers and sockets of the event loops then
 * run for a while without workers. A worker that ends after the event loops cannot deliver its
 * result. Both log exceptions with a stack trace. So all work goes through this class, which is
 * closed first. Any thread may call it.
 */
public final class Workers {
  private static final String NAME = "windlass.workers";

  private Workers() {}

  /** Runs work, in any order. It fails once the workers are closed. */
  public static <T> Future<T> run(Vertx vertx, Callable<T> work) {
    return run(vertx, work, false);
  }

  /** Runs work after the earlier ordered work of this context. */
  public static <T> Future<T> runInOrder(Vertx vertx, Callable<T> work) {
    return run(vertx, work, true);
  }

  private static <T> Future<T> run(Vertx vertx, Callable<T> work, boolean isOrdered) {
    Running running = of(vertx);
    Promise<Void> ended = Promise.promise();
    return running.begin(ended.future())
        ? vertx.executeBlocking(work, isOrdered).onComplete(done -> running.end(ended))
        : Future.failedFuture("this node stops");
  }

  /** Done once all work that was taken until now has ended. */
  public static Future<Void> finished(Vertx vertx) {
    return of(vertx).finished();
  }

  /** Takes no more work; done once all that was taken has ended. */
  public static Future<Void> close(Vertx vertx) {
    return of(vertx).close();
  }

  private static Running of(Vertx vertx) {
    LocalMap<String, Running> all = vertx.sharedData().getLocalMap(NAME);
    return all.computeIfAbsent(NAME, name -> new Running());
  }

  /** What of it is not done. */
  private static final class Running implements Shareable {
    private final Set<Future<Void>> open = new HashSet<>();
    private boolean isClosed;

    synchronized boolean begin(Future<Void> ended) {
      return !isClosed && open.add(ended);
    }

    void end(Promise<Void> ended) {
      synchronized (this) {
        open.remove(ended.future());
      }
      ended.complete();
    }

    synchronized Future<Void> finished() {
      return Future.join(List.copyOf(open)).mapEmpty();
    }

    synchronized Future<Void> close() {
      isClosed = true;
      return finished();
    }
  }
}
