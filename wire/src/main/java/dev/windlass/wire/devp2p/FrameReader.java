package dev.windlass.wire.devp2p;

import dev.windlass.wire.devp2p.rlpx.RlpxException;
import dev.windlass.wire.devp2p.rlpx.Session;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts the bytes of a connection into frames and opens them.
 *
 * <p>Owned by its connection. It holds one frame at most, which it begins only once its header has
 * proven genuine and its size is within the limit; the room for it grows with what has come of it,
 * so that a claim alone costs nothing.
 */
final class FrameReader {
  /** Most frames are smaller, and are held in one piece from the start. */
  private static final int ROOM_BYTES_FIRST = 64 << 10;

  private final Session session;
  private final byte[] header = new byte[Session.HEADER_BYTES];
  private int filled;
  private byte[] body;
  private int bodyBytes;
  private int dataBytes;

  FrameReader(Session session) {
    this.session = session;
  }

  /**
   * Takes bytes up to the end of a frame.
   *
   * @param dataBytesMax the size of a frame's data beyond which the connection is lost
   * @return the frame's data, once it is whole
   */
  Optional<byte[]> read(Bytes bytes, int dataBytesMax) {
    if (body == null) {
      filled += bytes.take(header, filled, header.length - filled);
      if (filled < header.length) {
        return Optional.empty();
      }
      begin(session.openHeader(header), dataBytesMax);
    }
    fill(bytes);
    if (filled < bodyBytes) {
      return Optional.empty();
    }
    byte[] data = session.openBody(body, dataBytes);
    body = null;
    filled = 0;
    return Optional.of(data);
  }

  private void begin(int claimed, int dataBytesMax) {
    if (claimed == 0 || claimed > dataBytesMax) {
      throw new RlpxException(
          "a frame of " + claimed + " bytes where " + dataBytesMax + " are the limit");
    }
    dataBytes = claimed;
    bodyBytes = Session.bodyBytes(claimed);
    body = new byte[Math.min(bodyBytes, ROOM_BYTES_FIRST)];
    filled = 0;
  }

  private void fill(Bytes bytes) {
    while (!bytes.isEmpty() && filled < bodyBytes) {
      if (filled == body.length) {
        body = Arrays.copyOf(body, Math.min(bodyBytes, 2 * body.length));
      }
      filled += bytes.take(body, filled, body.length - filled);
    }
  }

  /** Bytes that have come and were not taken yet. */
  static final class Bytes {
    private final byte[] bytes;
    private int at;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    int take(byte[] target, int offset, int max) {
      int count = Math.min(max, bytes.length - at);
      System.arraycopy(bytes, at, target, offset, count);
      at += count;
      return count;
    }

    boolean isEmpty() {
      return at == bytes.length;
    }

    byte[] rest() {
      return Arrays.copyOfRange(bytes, at, bytes.length);
    }
  }
}
