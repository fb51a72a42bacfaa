package dev.windlass.server.interop;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/** Questions to a process over HTTP; what cannot be had now is empty. */
final class JsonRpc {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

  /** An offer of HTTP/2 makes hardhat wait for a WebSocket. */
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI uri;
  private final Supplier<Optional<String>> token;

  JsonRpc(int port) {
    this(port, Optional::empty);
  }

  /** Asks with a bearer's token, made anew for each question. */
  JsonRpc(int port, Supplier<Optional<String>> token) {
    uri = URI.create("http://127.0.0.1:" + port);
    this.token = token;
  }

  String url() {
    return uri.toString();
  }

  /** The result of a call. Empty without an answer, or if the answer is an error or null. */
  Optional<Object> call(String method, Object... params) {
    JsonObject question =
        new JsonObject()
            .put("jsonrpc", "2.0")
            .put("id", 1)
            .put("method", method)
            .put("params", new JsonArray(Arrays.asList(params)));
    return send("POST", "/", Optional.of(question))
        .flatMap(answer -> Optional.ofNullable(answer.getValue("result")));
  }

  Optional<JsonObject> get(String path) {
    return send("GET", path, Optional.empty());
  }

  /** The answer if its status is below 300, else empty. */
  Optional<JsonObject> send(String method, String path, Optional<JsonObject> body) {
    HttpRequest.BodyPublisher bytes =
        body.map(json -> HttpRequest.BodyPublishers.ofString(json.encode()))
            .orElse(HttpRequest.BodyPublishers.noBody());
    return exchange(method, path, bytes)
        .filter(answer -> answer.statusCode() < 300)
        .map(HttpResponse::body)
        .map(text -> text.isBlank() ? new JsonObject() : new JsonObject(text));
  }

  /** The text at a path. Empty without an answer. */
  Optional<String> text(String path) {
    return exchange("GET", path, HttpRequest.BodyPublishers.noBody()).map(HttpResponse::body);
  }

  /** The status of a path. Empty without an answer. */
  Optional<Integer> statusCode(String method, String path) {
    return exchange(method, path, HttpRequest.BodyPublishers.noBody())
        .map(HttpResponse::statusCode);
  }

  private Optional<HttpResponse<String>> exchange(
      String method, String path, HttpRequest.BodyPublisher body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri.resolve(path))
            .timeout(ANSWER_MAX)
            .header("Content-Type", "application/json")
            .method(method, body);
    token.get().ifPresent(bearer -> request.header("Authorization", "Bearer " + bearer));
    try {
      return Optional.of(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
