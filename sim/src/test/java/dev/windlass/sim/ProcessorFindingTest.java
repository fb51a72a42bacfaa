package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncError;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The processor finds a block whose parent is not stored, and reports it. */
class ProcessorFindingTest {
  private static final ChainMaker CHAIN = ChainMaker.of(11, 2_000, Shape.EMPTY);

  private Hash lost = Hash.ZERO;

  /** A store that loses one block during a sync, as on a failing disk. */
  private BlockStore losing(BlockStore store) {
    return (BlockStore)
        Proxy.newProxyInstance(
            BlockStore.class.getClassLoader(),
            new Class<?>[] {BlockStore.class},
            (self, method, arguments) -> {
              if (method.getName().equals("known") && arguments[0].equals(lost)) {
                return OptionalLong.empty();
              }
              if (method.getName().equals("has") && ((BlockId) arguments[0]).hash().equals(lost)) {
                return false;
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  @DisplayName("weakness 11: the wrong party is punished")
  void shouldBlameTheOriginWhenItFindsABlockWithoutAParent() {
    BlockStore store = losing(new MemoryBlockStore(CHAIN.block(0)));
    World world = new World(World.quiet(DownloaderLimits.OF_2015), CHAIN, store, 1);
    SimulatedPeer origin = world.join("origin", CHAIN, PeerTraits.honest(World.MILLIS));
    SimulatedPeer deliverer = world.join("deliverer", CHAIN, PeerTraits.honest(World.MILLIS));
    world.simulation.announce(Announcement.ofPeer(origin.id(), CHAIN.head().hash(), -1));
    assertTrue(
        world.simulation.runUntil(() -> store.tip().number() > 500, 60 * World.SECONDS),
        world::story);

    lost = store.tip().hash();
    long first = store.tip().number() + 1;
    assertTrue(
        world.simulation.runUntil(
            () -> !world.simulation.failures().isEmpty(), 120 * World.SECONDS),
        world::story);

    Simulation.Failure failure = world.simulation.failures().get(0);
    assertEquals(SyncError.INVALID_CHAIN, failure.error());
    assertTrue(
        failure.explanation().contains(CHAIN.hashAt(first).toString()), failure::explanation);
    assertEquals(Map.of(origin.id(), SyncError.INVALID_CHAIN), world.simulation.dropped());
    assertTrue(world.simulation.connected().containsKey(deliverer.id()));
    assertEquals(first - 1, store.tip().number());
  }
}
