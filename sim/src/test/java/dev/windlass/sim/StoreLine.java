package dev.windlass.sim;

import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.downloader.links.StoreWork;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/**
 * The queue of the store's jobs, which are done one after the other, each in its own time. Jobs
 * that are not done when the process ends are lost. Owned by the simulation. Each start of the core
 * has its own.
 */
final class StoreLine {
  /** The longest time of one job. */
  static final long NANOS_MAX = 2_000_000L;

  private final Simulation simulation;
  private final StoreWork work;
  private final RandomGenerator random;
  private final Deque<StoreJob> waiting = new ArrayDeque<>();
  private boolean isHeld;
  private boolean isBusy;

  StoreLine(Simulation simulation, BlockStore store, Trust trust, RandomGenerator random) {
    this.simulation = simulation;
    this.work = new StoreWork(store, trust);
    this.random = random;
  }

  void add(StoreJob job) {
    waiting.addLast(job);
    begin();
  }

  private void begin() {
    if (isHeld || isBusy || waiting.isEmpty()) {
      return;
    }
    isBusy = true;
    simulation.in(
        1 + random.nextLong(NANOS_MAX),
        () -> {
          if (simulation.isCurrent(this)) {
            isBusy = false;
            step();
            begin();
          }
        });
  }

  /** Does the next job at once. */
  void step() {
    if (!waiting.isEmpty()) {
      simulation.tellCore(waiting.removeFirst().doWith(work));
    }
  }

  void hold(boolean shallHold) {
    isHeld = shallHold;
    begin();
  }

  boolean isHeld() {
    return isHeld;
  }

  boolean isWorking() {
    return isBusy || !waiting.isEmpty();
  }
}
