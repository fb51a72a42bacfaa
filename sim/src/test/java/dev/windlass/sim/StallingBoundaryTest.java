package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The number of new hashes that an answer must have. */
class StallingBoundaryTest {
  private static final ChainMaker CHAIN = ChainMaker.of(12, 3_000, Shape.EMPTY);

  private final World world = World.of2015(CHAIN);

  /** Lists at most this many hashes in an answer, and is honest otherwise. */
  private record Lists(int hashesMax, Repertoire real) implements Repertoire {
    @Override
    public List<Hash> hashes(Hash from, int max) {
      return real.hashes(from, Math.min(max, hashesMax));
    }

    @Override
    public List<byte[]> headers(HeaderQuery query) {
      return real.headers(query);
    }

    @Override
    public List<byte[]> blocks(List<Hash> hashes) {
      return real.blocks(hashes);
    }

    @Override
    public List<byte[]> bodies(List<BlockHeader> headers) {
      return real.bodies(headers);
    }
  }

  private SimulatedPeer listing(int hashesMax) {
    return world.join("peer", PeerKind.HASH, new Lists(hashesMax, Repertoire.of(CHAIN)));
  }

  @Test
  void shouldCall511NewHashesStalling() {
    SimulatedPeer peer = listing(511);
    assertEquals(Optional.of(SyncError.STALLING), world.sync(peer, CHAIN.head().hash()));
    assertEquals(Map.of(peer.id(), SyncError.STALLING), world.simulation.dropped());
  }

  @Test
  void shouldTake512NewHashes() {
    SimulatedPeer peer = listing(512);
    assertEquals(Optional.empty(), world.sync(peer, CHAIN.head().hash()), world::story);
    assertEquals(CHAIN.head(), world.simulation.store().tip());
  }

  /** The last answer of a chain may have any length. */
  @Test
  void shouldTakeOneNewHashWhenItEndsTheChain() {
    SimulatedPeer peer = listing(2_999);
    assertEquals(Optional.empty(), world.sync(peer, CHAIN.hashAt(2_049)), world::story);
    assertEquals(2_049, world.simulation.store().tip().number());
  }
}
