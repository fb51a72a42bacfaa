package dev.windlass.wire.files;

import dev.windlass.chain.Block;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpWriter;

/**
 * Blocks one after another as RLP, as {@code geth export} writes them. Each is {@code [header,
 * transactions, uncles, withdrawals?]}. There are no bytes between them.
 *
 * <pre>
 * places = offset of the block | its length (4), where its header ends in it (4)
 * </pre>
 */
final class RlpBlockFile implements BlockFile {
  private static final int PREFIX_BYTES_MAX = 5;
  private static final int LIST = 0xc0;
  private static final int LONG_LIST = 0xf7;

  private final FileBytes bytes;
  private final Places places;

  RlpBlockFile(FileBytes bytes, Places places) {
    this.bytes = bytes;
    this.places = places;
  }

  @Override
  public void scan(Visitor visitor, PlaceList found) {
    long offset = 0;
    boolean isWanted = true;
    while (isWanted && offset < bytes.size()) {
      int number = found.size() + 1;
      int length = blockLength(offset, number);
      Block block;
      try {
        block = Block.decode(bytes.read(offset, length));
      } catch (RlpException e) {
        throw bytes.problem(
            place(offset, number)
                + " is not a block: "
                + e.reason()
                + " at offset "
                + (offset + e.offset()));
      }
      int headerEnd = prefixLength(length) + block.header().size();
      found.add(offset, (long) length << Integer.SIZE | headerEnd);
      isWanted = visitor.block(block.header(), offset);
      offset += length;
    }
  }

  private int blockLength(long offset, int number) {
    int available = (int) Math.min(PREFIX_BYTES_MAX, bytes.size() - offset);
    byte[] prefix = bytes.read(offset, available);
    int first = prefix[0] & 0xff;
    if (first < LIST) {
      throw bytes.problem(
          place(offset, number)
              + String.format(" is not RLP of a block: it begins with 0x%02x", first));
    }
    int lengthBytes = Math.max(0, first - LONG_LIST);
    long length = lengthBytes == 0 ? 1L + first - LIST : 1L + lengthBytes;
    if (lengthBytes >= PREFIX_BYTES_MAX) {
      throw bytes.problem(
          place(offset, number) + " has a length of " + lengthBytes + " bytes in its prefix");
    }
    if (lengthBytes >= available) {
      throw truncated(offset, number, 1 + lengthBytes);
    }
    long payload = 0;
    for (int i = 1; i <= lengthBytes; i++) {
      payload = (payload << 8) | (prefix[i] & 0xff);
    }
    length += payload;
    if (length > Block.BYTES_MAX) {
      throw bytes.problem(place(offset, number) + " is " + Block.tooLarge(length));
    }
    if (length > bytes.size() - offset) {
      throw truncated(offset, number, length);
    }
    return (int) length;
  }

  private FileChainException truncated(long offset, int number, long length) {
    return bytes.problem(
        "is truncated: "
            + place(offset, number)
            + (" needs " + length + " bytes, but " + (bytes.size() - offset) + " are left"));
  }

  private static String place(long offset, int number) {
    return "block " + number + " of the file, at offset " + offset + ",";
  }

  /**
   * Bytes of the prefix of a block of this length. The block was decoded, so its prefix is
   * canonical.
   */
  private static int prefixLength(int length) {
    int lengthBytes = 0;
    while (length > (lengthBytes == 0 ? 56 : lengthBytes + (1L << (8 * lengthBytes)))) {
      lengthBytes++;
    }
    return 1 + lengthBytes;
  }

  private int length(int position) {
    return (int) (places.second(position) >>> Integer.SIZE);
  }

  private int headerEnd(int position) {
    return (int) places.second(position);
  }

  @Override
  public byte[] header(int position) {
    int start = prefixLength(length(position));
    return bytes.read(places.first(position) + start, headerEnd(position) - start);
  }

  @Override
  public byte[] body(int position) {
    int start = headerEnd(position);
    byte[] parts = bytes.read(places.first(position) + start, length(position) - start);
    return new RlpWriter(parts.length + PREFIX_BYTES_MAX)
        .beginList()
        .raw(parts)
        .endList()
        .toBytes();
  }

  @Override
  public byte[] block(int position) {
    return bytes.read(places.first(position), length(position));
  }

  @Override
  public void close() {
    bytes.close();
  }
}
