package dev.windlass.server.interop;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Questions to a process over HTTP; what cannot be had now is empty. */
final class JsonRpc {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final URI uri;

  JsonRpc(int port) {
    uri = URI.create("http://127.0.0.1:" + port);
  }

  /** The result of a call; empty where nobody answers yet, or with an error or null. */
  Optional<Object> call(String method, Object... params) {
    JsonObject question =
        new JsonObject()
            .put("jsonrpc", "2.0")
            .put("id", 1)
            .put("method", method)
            .put("params", new JsonArray(List.of(params)));
    return send("POST", "/", Optional.of(question))
        .flatMap(answer -> Optional.ofNullable(answer.getValue("result")));
  }

  Optional<JsonObject> get(String path) {
    return send("GET", path, Optional.empty());
  }

  /** What came back with a status below 300; empty where nothing did. */
  Optional<JsonObject> send(String method, String path, Optional<JsonObject> body) {
    HttpRequest.BodyPublisher bytes =
        body.map(json -> HttpRequest.BodyPublishers.ofString(json.encode()))
            .orElse(HttpRequest.BodyPublishers.noBody());
    HttpRequest request =
        HttpRequest.newBuilder(uri.resolve(path))
            .timeout(ANSWER_MAX)
            .header("Content-Type", "application/json")
            .method(method, bytes)
            .build();
    try {
      HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        return Optional.empty();
      }
      return Optional.of(
          answer.body().isBlank() ? new JsonObject() : new JsonObject(answer.body()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
