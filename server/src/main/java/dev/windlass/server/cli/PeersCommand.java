package dev.windlass.server.cli;

import dev.windlass.node.JobFailedException;
import dev.windlass.node.NodeConfig;
import dev.windlass.server.show.PeerTable;
import dev.windlass.wire.devp2p.Address;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code windlass peers}: asks the node that runs. */
@Command(
    name = "peers",
    description = {
      "Shows the peers of the node that runs on this machine, and those that it cannot reach.",
      "",
      "RANGE is what a peer says that it has; CAPACITY, in blocks a request, and ROUND TRIP are what"
          + " was learned of it. SCORE grows with its faults, up to a ban at 100. STATE says why one is"
          + " not connected, and until when and for what it is banned, also if it came by itself."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    optionListHeading = "%nOptions:%n")
final class PeersCommand implements Callable<Integer> {
  private static final Duration TIME_MAX = Duration.ofSeconds(10);

  @Spec private CommandSpec spec;

  // Read by ConfiguredDefaults, through the command's specification.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final ConfigFileOption configFile = new ConfigFileOption();

  @Option(
      names = "--rpc-http-host",
      paramLabel = "HOST",
      converter = OptionConverters.Host.class,
      defaultValue = "127.0.0.1",
      description = "Where the node serves HTTP (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = "--rpc-http-port",
      paramLabel = "PORT",
      converter = OptionConverters.Port.class,
      defaultValue = "" + NodeConfig.Http.PORT,
      description = "On which port (default: ${DEFAULT-VALUE}).")
  private int port;

  @Override
  public Integer call() {
    PeerTable.lines(peers()).forEach(spec.commandLine().getOut()::println);
    return 0;
  }

  private JsonObject peers() {
    String where = Address.of(Address.reached(host), port);
    try {
      HttpClient client = HttpClient.newBuilder().connectTimeout(TIME_MAX).build();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + where + "/v1/peers"))
              .timeout(TIME_MAX)
              .build();
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new JobFailedException(
            where + " answered with " + response.statusCode() + ": " + response.body().strip());
      }
      return new JsonObject(response.body());
    } catch (IllegalArgumentException e) {
      // Java takes names of the network for HTTP that are in use, but have an underscore, for none.
      throw new JobFailedException(
          "HTTP cannot reach " + where + " by that name (--rpc-http-host): give its address", e);
    } catch (IOException e) {
      throw new JobFailedException(
          "no node answers on " + where + " (--rpc-http-host, --rpc-http-port)", e);
    } catch (DecodeException e) {
      throw new JobFailedException("what answers on " + where + " is no Windlass", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException("interrupted", e);
    }
  }
}
