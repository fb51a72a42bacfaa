package dev.windlass.wire.devp2p;

import io.vertx.core.Future;
import java.util.Optional;

/** Handles the messages of the protocol, on the connection's context. */
@FunctionalInterface
public interface MessageTaker {
  /**
   * Handles a message.
   *
   * @return the next message is read once this is done, and the connection ends if it fails
   */
  Future<Void> take(Message message);

  /**
   * Handles a message by its code and beginning alone. The rest is not unpacked.
   *
   * @param beginning the first {@link RlpxConnection#BEGINNING_BYTES} bytes of the payload; fewer
   *     if it has no more
   * @return empty if the whole message is needed
   */
  default Optional<Future<Void>> takeUnread(int code, byte[] beginning) {
    return Optional.empty();
  }

  /**
   * Part of a message has come, at an acceptable pace.
   *
   * @param bytes that have come since the last call
   */
  default void receiving(long bytes) {}

  /** Done once all messages so far are handled and take no memory any more. */
  default Future<Void> dealtWith() {
    return Future.succeededFuture();
  }
}
