package dev.windlass.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.node.EthNetwork;
import dev.windlass.node.Node;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.NodeSetup;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.Network;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing may read a store that is closed: LevelDB is native code. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CloseOrderTest {
  private static final ChainMaker CHAIN = ChainMaker.of(5, 3, Shape.EMPTY);
  private static final DownloaderLimits LIMITS = DownloaderLimits.DEFAULT.withoutPeersHeads();

  private static final int SERVED_MILLIS = 500;

  private final List<Integer> ports = new ArrayList<>();
  private final List<Integer> openAtClose = new ArrayList<>();
  private int closes;
  private BlockStore store;

  @BeforeEach
  void open() {
    BlockStore real = new MemoryBlockStore(CHAIN.block(0));
    store =
        (BlockStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {BlockStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("close")) {
                    closes++;
                    ports.stream().filter(CloseOrderTest::isServed).forEach(openAtClose::add);
                  }
                  try {
                    return method.invoke(real, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
  }

  /**
   * Whether a connection is served: it gets a byte, or is kept waiting for one. Vert.x says that a
   * server is closed a moment before its port is, and drops what connects meanwhile.
   */
  private static boolean isServed(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(SERVED_MILLIS);
      socket.getOutputStream().write("GET /livez HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void listen(Node node) {
    Network network =
        new Network(
            "test",
            7,
            CHAIN.genesis().hash(),
            new ForkSchedule(CHAIN.genesis().hash(), 0, List.of(), List.of()));
    NodeConfig.P2p p2p = new NodeConfig.P2p(true, "127.0.0.1", 0);
    ports.add(
        EthNetwork.passing(network, List.of(), p2p).connectTo(node, store).orElseThrow().port());
  }

  private void assertClosed() {
    assertEquals(1, closes);
    assertEquals(List.of(), openAtClose, "these ports were served when the store was closed");
  }

  @Test
  void shouldServeNoPortOnceTheStoreIsClosed() {
    try (NodeService service = NodeService.start(store, Optional.empty(), NodeSetup.of(LIMITS))) {
      ports.add(
          service.serveHttp(
              new NodeConfig.Http("127.0.0.1", 0, Optional.empty(), List.of("localhost"))));
      ports.add(service.serveMetrics(new NodeConfig.Metrics(true, "127.0.0.1", 0)));
      listen(service.node());
      assertTrue(ports.stream().allMatch(CloseOrderTest::isServed));
    }
    assertClosed();
  }

  @Test
  void shouldLeaveTheEventLoopsToAnotherNode() throws Exception {
    Vertx vertx = Node.makeVertx();
    try {
      try (Node node = Node.start(vertx, store, NodeSetup.of(LIMITS))) {
        listen(node);
        assertTrue(ports.stream().allMatch(CloseOrderTest::isServed));
      }
      assertClosed();
      CountDownLatch alive = new CountDownLatch(1);
      vertx.runOnContext(ignored -> alive.countDown());
      assertTrue(alive.await(30, TimeUnit.SECONDS));
    } finally {
      Node.await(Node.close(vertx));
    }
  }
}
