package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.sim.NodeChain.Range;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The followed node is pruned, and three untrusted peers are pruned too and do not help. */
class SilentUntrustedPeersTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 5_000, Shape.EMPTY);
  private static final long CUT = 4_000;
  private static final int UNTRUSTED = 3;

  private final World world = new World(DownloaderLimits.DEFAULT, CHAIN);

  private SimulatedPeer node(String name, Fault fault) {
    return new SimulatedPeer(
        PeerId.of(name),
        PeerKind.HEADER,
        CHAIN,
        new NodeChain(CHAIN, new Range(0, CUT, true, false)),
        PeerTraits.faulty(World.MILLIS, fault),
        world.random.split());
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {
        "SILENT",
        "LOSING",
        "SLOW",
        "PARTIAL",
        "WITH_GAPS",
        "EMPTY",
        "FABRICATING",
        "CROSS_ANSWERING"
      })
  void shouldReachTheHeadBesideThem(Fault fault) {
    world.simulation.connect(node("followed", Fault.NONE));
    for (int i = 0; i < UNTRUSTED; i++) {
      SimulatedPeer untrusted = node("untrusted-" + i, fault);
      Announcement said =
          Announcement.ofPeer(untrusted.id(), CHAIN.head().hash(), CHAIN.head().number());
      world.simulation.connect(untrusted, said, false);
    }

    world.runTo(CHAIN.head().hash(), 600 * World.SECONDS);

    List<Gap> gaps = world.simulation.store().gaps();
    assertEquals(1, gaps.size(), gaps::toString);
    assertEquals(CUT - 1, gaps.get(0).last().number());
  }
}
