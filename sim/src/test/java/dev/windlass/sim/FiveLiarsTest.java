package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.EvidenceCodec;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncError;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Bans from a run with five liars, after a restart and after 24 hours of virtual time. */
class FiveLiarsTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 600, Shape.SIGNED);
  private static final Repertoire REAL = Repertoire.of(CHAIN);
  private static final long DAY = 24 * 3_600 * World.SECONDS;

  private final World world = new World(DownloaderLimits.DEFAULT.withoutPeersHeads(), CHAIN);
  private final List<SimulatedPeer> liars = new ArrayList<>();
  private final Map<PeerId, Offence> offences = new LinkedHashMap<>();

  /** The chain as it is, except for what a liar overrides. */
  private static class Real implements Repertoire {
    @Override
    public List<Hash> hashes(Hash from, int max) {
      return REAL.hashes(from, max);
    }

    @Override
    public List<byte[]> headers(HeaderQuery query) {
      return REAL.headers(query);
    }

    @Override
    public List<byte[]> blocks(List<Hash> hashes) {
      return REAL.blocks(hashes);
    }

    @Override
    public List<byte[]> bodies(List<BlockHeader> headers) {
      return REAL.bodies(headers);
    }
  }

  /** Real headers in the wrong order. */
  private static final class Shuffler extends Real {
    @Override
    public List<byte[]> headers(HeaderQuery query) {
      List<byte[]> headers = new ArrayList<>(super.headers(query));
      if (headers.size() > 2) {
        Collections.swap(headers, 1, 2);
      }
      return headers;
    }
  }

  /** Real hashes, the first of them twice. */
  private static final class Stammerer extends Real {
    @Override
    public List<Hash> hashes(Hash from, int max) {
      List<Hash> hashes = new ArrayList<>(super.hashes(from, max));
      hashes.set(1, hashes.get(0));
      return hashes;
    }
  }

  /** Bodies and blocks with the transactions of another block. */
  private static final class Swapper extends Real {
    private static byte[] other(long number) {
      return CHAIN.rawBody(number == 1 ? 2 : number - 1);
    }

    @Override
    public List<byte[]> blocks(List<Hash> hashes) {
      return super.blocks(hashes).stream().map(Block::decode).map(Swapper::swapped).toList();
    }

    private static byte[] swapped(Block block) {
      return Block.of(block.header(), other(block.number())).rawBlock();
    }

    @Override
    public List<byte[]> bodies(List<BlockHeader> headers) {
      return List.of(other(headers.get(0).number()));
    }
  }

  private void lie(SimulatedPeer liar, Offence offence) {
    Simulation simulation = world.simulation;
    simulation.connect(liar);
    boolean isBanned =
        simulation.runUntil(
            () -> simulation.banned().containsKey(liar.id()), simulation.now() + DAY / 24);
    assertTrue(isBanned, world::story);
    liars.add(liar);
    offences.put(liar.id(), offence);
  }

  private SimulatedPeer liar(String name, PeerKind kind, Repertoire does, Fault fault) {
    PeerTraits traits = PeerTraits.faulty(World.MILLIS, fault);
    return new SimulatedPeer(PeerId.of(name), kind, CHAIN, does, traits, world.random.split());
  }

  private void lieFiveTimes() {
    world.simulation.sync(CHAIN.head().hash());
    lie(liar("corrupting", PeerKind.HEADER, REAL, Fault.CORRUPTING), Offence.FABRICATED);
    lie(liar("shuffling", PeerKind.HEADER, new Shuffler(), Fault.NONE), Offence.UNLINKED);
    lie(liar("stammering", PeerKind.HASH, new Stammerer(), Fault.NONE), Offence.FABRICATED);
    lie(liar("swapping blocks", PeerKind.HASH, new Swapper(), Fault.NONE), Offence.FABRICATED);
    lie(liar("swapping", PeerKind.HEADER, new Swapper(), Fault.NONE), Offence.FABRICATED);
  }

  private Map<PeerId, Offence> stored() {
    Map<PeerId, Offence> stored = new LinkedHashMap<>();
    world.simulation.store().peerBans().forEach(ban -> stored.put(ban.peer(), ban.offence()));
    return stored;
  }

  @Test
  void shouldHoldBansOverARestartForADay() {
    Simulation simulation = world.simulation;
    lieFiveTimes();
    world.headerPeer("honest", CHAIN);
    world.runTo(CHAIN.head().hash(), DAY / 24);
    long last = simulation.now();

    simulation.restart();
    assertEquals(offences, stored());
    for (PeerBan ban : simulation.store().peerBans()) {
      Evidence kept =
          EvidenceCodec.decode(simulation.store().banEvidence(ban.peer()).orElseThrow());
      assertTrue(kept.fault().isPresent(), ban::toString);
    }
    liars.forEach(simulation::connect);
    for (SimulatedPeer liar : liars) {
      assertEquals(SyncError.BAD_PEER, simulation.dropped().get(liar.id()));
    }
    assertEquals(Set.of(PeerId.of("honest")), simulation.connected().keySet());

    world.pass(last + DAY - simulation.now());
    simulation.restart();
    assertEquals(Map.of(), stored());
    liars.forEach(simulation::connect);
    assertEquals(1 + liars.size(), simulation.connected().size());
  }

  @Test
  void shouldTakeThemBackWithoutARestartWhenTheBansEnd() {
    Simulation simulation = world.simulation;
    lieFiveTimes();
    world.pass(DAY);
    liars.forEach(simulation::connect);
    liars.forEach(liar -> assertFalse(simulation.dropped().containsKey(liar.id())));
  }
}
