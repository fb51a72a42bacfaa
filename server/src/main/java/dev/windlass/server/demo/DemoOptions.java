package dev.windlass.server.demo;

import dev.windlass.node.NodeConfig;
import dev.windlass.server.show.Terminal;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The options of the demo.
 *
 * @param file the chain to sync. If it is empty a chain is made
 * @param dataPath the folder of the store. If it is empty the store is temporary
 * @param blocks the length of the made chain
 * @param isServing whether the endpoints stay until the process is stopped
 */
public record DemoOptions(
    Optional<Path> file,
    Optional<Path> dataPath,
    int blocks,
    boolean isServing,
    Endpoints endpoints,
    Optional<Terminal> terminal) {

  /** The endpoints of the demo. */
  public record Endpoints(NodeConfig.Http http, NodeConfig.Metrics metrics) {
    public Endpoints {
      Objects.requireNonNull(http);
      Objects.requireNonNull(metrics);
    }
  }

  public DemoOptions {
    Objects.requireNonNull(file);
    Objects.requireNonNull(dataPath);
    Objects.requireNonNull(endpoints);
    Objects.requireNonNull(terminal);
    if (blocks < 1) {
      throw new IllegalArgumentException("blocks " + blocks);
    }
  }
}
