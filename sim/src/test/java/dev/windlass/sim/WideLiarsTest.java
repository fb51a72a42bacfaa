package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Liars that answer questions for headers with the largest allowed messages. */
class WideLiarsTest {
  private static final long MESSAGE_BYTES_MAX = 10 << 20;
  private static final int LIARS = 12;

  private static final ChainMaker CHAIN = ChainMaker.of(1, 5_000, Shape.EMPTY);

  /** Linked headers that do not belong to the chain. */
  private static final ChainMaker WIDE =
      ChainMaker.onDemand(7, 5_000, new Shape(0, 0, 15, 250_000));

  private long mostBytes;

  /** Answers with headers of another chain at the requested numbers. */
  private static final class Wide implements Repertoire {
    @Override
    public List<byte[]> headers(HeaderQuery query) {
      List<byte[]> headers = new ArrayList<>();
      long bytes = 0;
      long number = query.fromNumber();
      while (number > 0 && headers.size() < query.count()) {
        byte[] header = WIDE.rawHeader(number--);
        bytes += header.length;
        if (bytes > MESSAGE_BYTES_MAX) {
          break;
        }
        headers.add(header);
      }
      return headers;
    }
  }

  @Test
  void shouldHoldNoMoreThanTheBoundAndOneAnswer() {
    World world = new World(DownloaderLimits.DEFAULT, CHAIN);
    world.simulation.addInvariant(
        simulation -> {
          mostBytes = Math.max(mostBytes, simulation.downloader().holdings().heldBytes());
          return Optional.empty();
        });
    for (int i = 0; i < LIARS; i++) {
      world.simulation.connect(
          new SimulatedPeer(
              PeerId.of("liar" + i),
              PeerKind.HEADER,
              CHAIN,
              new Wide(),
              PeerTraits.honest(20 * World.MILLIS),
              world.random.split()));
    }
    world.headerPeer("honest", CHAIN);

    world.runTo(CHAIN.head().hash(), 300 * World.SECONDS);

    long most = DownloaderLimits.DEFAULT.headerBytesAheadMax() + MESSAGE_BYTES_MAX;
    assertTrue(mostBytes > MESSAGE_BYTES_MAX / 2, () -> "the liars were not asked: " + mostBytes);
    assertTrue(mostBytes <= most, () -> mostBytes + " bytes were held, at most " + most);
    assertEquals(CHAIN.head().number(), world.counters().blocks());
  }
}
