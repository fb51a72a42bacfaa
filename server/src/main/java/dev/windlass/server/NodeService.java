package dev.windlass.server;

import dev.windlass.chain.store.BlockStore;
import dev.windlass.node.Node;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.NodeSetup;
import dev.windlass.server.http.EventMetrics;
import dev.windlass.server.http.HttpApi;
import dev.windlass.server.http.HttpCounts;
import dev.windlass.server.http.Metrics;
import dev.windlass.server.show.InsertTally;
import dev.windlass.server.show.ProgressReporter;
import dev.windlass.server.show.StatusSnapshot;
import dev.windlass.server.show.Terminal;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Address;
import io.vertx.core.http.HttpServer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node with its progress lines, endpoints and metrics.
 *
 * <p>Owned by one thread, which starts and closes it.
 */
public final class NodeService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeService.class);

  private final HttpCounts http = new HttpCounts();
  private final BlockStore store;
  private final Metrics metrics;
  private final Node node;
  private final ProgressReporter reporter;

  private NodeService(
      BlockStore store,
      Node node,
      EventMetrics events,
      InsertTally inserts,
      Optional<Terminal> terminal) {
    this.store = store;
    this.node = node;
    this.metrics = new Metrics(sources(), events);
    this.reporter = new ProgressReporter(this::snapshot, inserts, terminal);
    node.closeAfter(reporter::close);
    node.closeAfter(metrics::close);
    reporter.start();
  }

  private Metrics.Sources sources() {
    return new Metrics.Sources(
        node::progress,
        node::syncView,
        node.heads(),
        node.rpc(),
        node.peers(),
        () -> store.root().number(),
        store::gaps,
        store::sizeBytes,
        node.messages(),
        () -> node.pausedUntil().isPresent(),
        http);
  }

  /**
   * Starts a node over an open store. It owns the store even if the start fails.
   *
   * @param terminal for a progress bar
   */
  public static NodeService start(BlockStore store, Optional<Terminal> terminal, NodeSetup setup) {
    EventMetrics events = new EventMetrics();
    InsertTally inserts = new InsertTally();
    Node node = Node.start(store, setup.with(events, inserts));
    return new NodeService(store, node, events, inserts, terminal);
  }

  public Node node() {
    return node;
  }

  /** Serves health, status and heads. Returns the port. */
  public int serveHttp(NodeConfig.Http config) {
    HttpApi.Sources sources =
        new HttpApi.Sources(
            node::progress,
            node::syncView,
            node.downloader()::bans,
            node.peers(),
            store::gaps,
            new StoredChain(store),
            node,
            node.rpc(),
            http);
    HttpServer server = Node.await(new HttpApi(node.vertx(), config, sources).listen());
    logServed("HTTP is served", config.host(), server);
    return server.actualPort();
  }

  /** Serves the metrics. Returns the port. */
  public int serveMetrics(NodeConfig.Metrics config) {
    HttpServer server = Node.await(metrics.listen(node.vertx(), config));
    logServed("Metrics are served", config.host(), server);
    return server.actualPort();
  }

  private static void logServed(String what, String host, HttpServer server) {
    LOG.atInfo()
        .setMessage(what)
        .addKeyValue("address", Address.of(host, server.actualPort()))
        .log();
  }

  /** Shows the current progress at once, so that the next output comes below it. */
  public void showNow() {
    reporter.showNow();
  }

  private StatusSnapshot snapshot() {
    return new StatusSnapshot(node.progress(), node.syncView(), System.nanoTime());
  }

  /** Waits for the current write, and closes everything. */
  @Override
  public void close() {
    node.close();
  }
}
