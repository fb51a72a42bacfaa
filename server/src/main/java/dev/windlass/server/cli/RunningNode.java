package dev.windlass.server.cli;

import dev.windlass.node.JobFailedException;
import dev.windlass.wire.devp2p.Address;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The running node that a command asks over HTTP. */
final class RunningNode {
  private static final Duration TIME_MAX = Duration.ofSeconds(10);

  @Mixin private final RunningNodeOptions node = new RunningNodeOptions();

  @Option(
      names = "--rpc-http-token",
      paramLabel = "TOKEN",
      converter = OptionConverters.Token.class,
      description = "The token of the node, which a change from another machine needs.")
  private String token;

  JsonObject get(String path) {
    return send(path, "GET", "");
  }

  JsonObject post(String path) {
    return send(path, "POST", "");
  }

  JsonObject post(String path, JsonObject body) {
    return send(path, "POST", body.encode());
  }

  JsonObject delete(String path) {
    return send(path, "DELETE", "");
  }

  /** The same as {@link #get}. Empty if no node answers. */
  Optional<JsonObject> getIfRunning(String path) {
    try {
      return Optional.of(get(path));
    } catch (JobFailedException e) {
      if (e.getCause() instanceof IOException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Text as one segment of a path. */
  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private JsonObject send(String path, String method, String body) {
    String where = Address.of(node.host(), node.port());
    try {
      HttpClient client = HttpClient.newBuilder().connectTimeout(TIME_MAX).build();
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://" + where + path))
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .timeout(TIME_MAX);
      if (token != null) {
        request.header("Authorization", "Bearer " + token);
      }
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
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
