package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.sim.NodeChain.Range;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A branch away from the stored chain, served by a node that lacks old bodies. */
class PrunedBranchTest {
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
}
