package dev.windlass.wire.files;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.OwnHeaders;
import dev.windlass.chain.rlp.RlpException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * A file of linked headers: their RLP, one behind the other, oldest first. It takes 8 bytes of
 * memory for each header.
 *
 * <p>Owned by one thread at a time. A crash leaves the old headers, and with them perhaps a part of
 * those that were being appended. A header that a crash cut off is overwritten. Each failure is a
 * {@link FileChainException}.
 */
public final class HeaderFile implements OwnHeaders {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final String NEW = ".new";

  // RLP: a list of up to 55 bytes, and a longer one with the number of bytes of its length.
  private static final int LIST = 0xc0;
  private static final int LONG_LIST = 0xf7;
  private static final int LENGTH_BYTES_MAX = 3;

  private final Path file;

  /** Where each header begins, and where the last one ends. */
  private long[] offsets = new long[1_024];

  private int count;
  private BlockId lowest;
  private BlockId tip;

  /** The size of the file, which a cut-off header makes larger than the end of the last one. */
  private long size;

  private HeaderFile(Path file) {
    this.file = file;
  }

  /** Opens a file, and proves that its headers are linked. */
  public static HeaderFile open(Path file) {
    HeaderFile opened = new HeaderFile(file);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      byte[] raw = next(in);
      while (raw != null) {
        opened.add(raw);
        raw = next(in);
      }
      opened.size = Files.size(file);
    } catch (IOException e) {
      throw opened.failure("cannot be read", e);
    }
    if (opened.count == 0) {
      throw new FileChainException(file, "has no header");
    }
    return opened;
  }

  /** Makes a file with one header. */
  public static HeaderFile create(Path file, BlockHeader first) {
    try {
      Files.write(file, first.raw(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new HeaderFile(file).failure("cannot be made", e);
    }
    return open(file);
  }

  /** The next item as it is in the file. Null at the end, also if the last item is cut off. */
  private static byte[] next(InputStream in) throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    int lengthBytes = Math.max(0, first - LONG_LIST);
    if (first < LIST || lengthBytes > LENGTH_BYTES_MAX) {
      return new byte[] {(byte) first};
    }
    byte[] prefix = new byte[1 + lengthBytes];
    prefix[0] = (byte) first;
    if (in.readNBytes(prefix, 1, lengthBytes) < lengthBytes) {
      return null;
    }
    int length = lengthBytes == 0 ? first - LIST : 0;
    for (int i = 1; i <= lengthBytes; i++) {
      length = length << 8 | (prefix[i] & 0xff);
    }
    if (length > BlockHeader.BYTES_MAX) {
      return prefix;
    }
    byte[] raw = Arrays.copyOf(prefix, prefix.length + length);
    return in.readNBytes(raw, prefix.length, length) < length ? null : raw;
  }

  private void add(byte[] raw) {
    BlockHeader header;
    try {
      header = BlockHeader.decode(raw);
    } catch (RlpException e) {
      throw failure("has no header at offset " + end(), e);
    }
    if (count > 0 && !isAfterTip(header)) {
      throw new FileChainException(
          file, "its header " + header + " at offset " + end() + " does not follow " + tip);
    }
    append(header);
  }

  private boolean isAfterTip(BlockHeader header) {
    return header.number() == tip.number() + 1 && header.parentHash().equals(tip.hash());
  }

  private void append(BlockHeader header) {
    if (count == 0) {
      lowest = header.id();
    }
    if (count + 1 == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * offsets.length);
    }
    offsets[count + 1] = end() + header.size();
    count++;
    tip = header.id();
  }

  private long end() {
    return offsets[count];
  }

  @Override
  public BlockId lowest() {
    return lowest;
  }

  @Override
  public BlockId tip() {
    return tip;
  }

  @Override
  public Hash hashAt(long number) {
    return number == tip.number() ? tip.hash() : header(number).hash();
  }

  /** The header at a number from the lowest to the tip. */
  public BlockHeader header(long number) {
    int index = Math.toIntExact(Math.subtractExact(number, lowest.number()));
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException("no header " + number + " is in " + file);
    }
    byte[] raw = new byte[(int) (offsets[index + 1] - offsets[index])];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer target = ByteBuffer.wrap(raw);
      while (target.hasRemaining()) {
        if (channel.read(target, offsets[index] + target.position()) < 0) {
          throw new EOFException("it has become shorter");
        }
      }
      return BlockHeader.decode(raw);
    } catch (IOException | RlpException e) {
      throw failure("cannot be read", e);
    }
  }

  @Override
  public void replaceAbove(long common, List<BlockHeader> headers) {
    int kept = Math.toIntExact(common - lowest.number()) + 1;
    try {
      if (Files.size(file) != size) {
        throw new FileChainException(file, "another program has changed it");
      }
      if (kept == count) {
        appendToFile(headers);
      } else {
        replaceFile(offsets[kept], headers);
      }
    } catch (IOException e) {
      throw failure("cannot be written", e);
    }
    count = kept;
    headers.forEach(this::append);
    size = end();
  }

  private void appendToFile(List<BlockHeader> headers) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(end());
      try {
        write(channel, headers);
      } catch (IOException e) {
        channel.truncate(end());
        throw e;
      }
    }
  }

  /** Writes another file, which then takes the place of this one at once. */
  private void replaceFile(long keptBytes, List<BlockHeader> headers) throws IOException {
    Path other = file.resolveSibling(file.getFileName() + NEW);
    try {
      try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
          FileChannel to =
              FileChannel.open(
                  other,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE)) {
        long copied = 0;
        while (copied < keptBytes) {
          copied += from.transferTo(copied, keptBytes - copied, to);
        }
        to.position(keptBytes);
        write(to, headers);
      }
      Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(other);
    }
  }

  private void write(FileChannel channel, List<BlockHeader> headers) throws IOException {
    channel.position(channel.size());
    for (BlockHeader header : headers) {
      ByteBuffer bytes = ByteBuffer.wrap(header.raw());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
    channel.force(true);
  }

  private FileChainException failure(String problem, Exception cause) {
    return new FileChainException(file, problem + ": " + cause.getMessage(), cause);
  }
}
