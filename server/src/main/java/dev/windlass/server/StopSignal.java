package dev.windlass.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * SIGTERM and Ctrl-C, as a wish to stop: a command that watches it ends by itself, and its exit
 * code is the process's.
 *
 * <p>A signal that comes before the command is known waits until it is. If the command does not
 * watch, the process ends as any other does.
 */
public final class StopSignal {
  /** What container runtimes and systemd grant before they kill. */
  private static final long STOP_SECONDS_MAX = 28;

  private static final int EXIT_STUCK = 1;

  private final CompletableFuture<Void> requested = new CompletableFuture<>();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();

  /** Whether the command watches; not done before the command line is read. */
  private final CompletableFuture<Boolean> isWatched = new CompletableFuture<>();

  /** From now on the virtual machine tells it of signals. */
  public void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "stop"));
  }

  /** Done when the process is asked to stop; whoever asks for this must then end soon. */
  public CompletableFuture<Void> watch() {
    isWatched.complete(true);
    return requested;
  }

  /** The command does not watch: a signal ends it at once. */
  public void ignore() {
    isWatched.complete(false);
  }

  /** The command ended, asked or not. */
  public void ended(int exitCode) {
    ended.complete(exitCode);
    ignore();
  }

  /** As a signal would. */
  public void request() {
    requested.complete(null);
  }

  /**
   * Runs when a signal came, and also when the process exits by itself: then the command has ended.
   */
  private void shutDown() {
    request();
    int exitCode = EXIT_STUCK;
    try {
      if (!isWatched.get(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        return;
      }
      exitCode = ended.get(STOP_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      System.err.println(
          "windlass: did not stop within "
              + STOP_SECONDS_MAX
              + " seconds; what was stored is safe");
    } catch (InterruptedException | ExecutionException e) {
      System.err.println("windlass: stopped while stopping: " + e);
    }
    System.err.flush();
    // A hook cannot change the exit code of a signal in any other way.
    Runtime.getRuntime().halt(exitCode);
  }
}
