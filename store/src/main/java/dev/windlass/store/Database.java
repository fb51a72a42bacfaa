package dev.windlass.store;

import dev.windlass.chain.store.StoreException;
import dev.windlass.chain.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.fusesource.leveldbjni.JniDBFactory;
import org.iq80.leveldb.CompressionType;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.DBIterator;
import org.iq80.leveldb.Options;
import org.iq80.leveldb.Range;
import org.iq80.leveldb.ReadOptions;
import org.iq80.leveldb.WriteBatch;
import org.iq80.leveldb.WriteOptions;

/**
 * One open LevelDB, guarded. Using it after it was closed throws an exception. LevelDB itself would
 * abort the process.
 *
 * <p>Any thread may read. One thread at a time writes. After a write has failed, every write is
 * refused until the store is opened again. The content of LevelDB's log at that place is not known,
 * so later writes might be lost.
 */
final class Database implements AutoCloseable {
  private static final int KEYS_PER_WALK = 1024;

  /** A program that writes a gigabyte a second takes 50 MB of the free space in this time. */
  private static final long LOOK_NANOS = 50_000_000;

  private static final ReadOptions CHECKED = new ReadOptions().verifyChecksums(true);
  // A single walk through the keys would evict values that are read often from the cache.
  private static final ReadOptions CHECKED_ONCE =
      new ReadOptions().verifyChecksums(true).fillCache(false);

  // Every use takes it shared. Only close takes it exclusively.
  private final ReentrantReadWriteLock guard = new ReentrantReadWriteLock();
  private final Path folder;
  private final StoreLimits limits;
  private final DiskSpaceGuard room;
  private final long logBytes;
  private DB db;
  private volatile boolean isSuspended;
  private boolean isOnlyRead;
  private volatile StoreException failedWrite;
  private volatile long writtenBytes;
  private long storedBytes;
  private volatile long lastSyncNanos = System.nanoTime();
  private volatile Consumer<Batch> beforeSync = batch -> {};

  private Database(Path folder, StoreLimits limits, DiskSpaceGuard room, DB db, long logBytes) {
    this.folder = folder;
    this.logBytes = logBytes;
    this.limits = limits;
    this.room = room;
    this.db = db;
  }

  Path folder() {
    return folder;
  }

  /** Bytes of the log files when it was opened. A power cut may have damaged only these. */
  long logBytesWhenOpened() {
    return logBytes;
  }

  /** Whether the folder holds a database, or parts of one. */
  static boolean exists(Path folder) {
    return Files.exists(folder.resolve("CURRENT")) || !isEmpty(folder);
  }

  private static boolean isEmpty(Path folder) {
    if (!Files.isDirectory(folder)) {
      return true;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.noneMatch(file -> isData(file.getFileName().toString()));
    } catch (IOException e) {
      throw Failures.ofFile("read the store", e);
    }
  }

  private static boolean isData(String name) {
    return name.startsWith("MANIFEST") || name.endsWith(".sst") || name.endsWith(".ldb");
  }

  /** Opens the database in this folder, or creates one. The native library must be loaded. */
  static Database open(Path folder, StoreLimits limits) {
    try {
      Files.createDirectories(folder);
      // LevelDB would create a new database in place of one that has lost this file.
      if (!Files.exists(folder.resolve("CURRENT")) && !isEmpty(folder)) {
        throw new StoreException(
            Kind.DAMAGED,
            "the store in " + folder + " is damaged: it has tables but no file CURRENT");
      }
      DiskSpaceGuard room = new DiskSpaceGuard(folder, limits.roomBytesMax());
      // Opening turns the log into tables.
      long logBytes = logBytes(folder);
      room.requireToOpen(logBytes);
      Options options =
          new Options()
              .createIfMissing(true)
              .writeBufferSize(limits.writeBufferBytes())
              .blockSize(limits.tableBlockBytes())
              .cacheSize(limits.cacheBytes())
              .compressionType(CompressionType.SNAPPY);
      DB db = JniDBFactory.factory.open(folder.toFile(), options);
      return new Database(folder, limits, room, db, logBytes);
    } catch (FileSystemException e) {
      throw Failures.ofFile("open the store", e);
    } catch (IOException e) {
      throw Failures.whenOpening(folder, e);
    }
  }

  private static long logBytes(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".log")) {
          bytes += Files.size(file);
        }
      }
    }
    return bytes;
  }

  /** The value of a key, or null. */
  byte[] get(byte[] key) {
    guard.readLock().lock();
    try {
      return opened().get(key, CHECKED);
    } catch (RuntimeException e) {
      throw translated("read", e);
    } finally {
      guard.readLock().unlock();
    }
  }

  boolean has(byte[] key) {
    return get(key) != null;
  }

  /**
   * Reads in the order of the keys.
   *
   * @param end the first key beyond the range to read
   * @param reading must be short, since close waits for it, and must not keep the cursor
   */
  <T> T walk(byte[] end, Function<Cursor, T> reading) {
    guard.readLock().lock();
    try {
      DBIterator iterator = opened().iterator(CHECKED_ONCE);
      try {
        return reading.apply(new Cursor(iterator, end));
      } finally {
        closeQuietly(iterator);
      }
    } catch (RuntimeException e) {
      throw translated("read", e);
    } finally {
      guard.readLock().unlock();
    }
  }

  /**
   * Visits all keys from {@code from} up to, but without, {@code end}. It does so in walks of
   * bounded length, so the visitor may be slow.
   */
  void visit(byte[] from, byte[] end, BiConsumer<byte[], byte[]> visitor) {
    byte[] next = from;
    while (next != null) {
      byte[] start = next;
      List<Map.Entry<byte[], byte[]>> entries = walk(end, cursor -> some(cursor, start));
      for (Map.Entry<byte[], byte[]> entry : entries) {
        visitor.accept(entry.getKey(), entry.getValue());
      }
      next = entries.size() < KEYS_PER_WALK ? null : after(entries.get(entries.size() - 1));
    }
  }

  private static List<Map.Entry<byte[], byte[]>> some(Cursor cursor, byte[] start) {
    List<Map.Entry<byte[], byte[]>> entries = new ArrayList<>();
    cursor.seek(start);
    while (cursor.isOnEntry() && entries.size() < KEYS_PER_WALK) {
      entries.add(Map.entry(cursor.key(), cursor.value()));
      cursor.next();
    }
    return entries;
  }

  /** The lowest key above this one: the key with a zero byte appended. */
  private static byte[] after(Map.Entry<byte[], byte[]> entry) {
    return Arrays.copyOf(entry.getKey(), entry.getKey().length + 1);
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new IllegalStateException("LevelDB's handles close without a disk", e);
    }
  }

  /** Writes a batch atomically. Syncs if the last sync is long enough ago. */
  void write(Batch batch) {
    boolean isDue = System.nanoTime() - lastSyncNanos >= limits.syncEvery().toNanos();
    write(batch, isDue, storedBytes());
  }

  /**
   * Writes a small batch and syncs, so that all writes so far survive a power cut. It may use the
   * disk space that other writes must leave free.
   */
  void writeSynced(Batch batch) {
    write(batch, true, 0);
  }

  /** Writes a batch of any size and syncs, so that all writes so far survive a power cut. */
  void writeAndSync(Batch batch) {
    write(batch, true, storedBytes());
  }

  private synchronized void write(Batch batch, boolean isSynced, long storedBytes) {
    guard.readLock().lock();
    try {
      DB open = opened();
      requireHealthy();
      room.require(batch.bytes(), storedBytes);
      if (isSuspended && !isOnlyRead) {
        // While LevelDB's own work is suspended, a write that waits for it would wait for ever.
        room.require(batch.bytes(), storedBytes());
        open.resumeCompactions();
        isSuspended = false;
      }
      if (isSynced) {
        syncOthers(batch);
      }
      writeNow(open, batch, isSynced);
      writtenBytes += batch.bytes();
      if (isSynced) {
        lastSyncNanos = System.nanoTime();
      }
    } finally {
      guard.readLock().unlock();
    }
  }

  /**
   * Sets what must reach the disk before the database does. It may add to the batch that is written
   * next.
   */
  void syncFirst(Consumer<Batch> others) {
    beforeSync = others;
  }

  /** Does what must come before a sync, which {@link #syncFirst} has set. */
  void syncOthers(Batch batch) {
    try {
      beforeSync.accept(batch);
    } catch (StoreException e) {
      // The operating system may have dropped what it could not write, and reports that only once.
      failedWrite = e;
      throw e;
    }
  }

  /** Refuses a write of a file beside the database that the disk might not hold. */
  void requireRoom(long fileBytes) {
    requireHealthy();
    room.requireFile(fileBytes, storedBytes());
  }

  /** Whether a write has failed, so that every further one is refused. */
  boolean hasFailed() {
    return failedWrite != null;
  }

  /** Bytes of the tables in a range of keys, roughly. */
  long tableBytes(byte[] from, byte[] to) {
    guard.readLock().lock();
    try {
      return opened().getApproximateSizes(new Range(from, to))[0];
    } finally {
      guard.readLock().unlock();
    }
  }

  /**
   * Whether LevelDB has merged its newest tables, so that {@link #compact} need not. It begins to
   * merge once there are four.
   */
  boolean hasMergedNewest() {
    guard.readLock().lock();
    try {
      return Integer.parseInt(opened().getProperty("leveldb.num-files-at-level0")) < 4;
    } finally {
      guard.readLock().unlock();
    }
  }

  /** Drops what was deleted in a range of keys from the tables. It may take some seconds. */
  void compact(byte[] from, byte[] to) {
    guard.readLock().lock();
    try {
      if (!isSuspended) {
        opened().compactRange(from, to);
      }
    } catch (RuntimeException e) {
      throw translated("merge its tables", e);
    } finally {
      guard.readLock().unlock();
    }
  }

  /**
   * The size of the database. It is not measured again once it is large, since each measurement
   * walks all tables.
   */
  private synchronized long storedBytes() {
    if (storedBytes < limits.roomBytesMax()) {
      storedBytes = sizeBytes();
    }
    return storedBytes;
  }

  private void writeNow(DB open, Batch batch, boolean isSynced) {
    WriteBatch writes = open.createWriteBatch();
    try {
      for (int i = 0; i < batch.size(); i++) {
        byte[] value = batch.value(i);
        if (value == null) {
          writes.delete(batch.key(i));
        } else {
          writes.put(batch.key(i), value);
        }
      }
      open.write(writes, new WriteOptions().sync(isSynced));
    } catch (RuntimeException e) {
      failedWrite = Failures.inUse(folder, "write", e);
      throw failedWrite;
    } finally {
      closeQuietly(writes);
    }
  }

  private void requireHealthy() {
    StoreException failed = failedWrite;
    if (failed != null) {
      throw new StoreException(
          failed.kind(),
          failed.getMessage() + " (the store refuses writes until it is reopened)",
          failed);
    }
  }

  /** Bytes on disk, roughly: the tables, and writes that are not in a table yet. */
  long sizeBytes() {
    guard.readLock().lock();
    try {
      Range all = new Range(new byte[] {0}, new byte[] {(byte) 0xff});
      long tables = opened().getApproximateSizes(all)[0];
      return tables + Math.min(writtenBytes, limits.writeBufferBytes());
    } finally {
      guard.readLock().unlock();
    }
  }

  /**
   * Whether the file system reports free space, so that a write is refused before the disk is full.
   */
  boolean isRoomKnown() {
    return room.isKnown();
  }

  private DB opened() {
    if (db == null) {
      throw new StoreException(Kind.CLOSED, "the store in " + folder + " is closed");
    }
    return db;
  }

  private RuntimeException translated(String doing, RuntimeException failure) {
    return failure instanceof StoreException || failure instanceof IllegalStateException
        ? failure
        : Failures.inUse(folder, doing, failure);
  }

  /** Stops LevelDB from merging tables from now on, since this store is only read. */
  void suspendMerges() {
    suspend();
    isOnlyRead = true;
  }

  /**
   * Starts a thread that checks whether the disk has the space that LevelDB needs for its own work,
   * and suspends that work if not. Another program may fill the disk while the store writes
   * nothing.
   */
  void watchRoom() {
    Thread watch =
        new Thread(
            () -> {
              while (lookAtRoom()) {
                LockSupport.parkNanos(LOOK_NANOS);
              }
            },
            "store-room");
    watch.setDaemon(true);
    watch.start();
  }

  /** Returns whether to check again. */
  private synchronized boolean lookAtRoom() {
    guard.readLock().lock();
    try {
      if (db == null) {
        return false;
      }
      if (!isSuspended && room.mayBeShort() && room.isShort(storedBytes())) {
        suspend();
      }
      return true;
    } finally {
      guard.readLock().unlock();
    }
  }

  /**
   * Waits for the merge or the table that LevelDB writes. No write of this class may be in
   * progress.
   */
  private synchronized void suspend() {
    guard.readLock().lock();
    try {
      opened().suspendCompactions();
      isSuspended = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Kind.FAILED, "the store's work was interrupted", e);
    } finally {
      guard.readLock().unlock();
    }
  }

  /** Whether LevelDB does its own work. It does unless the disk is nearly full. */
  boolean isMerging() {
    return !isSuspended;
  }

  /** Waits for the reads and the write in progress, then closes. A second call does nothing. */
  @Override
  public void close() {
    guard.writeLock().lock();
    try {
      if (db != null) {
        DB closing = db;
        db = null;
        if (isSuspended) {
          // LevelDB's thread is suspended, and closing would wait for it.
          closing.resumeCompactions();
        }
        closeQuietly(closing);
      }
    } finally {
      guard.writeLock().unlock();
    }
  }
}
