package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import java.util.Objects;
import java.util.Optional;

/**
 * The result of a sync.
 *
 * @param origin the peer that announced the head. Empty if an operator named it
 * @param links links fetched or found in the store
 * @param blocks blocks inserted
 * @param tip the tip afterwards
 * @param hashesNanos the time that fetchHashes took
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
