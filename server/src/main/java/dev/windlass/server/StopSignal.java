package dev.windlass.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Turns SIGTERM and Ctrl-C into an orderly stop. A command that watches it ends by itself, and its
 * exit code becomes that of the process.
 *
 * <p>A signal during the parsing of the command line waits for its end. If the command does not
 * watch, the signal ends the process at once.
 */
public final class StopSignal {
  /** Kubernetes grants 30 seconds before it kills. */
  private static final long STOP_SECONDS_MAX = 28;

  private static final int EXIT_STUCK = 1;

  private final CompletableFuture<Void> requested = new CompletableFuture<>();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();

  /** Whether the command watches. Completed after the command line is parsed. */
  private final CompletableFuture<Boolean> isWatched = new CompletableFuture<>();

  /** Registers for signals with the virtual machine. */
  public void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "stop"));
  }

  /** Completes at a signal. The caller must end soon after that. */
  public CompletableFuture<Void> watch() {
    isWatched.complete(true);
    return requested;
  }

  /** Lets a signal end the process at once. */
  public void ignore() {
    isWatched.complete(false);
  }

  /** Notes that the command has ended. */
  public void ended(int exitCode) {
    ended.complete(exitCode);
    ignore();
  }

  /** Acts like a signal. */
  public void request() {
    requested.complete(null);
  }

  /** Runs at a signal, and also when the process exits after the command has ended. */
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
    // A shutdown hook can change the exit code after a signal only by a halt.
    Runtime.getRuntime().halt(exitCode);
  }
}
