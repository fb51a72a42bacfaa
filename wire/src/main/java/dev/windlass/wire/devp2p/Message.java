package dev.windlass.wire.devp2p;

import java.util.Objects;

/**
 * A message of the protocol that a connection was made for.
 *
 * <p>The payload is handed over, not copied: it may have megabytes and has one reader.
 *
 * @param code counted from the protocol's own first one
 */
@SuppressWarnings("ArrayRecordComponent") // One reader, and large: see above.
public record Message(int code, byte[] payload) {
  public Message {
    Objects.requireNonNull(payload);
    if (code < 0) {
      throw new IllegalArgumentException("code " + code);
    }
  }
}
