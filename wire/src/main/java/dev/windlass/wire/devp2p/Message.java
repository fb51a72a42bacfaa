package dev.windlass.wire.devp2p;

import java.util.Objects;

/**
 * A message of a connection's protocol.
 *
 * <p>The payload is not copied, since it may have megabytes and has one reader.
 *
 * @param code counted from the protocol's first code
 */
@SuppressWarnings("ArrayRecordComponent") // Large, and has one reader: see above.
public record Message(int code, byte[] payload) {
  public Message {
    Objects.requireNonNull(payload);
    if (code < 0) {
      throw new IllegalArgumentException("code " + code);
    }
  }
}
