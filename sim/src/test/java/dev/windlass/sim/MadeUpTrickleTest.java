package dev.windlass.sim;

import dev.windlass.chain.PeerId;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A made-up chain that comes header by header, and no operator's anchor to end it. */
class MadeUpTrickleTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 2_000, Shape.EMPTY);
  private static final ChainMaker MADE_UP = CHAIN.forkAt(0, 9, 3_000);

  private final World world = new World(DownloaderLimits.DEFAULT, CHAIN);

  private void startTrickle(long everyNanos) {
    SimulatedPeer trickling =
        new SimulatedPeer(
            PeerId.of("trickling"),
            PeerKind.HEADER,
            MADE_UP,
            new Trickle(Repertoire.of(MADE_UP), 1),
            PeerTraits.honest(everyNanos),
            world.random.split());
    world.simulation.connect(trickling, CHAIN.hashAt(0), 0);
    world.simulation.announce(
        Announcement.ofPeer(trickling.id(), MADE_UP.head().hash(), MADE_UP.head().number()));
  }

  @ParameterizedTest
  @ValueSource(longs = {2_000, 4_000})
  void shouldEndASyncThatBringsNextToNothing(long everyMillis) {
    startTrickle(everyMillis * World.MILLIS);
    world.pass(20 * World.SECONDS);
    world.headerPeer("honest", CHAIN);
    world.runTo(CHAIN.head().hash(), 300 * World.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void shouldEndItForHonestNodesOfEitherKind(PeerKind kind) {
    startTrickle(4 * World.SECONDS);
    world.pass(20 * World.SECONDS);
    world.peer("honest", kind, CHAIN, PeerTraits.honest(World.MILLIS));
    world.runTo(CHAIN.head().hash(), 300 * World.SECONDS);
  }
}
