package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A node whose line takes longer for a full span of headers than the deadline of a request. */
class ThinLineTest {
  private static final ChainMaker CHAIN = ChainMaker.onDemand(1, 20_000, Shape.EMPTY);
  private static final long BYTES = bytes(CHAIN);

  private final World world = new World(DownloaderLimits.DEFAULT, CHAIN);
  private final ReceivedOnce received = new ReceivedOnce(world.simulation, CHAIN);

  private static long bytes(ChainMaker chain) {
    long bytes = 0;
    for (long number = 1; number <= chain.head().number(); number++) {
      bytes += chain.rawHeader(number).length + chain.rawBody(number).length;
    }
    return bytes;
  }

  private void sync(PeerKind kind, long bytesPerSecond) {
    world.simulation.watch(received);
    PeerTraits traits = new PeerTraits(50 * World.MILLIS, bytesPerSecond, Fault.NONE);
    world.peer("named", kind, CHAIN, traits);
    long seconds = 60 + 2 * BYTES / bytesPerSecond;
    world.runTo(CHAIN.head().hash(), seconds * World.SECONDS);
    assertEquals(List.of(), world.simulation.failures());
    assertEquals(Map.of(), world.simulation.dropped());
    assertTrue(received.bytes() < 1.2 * BYTES, () -> received.bytes() + " of " + BYTES);
  }

  @ParameterizedTest
  @ValueSource(longs = {20_000, 50_000, 100_000, 200_000, 1_000_000})
  void shouldReachTheHeadAndReceiveEachByteOnce(long bytesPerSecond) {
    sync(PeerKind.HEADER, bytesPerSecond);
  }

  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void shouldReachTheHeadWhenTheLineIsWide(PeerKind kind) {
    sync(kind, 20_000_000);
  }

  /** Blocks that queue on the first line are requested from a second peer, and arrive twice. */
  @ParameterizedTest
  @CsvSource({"2,20000", "2,100000", "4,50000", "8,100000", "3,1000000"})
  void shouldReceiveEachByteOnceOverSeveralThinLines(int lines, long bytesPerSecond) {
    world.simulation.watch(received);
    received.excuse();
    PeerTraits traits = new PeerTraits(50 * World.MILLIS, bytesPerSecond, Fault.NONE);
    for (int i = 0; i < lines; i++) {
      world.peer("line" + i, PeerKind.HEADER, CHAIN, traits);
    }

    world.runTo(CHAIN.head().hash(), (60 + 2 * BYTES / bytesPerSecond) * World.SECONDS);

    assertTrue(received.bytes() < 1.1 * BYTES, () -> received.bytes() + " of " + BYTES);
  }

  /** One answer takes far longer than a small one is waited for. */
  @ParameterizedTest
  @CsvSource({
    "100,20000",
    "100,50000",
    "200,50000",
    "300,50000",
    "300,100000",
    "300,20000",
    "450,20000"
  })
  void shouldReceiveLargeBlocksOnceOverAThinLine(int transactionsMax, long bytesPerSecond) {
    ChainMaker chain = ChainMaker.of(5, 3, new Shape(transactionsMax, 60_000, 16));
    long bytes = 0;
    for (long number = 1; number <= chain.head().number(); number++) {
      bytes += chain.rawBlock(number).length;
    }
    long all = bytes;
    World world = new World(DownloaderLimits.DEFAULT, chain);
    ReceivedOnce received = new ReceivedOnce(world.simulation, chain);
    world.simulation.watch(received);
    PeerTraits traits = new PeerTraits(50 * World.MILLIS, bytesPerSecond, Fault.NONE);
    world.peer("named", PeerKind.HEADER, chain, traits);

    world.runTo(chain.head().hash(), (120 + 3 * all / bytesPerSecond) * World.SECONDS);

    assertTrue(received.bytes() < 1.2 * all, () -> received.bytes() + " of " + all);
  }

  /**
   * The core waits for an answer as long as bytes arrive, but not if another peer has the blocks.
   */
  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void shouldNotWaitForAnAnswerThatIsNeverWhole(PeerKind kind) {
    ChainMaker chain = ChainMaker.of(1, 2_000, Shape.EMPTY);
    World world = new World(DownloaderLimits.DEFAULT, chain);
    world.peer("drawling", kind, chain, PeerTraits.faulty(World.MILLIS, Fault.DRAWLING));
    world.pass(20 * World.SECONDS);
    world.peer("honest", PeerKind.HEADER, chain, PeerTraits.honest(World.MILLIS));

    world.runTo(chain.head().hash(), 60 * World.SECONDS);
  }

  @ParameterizedTest
  @CsvSource({"HASH,HASH", "HASH,HEADER", "HEADER,HASH", "HEADER,HEADER"})
  void shouldReachTheHeadBesideAnAnswerThatIsNeverWhole(PeerKind honest, PeerKind drawling) {
    ChainMaker chain = ChainMaker.of(1, 20_000, Shape.EMPTY);
    World world = new World(DownloaderLimits.DEFAULT, chain);
    world.peer("honest", honest, chain, PeerTraits.honest(20 * World.MILLIS));
    for (int i = 0; i < 3; i++) {
      PeerTraits traits = PeerTraits.faulty(World.MILLIS, Fault.DRAWLING);
      world.peer("drawling" + i, drawling, chain, traits);
    }

    world.runTo(chain.head().hash(), 60 * World.SECONDS);
  }
}
