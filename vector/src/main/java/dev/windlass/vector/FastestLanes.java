package dev.windlass.vector;

import dev.windlass.chain.keccak.KeccakBatch;
import dev.windlass.chain.keccak.KeccakLanes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Lets Keccak use vectors if they are there and are faster.
 *
 * <p>Until the JVM has compiled it, the permutation on vectors is a thousand times slower than
 * plain Java. Without the right instructions it stays so. So a thread of its own runs it until it
 * proves faster, and only then is it used. The trial takes about a second of one processor, which
 * is a waste in a short sync. So it begins when plain Java has hashed for as long.
 */
public final class FastestLanes {
  private static final String MODULE = "jdk.incubator.vector";

  /** With fewer, vectors gain less than the exchange of words between lanes takes. */
  private static final int LANES_MIN = 4;

  /** The JVM has compiled a method for good after some thousand calls, if it is not busy. */
  private static final int ROUNDS_MAX = 1_000;

  /** As long as the trial lasts, it takes time from the rest if no processor is idle. */
  private static final long TRIAL_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

  private static final int CALLS_PER_ROUND = 32;

  /** One fast round may be chance: the other permutation may have been interrupted. */
  private static final int FAST_ROUNDS_MIN = 5;

  private FastestLanes() {}

  /** Tries vectors on a daemon thread if much is hashed. Does nothing if there are none. */
  public static void start() {
    start(
        trial -> {
          Thread thread = new Thread(trial, "keccak-vectors");
          thread.setDaemon(true);
          thread.start();
        });
  }

  static void start(Consumer<Runnable> runner) {
    AtomicBoolean isStarted = new AtomicBoolean();
    available()
        .ifPresent(
            vectors ->
                KeccakBatch.whenBusy(
                    () -> {
                      if (isStarted.compareAndSet(false, true)) {
                        runner.accept(() -> useIfFaster(vectors));
                      }
                    }));
  }

  /** Vectors of at least four longs, if the virtual machine and the processor have them. */
  public static Optional<KeccakLanes> available() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return Optional.empty();
    }
    return Optional.<KeccakLanes>of(new VectorLanes()).filter(lanes -> lanes.count() >= LANES_MIN);
  }

  /** Tries the lanes, and lets new batches use them if they are faster. Returns whether. */
  public static boolean useIfFaster(KeccakLanes lanes) {
    boolean isFaster = areFaster(lanes, KeccakBatch.scalar());
    if (isFaster) {
      KeccakBatch.use(lanes);
    }
    return isFaster;
  }

  private static boolean areFaster(KeccakLanes lanes, KeccakLanes others) {
    long started = System.nanoTime();
    int fastRounds = 0;
    for (int round = 0; round < ROUNDS_MAX && fastRounds < FAST_ROUNDS_MIN; round++) {
      if (System.nanoTime() - started > TRIAL_NANOS_MAX) {
        return false;
      }
      fastRounds = nanosPerState(lanes) < nanosPerState(others) ? fastRounds + 1 : 0;
    }
    return fastRounds == FAST_ROUNDS_MIN;
  }

  private static double nanosPerState(KeccakLanes lanes) {
    long[] states = new long[KeccakLanes.WORDS * lanes.count()];
    long[] spare = new long[states.length];
    long started = System.nanoTime();
    for (int call = 0; call < CALLS_PER_ROUND; call++) {
      lanes.permute(states, spare);
    }
    return (double) (System.nanoTime() - started) / lanes.count();
  }
}
