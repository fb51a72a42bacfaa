package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer announces a head, stays connected and does not answer. */
class SilentOriginTest {
  private static final ChainMaker CHAIN = ChainMaker.of(9, 2_000, Shape.EMPTY);

  private final World world = World.of2015(CHAIN);

  private SimulatedPeer silent(PeerKind kind) {
    return world.join(
        new SimulatedPeer(
            PeerId.of("silent"),
            kind,
            CHAIN,
            PeerTraits.faulty(0, Fault.SILENT),
            world.random.split()));
  }

  /** The second peer has the same head. A third one with a lower head does not help at first. */
  @ParameterizedTest
  @EnumSource
  void shouldSyncFromAnotherOfTheSameHead(PeerKind kind) {
    SimulatedPeer silent = silent(kind);
    world.peer("low", kind, CHAIN.upTo(100), PeerTraits.honest(World.MILLIS));
    world.peer("other", kind, CHAIN, PeerTraits.honest(World.MILLIS));

    assertEquals(Optional.empty(), world.sync(silent, CHAIN.head().hash()), world::story);

    assertEquals(CHAIN.head(), world.simulation.store().tip());
    assertEquals(2_000, world.counters().blocks());
    assertTrue(world.simulation.dropped().isEmpty(), world::story);
    // One question for links and one for blocks time out before other peers are asked.
    assertTrue(world.simulation.now() < 20 * World.SECONDS, world::story);
  }

  @ParameterizedTest
  @EnumSource
  void shouldFailAndDropItWhenNobodyElseHasTheHead(PeerKind kind) {
    SimulatedPeer silent = silent(kind);
    SimulatedPeer low =
        world.join("low", kind, Repertoire.of(CHAIN.upTo(100)), PeerTraits.honest(World.MILLIS));

    Optional<SyncError> error = world.sync(silent, CHAIN.head().hash());

    assertTrue(error.isPresent(), world::story);
    assertEquals(Map.of(silent.id(), error.get()), world.simulation.dropped(), world::story);
    assertTrue(error.get() == SyncError.TIMEOUT || error.get() == SyncError.EMPTY_HASH_SET);
    assertEquals(Optional.empty(), world.sync(low, CHAIN.hashAt(100)), world::story);
  }
}
