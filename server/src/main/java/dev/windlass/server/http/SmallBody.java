package dev.windlass.server.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Reads the body of a request up to a bound, with or without a Content-Length. */
final class SmallBody {
  private SmallBody() {}

  /**
   * Reads the whole body. Empty as soon as it exceeds the bound. The rest is then discarded, so
   * that a client that is still sending gets the answer.
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
