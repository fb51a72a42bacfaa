package dev.windlass.server.interop;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Asks a process again and again, first often and then less so, until its answer is there. */
public final class Await {
  private static final long PAUSE_NANOS_MIN = 2_000_000;
  private static final long PAUSE_NANOS_MAX = 200_000_000;

  private Await() {}

  public static <T> T answer(Supplier<String> what, Duration max, Supplier<Optional<T>> question) {
    long endNanos = System.nanoTime() + max.toNanos();
    long pauseNanos = PAUSE_NANOS_MIN;
    while (true) {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (System.nanoTime() - endNanos > 0) {
        throw new AssertionError(what.get() + ": not within " + max.toSeconds() + " s");
      }
      LockSupport.parkNanos(pauseNanos);
      if (Thread.interrupted()) {
        throw new AssertionError(what.get() + ": interrupted");
      }
      pauseNanos = Math.min(PAUSE_NANOS_MAX, pauseNanos + pauseNanos / 4 + 1);
    }
  }

  /** Lets some time go by between two looks at a process. */
  public static void pause(Duration duration) {
    long endNanos = System.nanoTime() + duration.toNanos();
    condition(() -> "time", duration.plusSeconds(10), () -> System.nanoTime() - endNanos >= 0);
  }

  public static void condition(Supplier<String> what, Duration max, BooleanSupplier question) {
    answer(what, max, () -> question.getAsBoolean() ? Optional.of(true) : Optional.empty());
  }
}
