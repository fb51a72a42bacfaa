package dev.windlass.wire.devp2p;

import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import java.io.IOException;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * The messages of every connection, beside those of its protocol, and the form of any message in a
 * frame.
 *
 * <pre>
 * frame data   rlp(code) ‖ payload; the payload compressed by Snappy from version 5 on,
 *              but for Hello
 * 0x00 Hello       {@link Hello}
 * 0x01 Disconnect  rlp [reason], or the reason alone
 * 0x02 Ping        rlp []
 * 0x03 Pong        rlp []
 * 0x10 and up      the protocols that both ends support
 * </pre>
 *
 * <p>Source: devp2p's rlpx.md, "Capability Messaging", "p2p Capability".
 */
final class BaseProtocol {
  static final int HELLO = 0x00;
  static final int DISCONNECT = 0x01;
  static final int PING = 0x02;
  static final int PONG = 0x03;
  static final int PROTOCOL_BASE = 0x10;

  /** The limit of eth for one message. geth disconnects above it. */
  static final int PAYLOAD_BYTES_MAX = 10 << 20;

  /** Snappy makes incompressible data at most a sixth longer. The code has at most three bytes. */
  static final int FRAME_BYTES_MAX = PAYLOAD_BYTES_MAX + PAYLOAD_BYTES_MAX / 6 + 64;

  static final byte[] EMPTY_LIST = {(byte) 0xc0};

  private BaseProtocol() {}

  /** The data of a frame. */
  static byte[] pack(int code, byte[] payload, boolean isCompressed) {
    byte[] packedCode = new RlpWriter().integer(code).toBytes();
    byte[] packed = isCompressed ? compress(payload) : payload;
    byte[] data = Arrays.copyOf(packedCode, packedCode.length + packed.length);
    System.arraycopy(packed, 0, data, packedCode.length, packed.length);
    return data;
  }

  private static byte[] compress(byte[] payload) {
    try {
      return Snappy.compress(payload);
    } catch (IOException e) {
      throw new IllegalStateException("snappy", e);
    }
  }

  /** Reads a frame's data. Throws {@link RlpxException} if it is not a message, or is too large. */
  static Message unpack(byte[] data, boolean isCompressed) {
    return Packed.of(data, data.length, isCompressed).unpack();
  }

  static byte[] disconnect(DisconnectReason reason) {
    return new RlpWriter().beginList().integer(reason.code()).endList().toBytes();
  }

  /** The reason in a Disconnect. {@link DisconnectReason#UNKNOWN} if it cannot be decoded. */
  static DisconnectReason reason(byte[] payload) {
    try {
      RlpReader reader = new RlpReader(payload);
      RlpReader value = reader.hasNext() && reader.nextIsList() ? reader.list() : reader;
      return value.hasNext()
          ? DisconnectReason.of((int) Math.min(0xff, value.unsignedLong() & Long.MAX_VALUE))
          : DisconnectReason.REQUESTED;
    } catch (RlpException e) {
      return DisconnectReason.UNKNOWN;
    }
  }
}
