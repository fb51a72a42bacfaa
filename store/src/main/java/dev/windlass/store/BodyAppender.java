package dev.windlass.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Appends entries to the body files. {@link BodyFileFormat} draws them.
 *
 * <p>Any thread may call it, one at a time. What was appended counts only once the database has its
 * places: then {@link #keep} is called, or else {@link #rollBack}. It has 1 MiB and one packed body
 * in memory.
 */
final class BodyAppender implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  /** The most files that are appended to before they are synced. Each takes a handle. */
  private static final int TAILS_MAX = 16;

  /** One file that is appended to. */
  private static final class Tail {
    private FileChannel channel;

    /** The length that was handed to the operating system. */
    private long written;

    /** The length that the database has the places of. */
    private long kept;

    private boolean isSynced = true;

    Tail(FileChannel channel) throws IOException {
      this.channel = channel;
      written = channel.size();
      kept = written;
    }
  }

  private final Path folder;
  private final BlockId root;
  private final PackedBody packer = new PackedBody();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final NavigableMap<Long, Tail> tails = new TreeMap<>();
  private final NavigableMap<Long, Long> syncedLengths = new TreeMap<>();
  private boolean isFolderSynced = true;
  // The buffer belongs to it. Null if the buffer is empty.
  private Tail open;

  BodyAppender(Path folder, BlockId root) {
    this.folder = folder;
    this.root = root;
  }

  /** Appends a body. */
  synchronized BodyPlace append(long number, byte[] body) {
    try {
      Tail tail = tail(BodyFileFormat.epochOf(number));
      ByteBuffer packed = packer.pack(body);
      int length = packed.remaining();
      int checksum = BodyFileFormat.checksum(packed.duplicate());
      put(BodyFileFormat.bodyPrefix(length));
      BodyPlace place = new BodyPlace(end(tail), length, checksum);
      put(packed);
      return place;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Appends an entry with an index. Returns its offset. */
  synchronized long appendIndex(long epoch, ByteBuffer index) {
    try {
      long offset = end(tail(epoch));
      put(index);
      return offset;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private long end(Tail tail) {
    return tail.written + (tail == open ? buffer.position() : 0);
  }

  /** Makes the file of an epoch the one that the buffer belongs to. */
  private Tail tail(long epoch) throws IOException {
    Tail tail = tails.get(epoch);
    if (tail == null || tail != open) {
      drain();
    }
    if (tail == null) {
      if (tails.size() >= TAILS_MAX) {
        force();
        closeSynced();
      }
      tail = new Tail(channel(epoch));
      tails.put(epoch, tail);
    } else if (!tail.channel.isOpen()) {
      tail.channel = channel(epoch);
    }
    open = tail;
    if (end(tail) == 0) {
      put(BodyFileFormat.beginning(epoch, root));
    }
    return tail;
  }

  private FileChannel channel(long epoch) throws IOException {
    Path file = folder.resolve(BodyFileFormat.nameOf(epoch));
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
    }
    if (!Files.exists(file)) {
      isFolderSynced = false;
    }
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private void put(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int part = Math.min(bytes.remaining(), buffer.remaining());
      buffer.put(bytes.slice(bytes.position(), part));
      bytes.position(bytes.position() + part);
      if (!buffer.hasRemaining()) {
        drain();
      }
    }
  }

  private void drain() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      open.isSynced = false;
      open.written += open.channel.write(buffer, open.written);
    }
    buffer.clear();
  }

  /** Hands what was appended to the operating system, so that it survives the process. */
  synchronized void flush() {
    try {
      drain();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private StoreException failed(IOException cause) {
    rollBack();
    return Failures.ofFile("write a body file in " + folder, cause);
  }

  /** Keeps what was appended and flushed, since the database has its places. */
  synchronized void keep() {
    tails.values().forEach(tail -> tail.kept = tail.written);
  }

  /** Takes back what was appended since the last {@link #keep}, and frees its room. */
  synchronized void rollBack() {
    buffer.clear();
    open = null;
    for (Tail tail : tails.values()) {
      if (tail.written > tail.kept) {
        tail.written = tail.kept;
        try {
          tail.channel.truncate(tail.kept);
        } catch (IOException e) {
          // No place names what is left. The next body is written over it.
        }
      }
    }
  }

  /**
   * Flushes to the disk what was handed to the operating system.
   *
   * @return how long the files are on the disk, of those that have changed since the last call
   */
  synchronized Map<Long, Long> sync() {
    try {
      force();
      closeSynced();
    } catch (IOException e) {
      throw Failures.ofFile("flush the body files in " + folder + " to the disk", e);
    }
    Map<Long, Long> lengths = new TreeMap<>(syncedLengths);
    syncedLengths.clear();
    return lengths;
  }

  private void force() throws IOException {
    for (Map.Entry<Long, Tail> entry : tails.entrySet()) {
      Tail tail = entry.getValue();
      if (!tail.isSynced) {
        if (!tail.channel.isOpen()) {
          tail.channel = channel(entry.getKey());
        }
        tail.channel.force(false);
        tail.isSynced = true;
        syncedLengths.put(entry.getKey(), tail.written);
      }
    }
    if (!isFolderSynced) {
      sync(folder);
      sync(folder.getParent());
      isFolderSynced = true;
    }
  }

  /** Makes the names of the files in a folder last. */
  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Closes all files but the one that is likely to be appended to next. */
  private void closeSynced() throws IOException {
    List<Tail> synced = new ArrayList<>(tails.values());
    synced.removeIf(tail -> tail == open || !tail.isSynced || tail.kept < tail.written);
    for (Tail tail : synced) {
      tail.channel.close();
    }
    tails.values().removeAll(synced);
  }

  /**
   * Cuts a file behind its last place, since a process left more there. The file counts as changed.
   */
  synchronized void cut(long epoch, long length) {
    try {
      Tail tail = tail(epoch);
      drain();
      if (length < tail.written) {
        tail.channel.truncate(length);
        tail.written = length;
      }
      tail.kept = tail.written;
      tail.isSynced = false;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Closes the files of the epochs below one, which will be deleted. */
  synchronized void closeBelow(long epoch) {
    if (open != null && tails.headMap(epoch).containsValue(open)) {
      // Nothing is appended between two writes of the store.
      open = null;
    }
    tails.headMap(epoch).values().forEach(BodyAppender::closeQuietly);
    tails.headMap(epoch).clear();
    syncedLengths.headMap(epoch).clear();
  }

  private static void closeQuietly(Tail tail) {
    try {
      tail.channel.close();
    } catch (IOException e) {
      // What was kept is with the operating system.
    }
  }

  @Override
  public synchronized void close() {
    buffer.clear();
    tails.values().forEach(BodyAppender::closeQuietly);
    tails.clear();
    open = null;
  }
}
