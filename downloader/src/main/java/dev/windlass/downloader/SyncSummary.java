package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import java.util.Objects;
import java.util.Optional;

/**
 * What a sync came to.
 *
 * @param origin the peer that announced the head; empty where an operator named it
 * @param links links walked or found in the store
 * @param blocks blocks inserted
 * @param tip the canonical head afterwards
 * @param hashesNanos what fetchHashes took of the time
 */
public record SyncSummary(
    long sync,
    Hash anchor,
    Optional<PeerId> origin,
    long links,
    long blocks,
    BlockId tip,
    long hashesNanos,
    long elapsedNanos) {
  public SyncSummary {
    Objects.requireNonNull(anchor);
    Objects.requireNonNull(origin);
    Objects.requireNonNull(tip);
  }
}
