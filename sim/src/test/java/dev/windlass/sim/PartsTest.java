package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each peer has a part of the chain, and together they have all of it. */
class PartsTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 900, Shape.EMPTY);

  private final World world = new World(World.quiet(DownloaderLimits.DEFAULT), CHAIN);

  private void join(String name, long lowest, long highest) {
    Repertoire real = Repertoire.of(CHAIN.upTo(highest));
    Repertoire part =
        new Repertoire() {
          @Override
          public List<Hash> hashes(Hash from, int max) {
            return List.of();
          }

          @Override
          public List<byte[]> headers(HeaderQuery query) {
            List<byte[]> all = real.headers(query);
            long top =
                query.isByHash() ? CHAIN.numberOf(query.from()).orElse(-1L) : query.fromNumber();
            long there = Math.max(0, Math.min(all.size(), top - lowest + 1));
            return all.subList(0, (int) there);
          }

          @Override
          public List<byte[]> blocks(List<Hash> hashes) {
            return List.of();
          }

          @Override
          public List<byte[]> bodies(List<BlockHeader> headers) {
            return real.bodies(headers.stream().filter(h -> h.number() >= lowest).toList());
          }
        };
    world.simulation.connect(
        new SimulatedPeer(
            PeerId.of(name),
            PeerKind.HEADER,
            CHAIN.upTo(highest),
            part,
            PeerTraits.honest(World.MILLIS),
            world.random.split()));
  }

  @Test
  void shouldPutTheChainTogether() {
    world.simulation.sync(CHAIN.head().hash());
    join("high", 600, 900);
    join("low", 0, 400);
    join("mid", 350, 700);
    world.runTo(CHAIN.head().hash(), 20 * World.SECONDS);
    assertEquals(List.of(), world.simulation.failures());
    assertEquals(0, world.counters().refetched());
    assertEquals(900, world.counters().blocks());
  }
}
