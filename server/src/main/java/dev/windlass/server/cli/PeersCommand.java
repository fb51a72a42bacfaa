package dev.windlass.server.cli;

import dev.windlass.node.JobFailedException;
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
import picocli.CommandLine.Spec;

/** {@code windlass peers}: shows the peers of a running node. */
@Command(
    name = "peers",
    description = {
      "Shows the peers of the running node, and those that it cannot reach.",
      "",
      "RANGE has the blocks that a peer reports. CAPACITY, in blocks per request,"
          + " and ROUND TRIP are measured. SCORE grows with the faults of a peer. Above 100"
          + " the peer is banned. STATE has the reason why a peer is not connected, or the"
          + " end and the reason of its ban."
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

  @Mixin private final RunningNodeOptions node = new RunningNodeOptions();

  @Override
  public Integer call() {
    PeerTable.lines(peers()).forEach(spec.commandLine().getOut()::println);
    return 0;
  }

  private JsonObject peers() {
    String where = Address.of(node.host(), node.port());
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
      // Java's HTTP client rejects host names with an underscore, although such names are in use.
      throw new JobFailedException(
          "HTTP cannot reach " + where + " by that name (--rpc-http-host): give its address", e);
    } catch (IOException e) {
      throw new JobFailedException(
          "no node answers on " + where + " (--rpc-http-host, --rpc-http-port)", e);
    } catch (DecodeException e) {
      throw new JobFailedException("the server on " + where + " is not Windlass", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException("interrupted", e);
    }
  }
}
