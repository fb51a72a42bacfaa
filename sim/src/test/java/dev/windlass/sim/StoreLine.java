package dev.windlass.sim;

import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.downloader.links.StoreWork;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/**
 * The work that waits for the store, done one piece after the other, each in its own time. What is
 * not done when the process ends is lost. Owned by the simulation; one for each start of the core.
 */
final class StoreLine {
  /** How long the store takes for one piece of work, at most. */
  static final long NANOS_MAX = 2_000_000L;

  private final Simulation simulation;
  private final StoreWork work;
  private final RandomGenerator random;
  private final Deque<StoreJob> waiting = new ArrayDeque<>();
  private boolean isHeld;
  private boolean isBusy;

  StoreLine(Simulation simulation, BlockStore store, Trust trust, RandomGenerator random) {
    this.simulation = simulation;
    this.work = new StoreWork(store, trust.checkpoints());
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

  /** Does the next piece at once. */
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
