package dev.windlass.store;

import dev.windlass.chain.store.StoreException;
import dev.windlass.chain.store.StoreException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A store that this process may read, but not write. LevelDB writes whenever it opens a store. So
 * the store's files are linked into a temporary folder, and LevelDB writes there.
 *
 * <p>Owned by the store that is opened in it, which closes it. No node can open the store
 * meanwhile, if a lock can be held in a folder without permission to write.
 */
final class StoreView implements AutoCloseable {
  private static final String LOCK = "LOCK";
  private static final String PREFIX = "windlass-read-only-";

  /** "IO error: /tmp/windlass-read-only-1/chain/000005.sst: Read-only file system". */
  private static final Pattern TABLE = Pattern.compile("/(\\d+\\.sst): ");

  private final Path original;
  private final Path folder;
  private final FileChannel lock;

  private StoreView(Path original, Path folder, FileChannel lock) {
    this.original = original;
    this.folder = folder;
    this.lock = lock;
  }

  /** Whether LevelDB cannot write into the folder, so that a view is needed. */
  static boolean isNeeded(Path chain) {
    Path held = chain.resolve(LOCK);
    return !Files.isWritable(chain) || (Files.exists(held) && !Files.isWritable(held));
  }

  /** Makes a folder for the view of a store, and takes the store's lock. */
  static StoreView of(Path chain) {
    FileChannel lock = lock(chain);
    try {
      Path folder = Files.createTempDirectory(PREFIX);
      // Ctrl-C during a long proof must not leave the folder behind.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> removeQuietly(folder), "view"));
      return new StoreView(chain.toRealPath(), folder, lock);
    } catch (IOException e) {
      release(lock);
      throw new StoreException(
          Kind.NOT_WRITABLE,
          String.format(
              "%s cannot be written, so it is read through a temporary folder, and none can be made"
                  + " in %s (WINDLASS_JAVA_OPTS=-Djava.io.tmpdir=FOLDER names another place)",
              chain, System.getProperty("java.io.tmpdir")),
          e);
    }
  }

  /** The folder for a library and other files of the view. */
  Path folder() {
    return folder;
  }

  /** Opens the database. */
  Database open(StoreLimits limits) {
    Set<String> leftOver = new HashSet<>();
    while (true) {
      Path links = folder.resolve("chain");
      try {
        remove(links);
        link(links, leftOver);
        Database database = Database.open(links, limits);
        database.suspendMerges();
        return database;
      } catch (IOException e) {
        throw Failures.ofFile("link the store's files into " + links, e);
      } catch (StoreException e) {
        // LevelDB writes a table again only if a killed process left it without a record.
        Matcher table = TABLE.matcher(e.getMessage());
        if (e.kind() != Kind.NOT_WRITABLE || !table.find() || !leftOver.add(table.group(1))) {
          throw new StoreException(
              e.kind(), e.getMessage().replace(links.toString(), original.toString()), e);
        }
      }
    }
  }

  private void link(Path links, Set<String> leftOver) throws IOException {
    Files.createDirectories(links);
    try (Stream<Path> files = Files.list(original)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (!name.startsWith("LO") && !leftOver.contains(name)) {
          Files.createSymbolicLink(links.resolve(name), file);
        }
      }
    }
  }

  private static FileChannel lock(Path chain) {
    Path file = chain.resolve(LOCK);
    if (!Files.exists(file)) {
      return null;
    }
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
      if (lock == null) {
        release(channel);
        throw Failures.inUse(chain, null);
      }
      return channel;
    } catch (IOException e) {
      throw Failures.ofFile("lock the store", e);
    }
  }

  private static void release(FileChannel lock) {
    if (lock != null) {
      try {
        lock.close();
      } catch (IOException e) {
        throw Failures.ofFile("release the store's lock", e);
      }
    }
  }

  private static void removeQuietly(Path folder) {
    try {
      remove(folder);
    } catch (StoreException e) {
      // LevelDB still writes there. The files left behind are small.
    }
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw Failures.ofFile("remove " + folder, e);
    }
  }

  @Override
  public void close() {
    remove(folder);
    release(lock);
  }
}
