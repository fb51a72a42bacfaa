package dev.windlass.node;

import dev.windlass.chain.rules.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Runs the parts of a job on several threads, of which the caller's is one. Each thread takes the
 * next part when it has ended one. Any thread may call it, until it is closed.
 */
public final class CpuThreads implements Parallel, AutoCloseable {
  private final ExecutorService others;
  private final int otherCount;

  private CpuThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
    otherCount = threads - 1;
    others =
        Executors.newFixedThreadPool(
            Math.max(1, otherCount),
            task -> {
              Thread thread = new Thread(task, "windlass-cpu");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** One thread for each processor that the machine gives this process. */
  public static CpuThreads ofAllProcessors() {
    return of(Runtime.getRuntime().availableProcessors());
  }

  public static CpuThreads of(int threads) {
    return new CpuThreads(threads);
  }

  public int count() {
    return otherCount + 1;
  }

  @Override
  public void run(int parts, IntConsumer part) {
    AtomicInteger next = new AtomicInteger();
    Runnable work =
        () -> {
          try {
            for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
              part.accept(i);
            }
          } finally {
            // After a failure the other threads take no further part.
            next.set(parts);
          }
        };
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < Math.min(otherCount, parts - 1); i++) {
      running.add(others.submit(work));
    }
    try {
      work.run();
    } finally {
      running.forEach(CpuThreads::await);
    }
  }

  private static void await(Future<?> work) {
    boolean wasInterrupted = false;
    try {
      while (true) {
        try {
          work.get();
          return;
        } catch (InterruptedException e) {
          // The parts write to arrays of the caller, so it must not return before they end.
          wasInterrupted = true;
        } catch (ExecutionException e) {
          throw rethrown(e.getCause());
        } catch (CancellationException e) {
          return;
        }
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException failure
        ? failure
        : new IllegalStateException("a part failed", cause);
  }

  @Override
  public void close() {
    others.shutdown();
  }
}
