package dev.windlass.wire.devp2p;

import dev.windlass.wire.devp2p.rlpx.FrameCipher;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Splits the bytes of a connection into frames and decrypts them.
 *
 * <p>Owned by its connection. It holds at most one frame. It begins a frame only after its header's
 * MAC is verified and its size is within the limit. Memory for the frame grows with the bytes that
 * have come, so a claimed size alone takes none. It is reserved before it is allocated.
 */
final class FrameReader {
  /** Most frames are smaller, and get their whole memory from the start. */
  private static final int ROOM_BYTES_FIRST = MessageBudget.FREE_BYTES;

  private final FrameCipher session;
  private final byte[] header = new byte[FrameCipher.HEADER_BYTES];
  private int filled;
  private byte[] body;
  private int bodyBytes;
  private int dataBytes;

  FrameReader(FrameCipher session) {
    this.session = session;
  }

  /**
   * Reads bytes up to the end of a frame.
   *
   * @param dataBytesMax the largest size of a frame's data
   * @return the frame's data, once it is whole
   */
  Optional<byte[]> read(Bytes bytes, int dataBytesMax) {
    return read(bytes, dataBytesMax, bytesHeld -> true)
        .map(frame -> Arrays.copyOf(frame.bytes(), frame.length()));
  }

  /**
   * The same without a copy, and only as far as memory can be reserved.
   *
   * @param hasRoom reserves so many bytes before they are held; if it returns false, the bytes that
   *     have come are not read
   */
  Optional<Frame> read(Bytes bytes, int dataBytesMax, IntPredicate hasRoom) {
    if (body == null) {
      filled += bytes.take(header, filled, header.length - filled);
      if (filled < header.length) {
        return Optional.empty();
      }
      begin(session.openHeader(header), dataBytesMax);
    }
    fill(bytes, hasRoom);
    if (filled < bodyBytes) {
      return Optional.empty();
    }
    session.openInPlace(body, dataBytes);
    Frame frame = new Frame(body, dataBytes);
    body = null;
    filled = 0;
    return Optional.of(frame);
  }

  /** A frame's data: the first {@code length} of the bytes. */
  @SuppressWarnings("ArrayRecordComponent") // Large, and has one reader.
  record Frame(byte[] bytes, int length) {}

  private void begin(int claimed, int dataBytesMax) {
    if (claimed == 0 || claimed > dataBytesMax) {
      throw new RlpxException(
          "a frame of " + claimed + " bytes; at most " + dataBytesMax + " are allowed");
    }
    dataBytes = claimed;
    bodyBytes = FrameCipher.bodyBytes(claimed);
    body = new byte[Math.min(bodyBytes, ROOM_BYTES_FIRST)];
    filled = 0;
  }

  private void fill(Bytes bytes, IntPredicate hasRoom) {
    while (!bytes.isEmpty() && filled < bodyBytes) {
      if (filled == body.length) {
        int more = Math.min(bodyBytes, 2 * body.length);
        if (!hasRoom.test(more)) {
          return;
        }
        body = Arrays.copyOf(body, more);
      }
      filled += bytes.take(body, filled, body.length - filled);
    }
  }

  /** Bytes that have come and are not read yet. */
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
