package dev.windlass.server.cli;

import dev.windlass.node.BandwidthPlan;
import dev.windlass.node.MemoryPlan;
import dev.windlass.node.NodeLimits;
import java.time.Duration;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** What a node may take of its machine and of its network. */
final class LimitOptions {
  static final String MEMORY = "--memory-mib";
  static final String PEERS = "--max-peers";
  private static final int MIB_BITS = 20;

  @Option(
      names = MEMORY,
      paramLabel = "MIB",
      converter = OptionConverters.MemoryMib.class,
      defaultValue = "320",
      description =
          "The memory for blocks, headers and messages in MiB. A fifth of it is the window: the"
              + " blocks that are asked for or wait to be stored. The heap must hold 64 MiB more"
              + " (default: ${DEFAULT-VALUE}).")
  private int memoryMib;

  @Option(
      names = "--store-cache-mib",
      paramLabel = "MIB",
      converter = OptionConverters.CacheMib.class,
      defaultValue = "32",
      description =
          "The cache of the store in MiB, outside the heap. A larger one helps to serve other nodes"
              + " (default: ${DEFAULT-VALUE}).")
  private int storeCacheMib;

  @Option(
      names = PEERS,
      paramLabel = "COUNT",
      converter = OptionConverters.PeerCount.class,
      defaultValue = "50",
      description =
          "How many nodes may be connected at once. Each node of --peers keeps a slot"
              + " (default: ${DEFAULT-VALUE}).")
  private int maxPeers;

  @Option(
      names = "--max-inbound-peers",
      paramLabel = "COUNT",
      converter = OptionConverters.PeerCount.class,
      defaultValue = "25",
      description =
          "How many of them may be nodes that connect by themselves (default: ${DEFAULT-VALUE}).")
  private int maxInboundPeers;

  @Option(
      names = "--announced-wait",
      paramLabel = "TIME",
      converter = OptionConverters.Time.class,
      defaultValue = "0s",
      description =
          "How long a head that a node announces by its hash waits for its block to come whole,"
              + " before it is fetched. 500ms is the wait of 2015 (default: ${DEFAULT-VALUE}).")
  private Duration announcedWait;

  @Option(
      names = "--era-cache-mib",
      paramLabel = "MIB",
      converter = OptionConverters.EraCacheMib.class,
      defaultValue = "4096",
      description =
          "The files of era mirrors that are kept in the data path until their blocks are stored,"
              + " in MiB. It must hold the largest file (default: ${DEFAULT-VALUE}).")
  private int eraCacheMib;

  @Option(
      names = "--bandwidth-max",
      paramLabel = "RATE[,HH:MM-HH:MM=RATE...]",
      converter = OptionConverters.Bandwidth.class,
      defaultValue = "none",
      description =
          "How many bytes a second may come from peers and mirrors, and as many be sent to peers:"
              + " 10MB/s, or none, and another rate at some time of the day, as"
              + " 02:00-06:00=100MB/s (default: ${DEFAULT-VALUE}).")
  private BandwidthPlan bandwidthMax;

  NodeLimits config(OptionalInt rpcRateMax) {
    return new NodeLimits(
        new MemoryPlan((long) memoryMib << MIB_BITS),
        maxPeers,
        maxInboundPeers,
        storeCacheMib << MIB_BITS,
        announcedWait,
        rpcRateMax,
        (long) eraCacheMib << MIB_BITS,
        bandwidthMax);
  }
}
