package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.sim.NodeChain.Range;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An archive on a thin line serves what a pruned node lacks, while the head moves. */
class ThinArchiveTest {
  private static final ChainMaker CHAIN = ChainMaker.of(6, 5_100, new Shape(20, 600, 16));
  private static final long FIRST_HEAD = 5_000;
  private static final long CUT = 4_900;
  private static final long BYTES_PER_SECOND = 20_000;

  /** The block time of mainnet. */
  private static final long BLOCK_NANOS = 12 * World.SECONDS;

  private final World world = new World(DownloaderLimits.DEFAULT, CHAIN);

  private NodeChain connect(String name, Range range, PeerTraits traits) {
    ChainMaker first = CHAIN.upTo(FIRST_HEAD);
    NodeChain has = new NodeChain(first, range);
    world.simulation.connect(
        new SimulatedPeer(
            PeerId.of(name), PeerKind.HEADER, first, has, traits, world.random.split()));
    return has;
  }

  @Test
  void shouldFollowTheHeadWhileTheGapIsFilled() {
    NodeChain followed =
        connect("followed", new Range(0, CUT, true, false), PeerTraits.honest(World.MILLIS));
    world.runTo(followed.head().hash(), 100 * World.SECONDS);
    NodeChain archive =
        connect(
            "archive", Range.ALL, new PeerTraits(50 * World.MILLIS, BYTES_PER_SECOND, Fault.NONE));

    for (long number = FIRST_HEAD + 1; number <= CHAIN.head().number(); number++) {
      ChainMaker longer = CHAIN.upTo(number);
      followed.set(longer);
      archive.set(longer);
      world.simulation.announce(
          Announcement.ofPeer(PeerId.of("followed"), longer.head().hash(), number));
      world.pass(BLOCK_NANOS);
      long behind = number - world.simulation.store().tip().number();
      assertTrue(behind <= 2, () -> behind + " blocks behind\n" + world.story());
    }

    assertEquals(List.of(), world.simulation.store().gaps());
    assertEquals(CHAIN.head().number(), world.counters().blocks());
  }
}
