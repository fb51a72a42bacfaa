package dev.windlass.server.demo;

import dev.windlass.node.NodeConfig;
import dev.windlass.server.show.Terminal;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What to show, and where.
 *
 * @param file the chain to sync; empty makes one
 * @param dataPath where the store stays; empty makes one for the demo alone
 * @param blocks how long the made chain is
 * @param isServing whether the endpoints stay until the process is told to stop
 */
public record DemoOptions(
    Optional<Path> file,
    Optional<Path> dataPath,
    int blocks,
    boolean isServing,
    Endpoints endpoints,
    Optional<Terminal> terminal) {

  /** Where the demo can be watched. */
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
