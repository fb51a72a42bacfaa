package dev.windlass.server.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Bounds how many large answers are made or sent at a time, and so their memory. Further answers
 * wait in the order of their requests.
 *
 * <p>Used on the event loop of one server. A connection that closes loses its place. The deadline
 * of each connection bounds how long an answer keeps its slot.
 */
final class AnswerSlots {
  private final int max;
  private final Set<Supplier<Future<Void>>> waiting = new LinkedHashSet<>();
  private int taken;

  AnswerSlots(int max) {
    this.max = max;
  }

  /**
   * Makes an answer once a slot is free.
   *
   * @param answer done when the answer was sent, or cannot be sent
   */
  void submit(HttpServerResponse response, Supplier<Future<Void>> answer) {
    waiting.add(answer);
    response.closeHandler(closed -> waiting.remove(answer));
    startWaiting();
  }

  private void startWaiting() {
    while (taken < max && !waiting.isEmpty()) {
      Supplier<Future<Void>> first = waiting.iterator().next();
      waiting.remove(first);
      taken++;
      first
          .get()
          .onComplete(
              sent -> {
                taken--;
                startWaiting();
              });
    }
  }
}
