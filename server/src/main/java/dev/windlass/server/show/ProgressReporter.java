package dev.windlass.server.show;

import dev.windlass.chain.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the progress of a sync on its own thread, as log lines, and as a bar if there is a
 * terminal.
 *
 * <p>It reads published snapshots only, so it never delays the sync.
 */
public final class ProgressReporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressReporter.class);

  /** Five times a second looks smooth and costs little. */
  private static final long LOOK_MILLIS = 200;

  private static final long STOP_MILLIS_MAX = 1_000;

  private final Supplier<StatusSnapshot> pictures;
  private final ProgressLines lines;
  private final Optional<Terminal> terminal;
  private final ProgressBar bar = new ProgressBar();
  private ScheduledFuture<?> looking;
  private final ScheduledExecutorService looker =
      Executors.newSingleThreadScheduledExecutor(ProgressReporter::thread);

  /**
   * Does not start yet.
   *
   * @param pictures makes snapshots, on the reporter's thread. It may read the store
   * @param terminal for the bar. Empty if the error stream is no terminal
   */
  public ProgressReporter(
      Supplier<StatusSnapshot> pictures, InsertTally inserts, Optional<Terminal> terminal) {
    this.pictures = pictures;
    this.lines = new ProgressLines(inserts);
    this.terminal = terminal;
  }

  public void start() {
    looking = looker.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Shows the current progress at once. Returns when it is shown. */
  public void showNow() {
    try {
      looker.submit(this::look).get(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("Cannot show progress in time", e);
    }
  }

  /** Removes the bar, and logs the last lines. */
  @Override
  public void close() {
    if (looking != null) {
      looking.cancel(false);
    }
    looker.shutdown();
    try {
      if (looker.awaitTermination(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
        look();
      }
      if (terminal.isPresent()) {
        terminal.get().line().close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.debug("Cannot write to the terminal", e);
    }
  }

  private void look() {
    try {
      report();
    } catch (StoreException e) {
      // Other writers of the terminal report the failure.
      LOG.atDebug().setMessage("Cannot show progress").addKeyValue("reason", e.getMessage()).log();
    } catch (RuntimeException e) {
      // Caught, since a timer silently cancels a task that throws.
      LOG.warn("Cannot show progress", e);
    }
  }

  private void report() {
    StatusSnapshot picture = pictures.get();
    for (LogLine line : lines.next(picture)) {
      line.logTo(LOG.atInfo());
    }
    if (terminal.isPresent()) {
      try {
        terminal.get().line().show(bar.draw(picture, terminal.get().width()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "progress");
    thread.setDaemon(true);
    return thread;
  }
}
