package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Weaknesses 3 and 13 of the 2015 downloader. The tests measure the rate in virtual time. With one
 * bad peer of eight it must be that of the seven good ones.
 *
 * <p>The chains are long enough to outweigh the tenths of a second until the peer is known to be
 * bad.
 */
class SlowPeerTest {
  private static final int GOOD_PEERS = 7;

  /** A round trip across a continent. */
  private static final long LATENCY = 50 * World.MILLIS;

  private static final ChainMaker CHAIN = ChainMaker.of(3, 240_000, Shape.EMPTY);

  /** Hash peers are much slower, with 128 blocks a round trip each. */
  private static final ChainMaker SHORT = CHAIN.upTo(50_000);

  /** How long a sync from the good peers takes. Each kind has one chain. */
  private static final Map<PeerKind, Long> UNDISTURBED = new EnumMap<>(PeerKind.class);

  private static long syncNanos(PeerKind kind, ChainMaker chain, long latency, PeerTraits... bad) {
    World world = new World(DownloaderLimits.DEFAULT, chain);
    world.simulation.sync(chain.head().hash());
    for (int i = 1; i <= GOOD_PEERS; i++) {
      world.peer("peer" + i, kind, chain, PeerTraits.honest(latency));
    }
    for (int i = 0; i < bad.length; i++) {
      world.peer("bad" + i, kind, chain, bad[i]);
    }
    world.runTo(chain.head().hash(), 3_600 * World.SECONDS);
    assertTrue(world.simulation.failures().isEmpty(), world::story);
    return world.simulation.now();
  }

  @ParameterizedTest(name = "one of eight {0} peers is {1}")
  @DisplayName("weakness 3: one slow peer stalls all")
  @CsvSource({"HEADER, silent", "HEADER, 500", "HEADER, 2900", "HEADER, 5000"})
  void shouldKeepItsRateWhenOneHeaderPeerIsBad(PeerKind kind, String bad) {
    assertKeepsItsRate(kind, CHAIN, bad);
  }

  @ParameterizedTest(name = "one of eight {0} peers is {1}")
  @DisplayName("weakness 3: one slow peer stalls all")
  @CsvSource({"HASH, silent", "HASH, 500", "HASH, 2900", "HASH, 5000"})
  void shouldKeepItsRateWhenOneHashPeerIsBad(PeerKind kind, String bad) {
    assertKeepsItsRate(kind, SHORT, bad);
  }

  /**
   * Their spans are asked of other peers all at once, and not one after the other. What remains is
   * that four of them are asked for the head before a good peer is.
   */
  @Test
  @DisplayName("weakness 3: several silent peers stall all")
  void shouldLoseNoMoreTimeToFiveSilentPeersThanToOne() {
    PeerTraits silent = PeerTraits.faulty(LATENCY, Fault.SILENT);
    long withOne = syncNanos(PeerKind.HEADER, CHAIN, LATENCY, silent);
    long withFive =
        syncNanos(PeerKind.HEADER, CHAIN, LATENCY, silent, silent, silent, silent, silent);
    double ratio = (double) withOne / withFive;
    assertTrue(ratio >= 0.7, "the rate fell to " + ratio + " of what it is with one");
  }

  /**
   * @param bad "silent", or the latency in milliseconds
   */
  private static void assertKeepsItsRate(PeerKind kind, ChainMaker chain, String bad) {
    PeerTraits traits =
        bad.equals("silent")
            ? PeerTraits.faulty(LATENCY, Fault.SILENT)
            : PeerTraits.honest(Long.parseLong(bad) * World.MILLIS);
    long without = UNDISTURBED.computeIfAbsent(kind, k -> syncNanos(k, chain, LATENCY));
    long with = syncNanos(kind, chain, LATENCY, traits);
    double ratio = (double) without / with;
    assertTrue(ratio >= 0.9, "the rate fell to " + ratio + " of what it is without");
  }

  @Test
  @DisplayName("weakness 13: throughput bound by the 20 ms tick")
  void shouldExceedTheCeilingOfTheTickWhenPeersAreQuick() {
    long nanos = syncNanos(PeerKind.HEADER, SHORT, World.MILLIS);
    double perSecond = SHORT.head().number() * 1e9 / nanos;
    assertTrue(perSecond > 51_200, perSecond + " blocks/s");
  }
}
