package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One head that several peers claim. */
class SharedHeadTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 2_000, Shape.EMPTY);
  private static final Hash HEAD = CHAIN.head().hash();

  private final World world = new World(DownloaderLimits.DEFAULT, CHAIN);

  @Test
  void shouldSyncAHeadThoughTheFirstPeerThatClaimedItHadNothing() {
    SimulatedPeer liar =
        world.peer("liar", PeerKind.HASH, CHAIN, PeerTraits.faulty(World.MILLIS, Fault.EMPTY));
    world.hashPeer("honest", CHAIN);
    world.simulation.announce(Announcement.ofPeer(liar.id(), HEAD, CHAIN.head().number()));
    world.runTo(HEAD, 60 * World.SECONDS);
    assertTrue(world.simulation.failures().size() <= 1, world::story);
    assertEquals(Map.of(liar.id(), SyncError.EMPTY_HASH_SET), world.simulation.dropped());
  }

  @Test
  void shouldLetACancelledHeadRestThoughManyPeersClaimIt() {
    for (int i = 0; i < DownloaderLimits.DEFAULT.peersWanted(); i++) {
      world.headerPeer("honest" + i, CHAIN);
    }
    world.pass(5 * World.MILLIS);
    world.simulation.cancel();
    assertTrue(world.simulation.downloader().isIdle());
    world.pass(9 * World.SECONDS);
    assertTrue(world.simulation.downloader().isIdle());
    world.runTo(HEAD, 2 * World.SECONDS);
  }
}
