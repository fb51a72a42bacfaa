package dev.windlass.server.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** The body of a request that has to be small, whether its length is said or not. */
final class SmallBody {
  private SmallBody() {}

  /**
   * Reads it whole; empty as soon as it is larger than that. What follows then is passed over, so
   * that an answer reaches an end that has not sent all.
   */
  static Future<Optional<Buffer>> read(HttpServerRequest request, int bytesMax) {
    Promise<Optional<Buffer>> read = Promise.promise();
    Buffer body = Buffer.buffer();
    request.exceptionHandler(read::tryFail);
    request.endHandler(ended -> read.tryComplete(Optional.of(body)));
    request.handler(
        bytes -> {
          if (body.length() + bytes.length() <= bytesMax) {
            body.appendBuffer(bytes);
          } else {
            read.tryComplete(Optional.empty());
          }
        });
    return read.future();
  }
}
