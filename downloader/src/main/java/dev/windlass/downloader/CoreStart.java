package dev.windlass.downloader;

import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.Floor;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** Makes a core that goes on with what a store holds. */
public final class CoreStart {
  private CoreStart() {}

  /**
   * Makes an idle core.
   *
   * @param random as of {@link Downloader}
   * @param now the time of the wall clock at {@code nowNanos}
   */
  public static Downloader of(
      DownloaderLimits limits,
      BlockStore store,
      Trust trust,
      RandomGenerator random,
      Instant now,
      long nowNanos) {
    Downloader core =
        new Downloader(
            limits.with(draft -> draft.history = draft.history.in(store)),
            Floor.of(store),
            store.tip(),
            store.bans(),
            trust,
            random);
    core.noteGaps(store.gaps());
    PeerStanding.restore(core, store, now, nowNanos);
    return core;
  }
}
