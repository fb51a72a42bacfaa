package dev.windlass.server.demo;

import dev.windlass.node.JobFailedException;
import dev.windlass.node.NodeConfig;
import dev.windlass.server.NodeService;
import dev.windlass.wire.devp2p.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP and metrics of a demo. */
final class DemoEndpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Demo.class);

  private DemoEndpoints() {}

  /**
   * Serves the endpoints, and returns their description. If a port is taken, it fails only if the
   * endpoints are to stay.
   */
  static String serve(NodeService service, DemoOptions options) {
    NodeConfig.Http http = options.endpoints().http();
    NodeConfig.Metrics metrics = options.endpoints().metrics();
    try {
      String served = "serving http=" + url(http.host(), service.serveHttp(http)) + "/";
      return metrics.isEnabled()
          ? served + " metrics=" + url(metrics.host(), service.serveMetrics(metrics)) + "/metrics"
          : served;
    } catch (JobFailedException e) {
      if (options.isServing()) {
        throw e;
      }
      LOG.atWarn().setMessage("Nothing is served").addKeyValue("reason", e.getMessage()).log();
      return "serving nothing";
    }
  }

  private static String url(String host, int port) {
    return "http://" + Address.of(Address.reached(host), port);
  }
}
