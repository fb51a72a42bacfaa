package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Header peers that keep a sync busy without progress, while hash peers have the whole chain. */
class CrawlingWalkTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 9_000, Shape.EMPTY);
  private static final Hash HEAD = CHAIN.head().hash();

  private final World world = new World(World.quiet(DownloaderLimits.DEFAULT), CHAIN);

  /** Without the hash peer the sync would take two and a half hours. */
  @Test
  void shouldTurnToHashPeersWhenHeadersDrip() {
    PeerTraits slow = PeerTraits.honest(World.SECONDS);
    world.join("drip", PeerKind.HEADER, new Trickle(Repertoire.of(CHAIN), 1), slow);
    world.hashPeer("honest", CHAIN);
    world.simulation.sync(HEAD);
    world.runTo(HEAD, 30 * World.SECONDS);
    assertEquals(List.of(), world.simulation.failures());
  }

  /** A new silent peer connects before the last one has been tried. */
  @Test
  void shouldTurnToHashPeersWhenSilentPeersKeepComing() {
    world.hashPeer("honest", CHAIN);
    connectSilent(0);
    world.simulation.sync(HEAD);
    world.runTo(HEAD, 30 * World.SECONDS);
    assertEquals(List.of(), world.simulation.failures());
  }

  private void connectSilent(int number) {
    world.peer(
        "silent" + number, PeerKind.HEADER, CHAIN, PeerTraits.faulty(World.MILLIS, Fault.SILENT));
    world.simulation.in(
        4 * World.SECONDS,
        () -> {
          connectSilent(number + 1);
          world.simulation.disconnect(PeerId.of("silent" + (number - 2)));
        });
  }

  @Test
  void shouldStayWithHeadersWhenTheyComeSteadily() {
    PeerTraits slow = PeerTraits.honest(2 * World.SECONDS);
    world.join("slow", PeerKind.HEADER, new Trickle(Repertoire.of(CHAIN), 200), slow);
    world.hashPeer("hash", CHAIN);
    world.simulation.sync(HEAD);
    world.runTo(HEAD, 600 * World.SECONDS);
    assertEquals(List.of(), world.simulation.failures());
    assertEquals(0, world.counters().crossChecksPassed());
    assertTrue(world.simulation.now() > 30 * World.SECONDS);
  }
}
