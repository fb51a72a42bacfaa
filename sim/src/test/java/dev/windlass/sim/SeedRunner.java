package dev.windlass.sim;

import dev.windlass.chain.BadHashes;
import dev.windlass.downloader.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Runs the random worlds of many seeds, each twice, on all processors. It traces those that break
 * an invariant or differ between their two runs.
 */
public final class SeedRunner {
  private static final int FAILURES_MAX = 5;

  private final RandomWorld.StoreMaker stores;
  private final Map<String, LongAdder> seen = new ConcurrentSkipListMap<>();
  private final ChainShelf shelf = new ChainShelf();

  /** A seed that failed, the violation, and the trace before it. */
  public record Failure(long seed, String violation, List<String> trace) {}

  SeedRunner(RandomWorld.StoreMaker stores) {
    this.stores = stores;
  }

  /**
   * Runs the seeds from {@code first} on. Returns at most five failures, the lowest seeds first.
   */
  public List<Failure> run(long first, int count, int threads) throws InterruptedException {
    AtomicLong next = new AtomicLong(first);
    ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread worker =
          new Thread(
              () -> {
                long seed = next.getAndIncrement();
                while (seed < first + count && failures.size() < FAILURES_MAX) {
                  checkOrTell(seed, failures);
                  seed = next.getAndIncrement();
                }
              },
              "seeds-" + i);
      workers.add(worker);
      worker.start();
    }
    for (Thread worker : workers) {
      worker.join();
    }
    return failures.stream().sorted((a, b) -> Long.compare(a.seed(), b.seed())).toList();
  }

  /**
   * Catches errors as well, such as an OutOfMemoryError. A thread that ends would skip its seeds
   * without a failure.
   */
  private void checkOrTell(long seed, ConcurrentLinkedQueue<Failure> failures) {
    try {
      check(seed, failures);
    } catch (RuntimeException | Error e) {
      failures.add(new Failure(seed, e.toString(), List.of()));
    }
  }

  private void check(long seed, ConcurrentLinkedQueue<Failure> failures) {
    SeedWorld once = world(seed);
    String violation = outcome(once);
    if (violation.isEmpty()) {
      SeedWorld again = world(seed);
      violation = outcome(again);
      if (violation.isEmpty()
          && once.simulation().runLog().digest() != again.simulation().runLog().digest()) {
        violation = "two runs of the same seed differ";
      }
    }
    if (!violation.isEmpty()) {
      failures.add(tell(seed, violation));
    }
    note(once.simulation());
    once.seen().forEach(this::note);
    note("worlds " + WorldKind.of(seed), 1);
  }

  private void note(Simulation simulation) {
    Progress progress = simulation.progress();
    note("hedged", progress.counters().hedged());
    note("timeouts", progress.counters().timeouts());
    note("throttled", progress.counters().throttled());
    note("checks passed", progress.counters().crossChecksPassed());
    note("checks failed", progress.counters().crossChecksFailed());
    note("peers banned", simulation.banned().size());
    note("blocks unserved", simulation.unserved());
    note("hashes banned", progress.bannedHashes() - BadHashes.PERMANENT.size());
    for (Simulation.Failure failure : simulation.failures()) {
      note(failure.error().toString(), 1);
      note("links disproved", failure.explanation().endsWith(" was listed") ? 1 : 0);
    }
  }

  private void note(String what, long count) {
    seen.computeIfAbsent(what, w -> new LongAdder()).add(count);
  }

  /** The counts of events in all worlds so far. A rule that never applied was not tested. */
  public Map<String, Long> seen() {
    Map<String, Long> counts = new TreeMap<>();
    seen.forEach((what, count) -> counts.put(what, count.sum()));
    return counts;
  }

  /** Runs a failed seed once more, with its trace. */
  public Failure tell(long seed, String violation) {
    SeedWorld told = world(seed);
    told.simulation().runLog().trace();
    outcome(told);
    return new Failure(seed, violation, told.simulation().runLog().lines());
  }

  private static String outcome(SeedWorld world) {
    try {
      return world.run();
    } catch (RuntimeException e) {
      StringBuilder text = new StringBuilder(e.toString());
      for (int i = 0; i < Math.min(8, e.getStackTrace().length); i++) {
        text.append("\n  at ").append(e.getStackTrace()[i]);
      }
      return text.toString();
    }
  }

  private SeedWorld world(long seed) {
    WorldKind kind = WorldKind.of(seed);
    return kind == WorldKind.ANCHORED
        ? new RandomWorld(seed, shelf.family(ChainShelf.Size.SMALL, seed), stores)
        : new FollowedWorld(seed, kind, shelf, stores);
  }
}
