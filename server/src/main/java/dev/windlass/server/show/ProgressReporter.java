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
 * Shows how a sync goes, on its own thread: a bar where there is a terminal, lines of the log
 * everywhere.
 *
 * <p>Reads pictures only, and never holds up what it shows.
 */
public final class ProgressReporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressReporter.class);

  /** Five times a second looks smooth, and costs nothing. */
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
   * Made, but not started.
   *
   * @param pictures called on the reporter's thread; may read the store
   * @param terminal where a bar can be drawn, empty where the error stream is no terminal
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

  /** Shows at once what there is to show; returns when it is shown. */
  public void showNow() {
    try {
      looker.submit(this::look).get(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("Cannot show progress in time", e);
    }
  }

  /** Takes the bar away, and looks once more so that the last lines are not lost. */
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
      // Whoever writes to it is told, and says so.
      LOG.atDebug().setMessage("Cannot show progress").addKeyValue("reason", e.getMessage()).log();
    } catch (RuntimeException e) {
      // A timer whose task throws is silently never run again.
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
