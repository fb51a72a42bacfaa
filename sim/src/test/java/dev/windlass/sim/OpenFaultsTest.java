package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.PeerId;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.sim.NodeChain.Range;
import java.util.Map;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the core does not hold yet. */
class OpenFaultsTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 5_000, Shape.EMPTY);

  private static void connect(World world, String name, ChainMaker chain, Range range) {
    world.simulation.connect(
        new SimulatedPeer(
            PeerId.of(name),
            PeerKind.HEADER,
            chain,
            new NodeChain(chain, range),
            PeerTraits.honest(World.MILLIS),
            world.random.split()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void shouldLeaveADeadBranchIfTheNodeIsPrunedAboveTheFork(int depth) {
    World world = new World(DownloaderLimits.DEFAULT, CHAIN);
    connect(world, "dead", CHAIN, Range.ALL);
    world.runTo(CHAIN.head().hash(), 100 * World.SECONDS);
    world.simulation.disconnect(PeerId.of("dead"));
    ChainMaker branch = CHAIN.forkAt(CHAIN.head().number() - depth, 9, 3_000);

    connect(world, "pruned", branch, new Range(0, 6_500, true, false));

    world.runTo(branch.head().hash(), 300 * World.SECONDS);
    assertEquals(Map.of(), world.simulation.dropped());
  }

  @ParameterizedTest
  @ValueSource(longs = {4_500})
  void shouldFollowABranchThatLeavesInsideTheGap(long cut) {
    World world = new World(DownloaderLimits.DEFAULT, CHAIN);
    connect(world, "pruned", CHAIN, new Range(0, 4_000, true, false));
    world.runTo(CHAIN.head().hash(), 100 * World.SECONDS);
    ChainMaker branch = CHAIN.forkAt(2_000, 9, 3_100);

    connect(world, "branch", branch, new Range(0, cut, true, false));

    world.runTo(branch.head().hash(), 300 * World.SECONDS);
  }

  @Disabled(
      "a block that takes longer than its deadline is asked for again: 1.5 to 3 times the bytes")
  @ParameterizedTest
  @CsvSource({"100,20000", "100,50000", "200,50000", "300,50000", "300,100000"})
  void shouldReceiveLargeBlocksOnceOverAThinLine(int transactionsMax, long bytesPerSecond) {
    ChainMaker chain = ChainMaker.of(5, 3, new Shape(transactionsMax, 60_000, 16));
    long bytes = 0;
    for (long number = 1; number <= chain.head().number(); number++) {
      bytes += chain.rawBlock(number).length;
    }
    long all = bytes;
    World world = new World(DownloaderLimits.DEFAULT, chain);
    ReceivedOnce received = new ReceivedOnce(world.simulation, chain);
    world.simulation.watch(received);
    PeerTraits traits = new PeerTraits(50 * World.MILLIS, bytesPerSecond, Fault.NONE);
    world.peer("named", PeerKind.HEADER, chain, traits);

    world.runTo(chain.head().hash(), (120 + 3 * all / bytesPerSecond) * World.SECONDS);

    assertTrue(received.bytes() < 1.2 * all, () -> received.bytes() + " of " + all);
  }
}
