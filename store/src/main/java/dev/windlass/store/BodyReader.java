package dev.windlass.store;

import dev.windlass.chain.store.StoreException;
import dev.windlass.chain.store.StoreException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads bodies from the body files. Any number of threads may read.
 *
 * <p>It keeps some files open, and closes the one that was not read for longest. A thread that
 * reads it at that moment opens it again.
 */
final class BodyReader implements AutoCloseable {
  static final int OPEN_FILES_MAX = 64;

  private final Path folder;
  private final Map<Long, FileChannel> open = new LinkedHashMap<>(16, 0.75f, true);
  private boolean isClosed;

  BodyReader(Path folder) {
    this.folder = folder;
  }

  /** The body at a place. Throws DAMAGED if it does not read back as it was written. */
  byte[] read(long number, BodyPlace place) {
    long epoch = BodyFileFormat.epochOf(number);
    try {
      byte[] packed = bytes(epoch, place.offset(), place.length());
      if (BodyFileFormat.checksum(ByteBuffer.wrap(packed)) != place.checksum()) {
        throw damaged(number, place, "has another checksum than when it was written", null);
      }
      return PackedBody.unpack(packed);
    } catch (NoSuchFileException e) {
      throw damaged(number, place, "is gone with its file", e);
    } catch (EOFException e) {
      throw damaged(number, place, "lies behind the end of the file", e);
    } catch (IOException e) {
      throw damaged(number, place, "cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether a file has these bytes at an offset. Throws DAMAGED if they cannot be read. */
  boolean holds(long epoch, long offset, ByteBuffer bytes) {
    try {
      return bytes.equals(ByteBuffer.wrap(bytes(epoch, offset, bytes.remaining())));
    } catch (NoSuchFileException | EOFException e) {
      return false;
    } catch (IOException e) {
      String file = folder.resolve(BodyFileFormat.nameOf(epoch)).toString();
      throw Damage.of(file + " at byte " + offset + " cannot be read: " + e.getMessage(), e);
    }
  }

  private StoreException damaged(long number, BodyPlace place, String what, IOException cause) {
    String file = BodyFileFormat.nameOf(BodyFileFormat.epochOf(number));
    return Damage.of(
        "the body of block "
            + number
            + " in "
            + folder.resolve(file)
            + " at byte "
            + place.offset()
            + " "
            + what,
        cause);
  }

  private byte[] bytes(long epoch, long offset, int length) throws IOException {
    while (true) {
      FileChannel channel = channel(epoch);
      try {
        if (offset + length > channel.size()) {
          throw new EOFException();
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
          if (channel.read(bytes, offset + bytes.position()) < 0) {
            throw new EOFException();
          }
        }
        return bytes.array();
      } catch (ClosedByInterruptException e) {
        throw new StoreException(Kind.FAILED, "reading a body was interrupted", e);
      } catch (ClosedChannelException e) {
        // Another thread has closed it, and this one opens it again.
        forget(epoch, channel);
      }
    }
  }

  private synchronized FileChannel channel(long epoch) throws IOException {
    if (isClosed) {
      throw new StoreException(Kind.CLOSED, "the store in " + folder.getParent() + " is closed");
    }
    FileChannel channel = open.get(epoch);
    if (channel == null) {
      channel =
          FileChannel.open(folder.resolve(BodyFileFormat.nameOf(epoch)), StandardOpenOption.READ);
      open.put(epoch, channel);
      if (open.size() > OPEN_FILES_MAX) {
        Map.Entry<Long, FileChannel> eldest = open.entrySet().iterator().next();
        open.remove(eldest.getKey());
        eldest.getValue().close();
      }
    }
    return channel;
  }

  private synchronized void forget(long epoch, FileChannel channel) {
    open.remove(epoch, channel);
  }

  /** Closes the files of the epochs below one, which will be deleted. */
  synchronized void closeBelow(long epoch) {
    List<Long> below = open.keySet().stream().filter(of -> of < epoch).toList();
    below.forEach(of -> closeQuietly(open.remove(of)));
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It was open only to read.
    }
  }

  /** How many files are open. */
  synchronized int openFiles() {
    return open.size();
  }

  /** Reads in progress end with CLOSED. */
  @Override
  public synchronized void close() {
    isClosed = true;
    open.values().forEach(BodyReader::closeQuietly);
    open.clear();
  }
}
