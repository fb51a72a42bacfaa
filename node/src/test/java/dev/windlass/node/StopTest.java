package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.windlass.chain.Block;
import dev.windlass.chain.Head;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.fixtures.Await;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The log of a node that is stopped in each of its states. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StopTest {
  private static final ChainMaker CHAIN = ChainMaker.of(5, 3_000, Shape.SIGNED);
  private static final int STOPS = 8;

  private final Logger log = (Logger) LoggerFactory.getLogger("dev.windlass");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private StackTraces traces;

  @BeforeEach
  void tap() {
    traces = new StackTraces();
    lines.start();
    log.setLevel(Level.INFO);
    log.addAppender(lines);
  }

  @AfterEach
  void untap() {
    log.detachAppender(lines);
    log.setLevel(null);
    traces.close();
  }

  private static EthNetwork network(List<Enode> enodes, boolean isServing, int version) {
    Network network =
        new Network(
            "test",
            7,
            CHAIN.genesis().hash(),
            new ForkSchedule(CHAIN.genesis().hash(), 0, List.of(), List.of()));
    NodeConfig.P2p p2p =
        new NodeConfig.P2p(isServing, "127.0.0.1", 0, List.of(Capability.eth(version)));
    return EthNetwork.passing(network, enodes, p2p);
  }

  private static BlockStore full() {
    BlockStore store = new MemoryBlockStore(CHAIN.block(0));
    List<Block> run = new ArrayList<>();
    for (long number = 1; number <= CHAIN.head().number(); number++) {
      run.add(CHAIN.block(number));
    }
    store.insert(run, true);
    return store;
  }

  /** Stops a node that syncs once it has stored so many blocks; returns its tip. */
  private static long stopAt(long blocks, Enode server, int version) {
    BlockStore store = new MemoryBlockStore(CHAIN.block(0));
    try (Node node = Node.start(store, DownloaderLimits.DEFAULT)) {
      network(List.of(server), false, version).connectTo(node, store);
      node.announce(HeadBoard.Source.ANCHOR, Head.of(CHAIN.head().hash(), CHAIN.head().number()));
      Await.condition(() -> "tip " + store.tip(), () -> store.tip().number() >= blocks);
    }
    return store.tip().number();
  }

  private void shouldStopQuietly(int version) {
    BlockStore whole = full();
    try (Node serving = Node.start(whole)) {
      Enode server = network(List.of(), true, version).connectTo(serving, whole).orElseThrow();
      for (int i = 0; i < STOPS; i++) {
        lines.list.clear();
        long tip = stopAt(i * CHAIN.head().number() / STOPS, server, version);
        assertStopped(List.copyOf(lines.list), tip);
      }
    }
    assertEquals(List.of(), traces.found());
  }

  private static void assertStopped(List<ILoggingEvent> said, long tip) {
    List<ILoggingEvent> ours =
        said.stream().filter(line -> line.getLevel().isGreaterOrEqual(Level.INFO)).toList();
    for (ILoggingEvent line : ours) {
      assertTrue(line.getLevel() == Level.INFO, line::toString);
    }
    ILoggingEvent last = ours.get(ours.size() - 1);
    assertEquals("Stopped", last.getFormattedMessage());
    assertTrue(
        last.getKeyValuePairs().get(0).value.toString().contains("value=" + tip + "]"),
        last.getKeyValuePairs()::toString);
  }

  @Test
  void shouldStopQuietlyWhileItSyncsByHeaders() {
    shouldStopQuietly(69);
  }

  @Test
  void shouldStopQuietlyWhileItSyncsByHashes() {
    shouldStopQuietly(61);
  }
}
