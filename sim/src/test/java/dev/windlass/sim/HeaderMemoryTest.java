package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.downloader.Downloader;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** If the store is stuck, the downloader holds all headers that arrive. */
class HeaderMemoryTest {
  private static final int PEERS = 3;

  /** The bound of servers, and one header beyond it. */
  private static final long ANSWER_BYTES_MAX = 3 << 20;

  private final DownloaderLimits limits = DownloaderLimits.DEFAULT;

  private Optional<String> judge(Downloader core) {
    long bytes = core.holdings().heldBytes() - core.holdings().bufferedBytes();
    return bytes > limits.headerBytesAheadMax() + ANSWER_BYTES_MAX
        ? Optional.of(bytes + " bytes of headers are held")
        : Optional.empty();
  }

  @ParameterizedTest
  @CsvSource({"30000,8", "3000,40000", "150,1000000"})
  void shouldAskForNoMoreThanTheBoundWhileTheStoreIsBusy(int blocks, int extraBytesMax) {
    ChainMaker chain = ChainMaker.onDemand(1, blocks, new Shape(0, 0, 15, extraBytesMax));
    World world = new World(limits, chain);
    world.simulation.addInvariant(simulation -> judge(simulation.downloader()));
    for (int i = 0; i < PEERS; i++) {
      world.headerPeer("honest" + i, chain);
    }
    boolean isAsking =
        world.simulation.runUntil(() -> world.counters().hashes() > 0, 60 * World.SECONDS);
    assertTrue(isAsking, world::story);

    world.simulation.holdStore(true);
    world.pass(60 * World.SECONDS);
    long headers = world.counters().hashes();
    long bytes = world.counters().bytes();

    long most = (long) limits.headersAheadMax() + limits.headersPerAppendMax();
    assertTrue(headers <= most, () -> headers + " headers came, at most " + most);
    long bytesMost = 2 * limits.headerBytesAheadMax();
    assertTrue(bytes <= bytesMost, () -> bytes + " bytes came, at most " + bytesMost);
    world.simulation.holdStore(false);
    world.runTo(chain.head().hash(), 600 * World.SECONDS);
    assertEquals(List.of(), world.simulation.failures());
  }
}
