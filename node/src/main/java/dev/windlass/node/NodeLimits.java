package dev.windlass.node;

import dev.windlass.store.StoreLimits;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What a node may take of its machine and of its network.
 *
 * @param memory for blocks, headers and messages
 * @param peersMax nodes that are connected at once, named ones and those that connect
 * @param inboundPeersMax of these, the nodes that connect by themselves
 * @param storeCacheBytes LevelDB's cache, outside the heap
 * @param announcedWait how long a head that was announced by its hash waits for its block
 * @param rpcRateMax the most calls that each JSON-RPC node is sent within a second. Empty for any
 * @param eraCacheBytes files of era mirrors, on disk
 * @param bandwidth of the connections to peers and mirrors
 */
public record NodeLimits(
    MemoryPlan memory,
    int peersMax,
    int inboundPeersMax,
    int storeCacheBytes,
    Duration announcedWait,
    OptionalInt rpcRateMax,
    long eraCacheBytes,
    BandwidthPlan bandwidth) {
  private static final long ERA_CACHE_BYTES = 4L << 30;

  /** 50 peers in total, as in geth. 25 inbound ones, as in 2015. */
  public static final NodeLimits DEFAULT =
      new NodeLimits(
          MemoryPlan.DEFAULT,
          50,
          25,
          StoreLimits.DEFAULT.cacheBytes(),
          Duration.ZERO,
          OptionalInt.empty(),
          ERA_CACHE_BYTES,
          BandwidthPlan.NONE);

  public NodeLimits {
    Objects.requireNonNull(memory);
    Objects.requireNonNull(announcedWait);
    Objects.requireNonNull(rpcRateMax);
    Objects.requireNonNull(bandwidth);
    if (peersMax < 1 || inboundPeersMax < 1 || storeCacheBytes < 1 || eraCacheBytes < 1) {
      throw new IllegalArgumentException("node limits out of range");
    }
  }

  /** The default with other numbers of nodes. */
  public static NodeLimits ofPeers(int peersMax, int inboundPeersMax) {
    return new NodeLimits(
        DEFAULT.memory,
        peersMax,
        inboundPeersMax,
        DEFAULT.storeCacheBytes,
        DEFAULT.announcedWait,
        DEFAULT.rpcRateMax,
        DEFAULT.eraCacheBytes,
        DEFAULT.bandwidth);
  }

  /** The slots for nodes that connect by themselves. Each named node keeps a slot. */
  public int inboundSlots(int namedPeers) {
    return Math.max(0, Math.min(inboundPeersMax, peersMax - namedPeers));
  }

  /** The limits of the store. */
  public StoreLimits store() {
    return StoreLimits.DEFAULT.withCacheBytes(storeCacheBytes);
  }
}
