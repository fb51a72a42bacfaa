package dev.windlass.wire.files;

import dev.windlass.chain.Hash;
import dev.windlass.chain.HashIndex;
import dev.windlass.chain.Keccak;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/**
 * A folder in which the indexes of files are kept, so that a file is walked over once and not at
 * each start. Of an index that was kept only the pages that are asked for are in memory.
 *
 * <p>An index fits one state of one file: its path, its size, and the times of its last changes.
 * One that does not fit, or is damaged, is passed over, and so is trouble with the folder.
 *
 * <pre>
 * index = magic (8) | file's size (8) | its modification (8) | its change (8)   nanoseconds
 *         | first number (8) | blocks (4) | slots (4) | CRC-32C of all else (4)
 *         | hash (32)*  | slot (4)* | place (16)*                               big-endian
 * </pre>
 *
 * One thread.
 */
public final class IndexFolder {
  /** The last byte is the version of the format. */
  private static final long MAGIC = 0x574e444c494e4401L;

  private static final int HEAD_BYTES = 52;
  private static final int CHECKSUM_AT = 48;
  private static final String ENDING = ".index";
  private static final int NAME_DIGITS = 32;

  private final Optional<Path> folder;
  private Optional<String> trouble = Optional.empty();

  private IndexFolder(Optional<Path> folder) {
    this.folder = folder;
  }

  /** It is made once there is something to keep. */
  public static IndexFolder at(Path folder) {
    return new IndexFolder(Optional.of(folder));
  }

  /** Keeps nothing. */
  public static IndexFolder none() {
    return new IndexFolder(Optional.empty());
  }

  /** Why the last index that should be kept was not, in one line. */
  public Optional<String> trouble() {
    return trouble;
  }

  /** What tells one state of a file from another. */
  record State(long size, long modified, long changed) {
    static State of(Path file) throws IOException {
      FileTime modified = Files.getLastModifiedTime(file);
      long changed;
      try {
        changed = nanos((FileTime) Files.getAttribute(file, "unix:ctime"));
      } catch (UnsupportedOperationException | IllegalArgumentException e) {
        changed = 0;
      }
      return new State(Files.size(file), nanos(modified), changed);
    }

    private static long nanos(FileTime time) {
      return time.to(TimeUnit.NANOSECONDS);
    }
  }

  /** The index of a file as it is now, if there is one. */
  Optional<FileIndex> find(Path file) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(path(file), StandardOpenOption.READ)) {
      return map(channel, State.of(file));
    } catch (IOException | IllegalArgumentException | InternalError e) {
      // The last is what Java throws if the disk does not give a page of a mapped file back.
      return Optional.empty();
    }
  }

  private static Optional<FileIndex> map(FileChannel channel, State state) throws IOException {
    ByteBuffer head = channel.map(MapMode.READ_ONLY, 0, HEAD_BYTES);
    int blocks = head.getInt(40);
    int slots = head.getInt(44);
    boolean isOfState =
        head.getLong(0) == MAGIC
            && new State(head.getLong(8), head.getLong(16), head.getLong(24)).equals(state)
            && blocks > 0
            && slots > 0;
    if (!isOfState) {
      return Optional.empty();
    }
    long hashBytes = (long) blocks * Hash.BYTES;
    long slotBytes = (long) slots * Integer.BYTES;
    long placeBytes = Places.bytes(blocks);
    if (channel.size() != HEAD_BYTES + hashBytes + slotBytes + placeBytes) {
      return Optional.empty();
    }
    ByteBuffer hashes = channel.map(MapMode.READ_ONLY, HEAD_BYTES, hashBytes);
    ByteBuffer slotTable = channel.map(MapMode.READ_ONLY, HEAD_BYTES + hashBytes, slotBytes);
    ByteBuffer places =
        channel.map(MapMode.READ_ONLY, HEAD_BYTES + hashBytes + slotBytes, placeBytes);
    if (checksum(head, hashes, slotTable, places) != head.getInt(CHECKSUM_AT)) {
      return Optional.empty();
    }
    return Optional.of(
        new FileIndex(head.getLong(32), HashIndex.of(hashes, slotTable), Places.of(places)));
  }

  private static int checksum(ByteBuffer head, ByteBuffer... parts) {
    CRC32C sum = new CRC32C();
    sum.update(head.slice(0, CHECKSUM_AT));
    for (ByteBuffer part : parts) {
      sum.update(part.duplicate().rewind());
    }
    return (int) sum.getValue();
  }

  /** The state of a file before it is walked over; empty if it cannot be told. */
  Optional<State> state(Path file) {
    try {
      return Optional.of(State.of(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Keeps the index of a file that was in this state before it was walked over.
   *
   * @return the same index, in the folder now if it could be kept
   */
  FileIndex keep(Path file, Optional<State> before, FileIndex index) {
    if (folder.isEmpty() || before.isEmpty()) {
      return index;
    }
    try {
      Files.createDirectories(folder.get());
      Path unfinished = Files.createTempFile(folder.get(), "new-", ".unfinished");
      try {
        write(unfinished, before.get(), index);
        Files.move(unfinished, path(file), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      trouble = Optional.of(reason);
      return index;
    }
    return find(file).orElse(index);
  }

  private static void write(Path target, State state, FileIndex index) throws IOException {
    ByteBuffer hashes = index.hashes().hashBytes();
    ByteBuffer slots = index.hashes().slotBytes();
    ByteBuffer places = index.places().bytes();
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
    head.putLong(0, MAGIC)
        .putLong(8, state.size)
        .putLong(16, state.modified)
        .putLong(24, state.changed)
        .putLong(32, index.firstNumber())
        .putInt(40, index.hashes().size())
        .putInt(44, slots.capacity() / Integer.BYTES);
    head.putInt(CHECKSUM_AT, checksum(head, hashes, slots, places));
    try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
      for (ByteBuffer part : new ByteBuffer[] {head, hashes, slots, places}) {
        while (part.hasRemaining()) {
          channel.write(part);
        }
      }
    }
  }

  /** Deletes the indexes of all other files, and what a start that was killed has left. */
  public void keepOnly(Collection<Path> files) {
    if (folder.isEmpty() || !Files.isDirectory(folder.get())) {
      return;
    }
    Set<Path> kept = new HashSet<>();
    files.forEach(file -> kept.add(path(file)));
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(folder.get(), "*{" + ENDING + ",.unfinished}")) {
      for (Path path : all) {
        if (!kept.contains(path)) {
          Files.deleteIfExists(path);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      trouble = Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private Path path(Path file) {
    byte[] name = file.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8);
    String digits = Keccak.hash(name).toString().substring(2, 2 + NAME_DIGITS);
    return folder.orElseThrow().resolve(digits + ENDING);
  }
}
