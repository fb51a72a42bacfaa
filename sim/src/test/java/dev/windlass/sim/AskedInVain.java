package dev.windlass.sim;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.Downloader;
import dev.windlass.peerset.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks that no peer is asked again for what it has just answered with nothing, also in another
 * sync, unless it has announced a head since. Lives as long as its simulation.
 */
final class AskedInVain implements Watcher {
  /** A little less than the core waits. */
  private static final long VAIN_NANOS = 4_900_000_000L;

  private final Simulation simulation;

  /** By peer, what it was asked for in vain, and when it answered. */
  private final Map<PeerId, Map<Origin, Long>> vain = new HashMap<>();

  private Downloader core;

  AskedInVain(Simulation simulation) {
    this.simulation = simulation;
  }

  @Override
  public void connected(PeerId peer) {
    vain.remove(peer);
  }

  @Override
  public void announced(PeerId peer) {
    vain.remove(peer);
  }

  @Override
  public Optional<String> asked(PeerId peer, Asked asked) {
    Map<Origin, Long> lacking = vain.getOrDefault(peer, Map.of());
    for (Origin origin : origins(asked)) {
      long answered = lacking.getOrDefault(origin, Long.MIN_VALUE / 2);
      if (simulation.now() - answered < VAIN_NANOS && simulation.downloader() == core) {
        return Optional.of(peer + " is asked in vain again: " + asked.brief());
      }
    }
    return Optional.empty();
  }

  @Override
  public void answered(PeerId peer, Asked asked, Verdict verdict) {
    if (simulation.downloader() != core) {
      core = simulation.downloader();
      vain.clear();
    }
    if (verdict == Verdict.EMPTY || verdict == Verdict.OUT_OF_RANGE) {
      // Some nodes stop at the first block that they lack, so the others may exist.
      origins(asked).stream()
          .limit(1)
          .forEach(
              origin ->
                  vain.computeIfAbsent(peer, id -> new HashMap<>()).put(origin, simulation.now()));
    }
  }

  private static List<Origin> origins(Asked asked) {
    List<Origin> origins = new ArrayList<>(Origin.of(asked.question()).stream().toList());
    for (Hash hash : asked.question().blocks()) {
      origins.add(Origin.block(hash));
    }
    return origins;
  }
}
