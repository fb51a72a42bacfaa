package dev.windlass.wire.files;

import dev.windlass.chain.Keccak;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that stores the indexes of files, so that a file is walked once and not at each start.
 *
 * <p>An index fits one state of one file: its path, its size, and the times of its last changes. An
 * index that does not fit, or is damaged, is ignored. So are failures of the folder.
 *
 * <p>One thread.
 */
public final class IndexFolder {
  private static final Logger LOG = LoggerFactory.getLogger(IndexFolder.class);
  private static final String ENDING = ".index";
  private static final int NAME_DIGITS = 32;

  private final Optional<Path> folder;
  private Optional<String> trouble = Optional.empty();

  private IndexFolder(Optional<Path> folder) {
    this.folder = folder;
  }

  /** The folder is made when the first index is stored. */
  public static IndexFolder at(Path folder) {
    return new IndexFolder(Optional.of(folder));
  }

  /** Stores no indexes. */
  public static IndexFolder none() {
    return new IndexFolder(Optional.empty());
  }

  /** Why the last index could not be stored, in one line. */
  public Optional<String> trouble() {
    return trouble;
  }

  /** The state of a file, which differs after a change. */
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

  /** The stored index of a file in its current state, if there is one. */
  Optional<FileIndex> find(Path file) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    FileBytes bytes;
    try {
      bytes = FileBytes.open(path(file));
    } catch (FileChainException e) {
      return Optional.empty();
    }
    Optional<FileIndex> found = Optional.empty();
    try {
      found = KeptIndex.of(bytes, State.of(file));
    } catch (IOException | FileChainException e) {
      LOG.atDebug().setMessage("Index cannot be read").addKeyValue("file", file).setCause(e).log();
    } finally {
      if (found.isEmpty()) {
        bytes.close();
      }
    }
    return found;
  }

  /** The state of a file before the walk. Empty if it cannot be read. */
  Optional<State> state(Path file) {
    try {
      return Optional.of(State.of(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Stores the index of a file that was in this state before the walk.
   *
   * @return the same index, in the folder if it could be stored
   */
  FileIndex keep(Path file, Optional<State> before, WalkedIndex index) {
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

  private static void write(Path target, State state, WalkedIndex index) throws IOException {
    try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
      for (ByteBuffer part : KeptIndex.parts(state, index)) {
        while (part.hasRemaining()) {
          channel.write(part);
        }
      }
    }
  }

  /** Deletes the indexes of all other files, and parts that a killed process has left behind. */
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
