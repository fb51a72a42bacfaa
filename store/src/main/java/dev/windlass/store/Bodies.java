package dev.windlass.store;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;

/**
 * The bodies of the stored blocks. That of a block near the head lies in the database, under its
 * key. That of a block with 128 numbers above lies in the body file of its epoch, and the database
 * has its place.
 *
 * <p>One thread at a time writes, with the monitor of {@link BlockColumns}. Any thread may read. A
 * block may be replaced wherever its body lies, since the place has the hash in its key.
 */
final class Bodies {
  /**
   * How far below the highest number a block is final. The consensus layer makes blocks final after
   * some 70. If more bodies wait in the database, they get into its second level and are written
   * once more.
   */
  static final int FINAL_BLOCKS = 128;

  private final Database database;
  private final BodyFiles files;
  private final ConcurrentSkipListMap<Long, EpochRecord> epochs = new ConcurrentSkipListMap<>();
  private volatile LongSupplier highestAnchor = () -> -1;
  private volatile int finalBlocks = FINAL_BLOCKS;
  private long lowestInDatabase;

  /**
   * Reads the records.
   *
   * @param genesis its body stays in the database, since it cannot be fetched again
   */
  Bodies(Database database, BlockId genesis) {
    this.database = database;
    files = new BodyFiles(database.folder(), genesis);
    byte[] lowest = database.get(Columns.metaKey(Meta.LOWEST_BODY));
    lowestInDatabase =
        lowest == null ? genesis.number() + 1 : Meta.number(lowest, "lowest body in the database");
    readEpochs();
    database.syncFirst(this::sync);
  }

  private void readEpochs() {
    Map<Long, EpochRecord> stored = new HashMap<>();
    database.visit(
        Columns.start(Columns.EPOCHS),
        Columns.start(Columns.EPOCHS + 1),
        (key, value) -> {
          long epoch = Columns.numberOfKey(key);
          stored.put(epoch, EpochRecord.decode(value, epoch));
        });
    epochs.keySet().retainAll(stored.keySet());
    epochs.putAll(stored);
  }

  BodyFiles files() {
    return files;
  }

  /** The record of each epoch that has a body file. */
  Map<Long, EpochRecord> epochs() {
    return epochs;
  }

  /**
   * Tells of the blocks above the tip that are to come.
   *
   * @param number the highest number of an anchor whose links are stored, -1 if there is none
   */
  void expectUpTo(LongSupplier number) {
    highestAnchor = number;
  }

  /** The highest number whose bodies lie in body files. */
  long finalNumber(BlockId tip) {
    return Math.max(tip.number(), highestAnchor.getAsLong()) - finalBlocks;
  }

  /** Sets another number in place of {@link #FINAL_BLOCKS}. Below zero, no block has to wait. */
  void finalBlocks(int blocks) {
    finalBlocks = blocks;
  }

  /** The body of a block. Throws DAMAGED if it does not read back as it was written. */
  Optional<byte[]> get(BlockId id) {
    Optional<BodyPlace> place = place(id);
    if (place.isEmpty()) {
      byte[] body = database.get(Columns.bodyKey(id));
      if (body != null) {
        return Optional.of(body);
      }
      // It may have been moved between the two looks.
      place = place(id);
    }
    return place.map(found -> files.reader().read(id.number(), found));
  }

  /** Where the body of a block lies in its body file. Empty if it does not lie there. */
  Optional<BodyPlace> place(BlockId id) {
    byte[] value = database.get(Columns.placeKey(id));
    return value == null ? Optional.empty() : Optional.of(BodyPlace.decode(value, id.number()));
  }

  /** Whether the body of a block lies in the database. */
  boolean isInDatabase(BlockId id) {
    return database.has(Columns.bodyKey(id));
  }

  /** Whether the database has a body or its place. */
  boolean has(BlockId id) {
    return place(id).isPresent() || isInDatabase(id);
  }

  /** Writes a batch with the bodies of a run. If it fails, nothing was written. */
  void write(Batch batch, List<Block> run, BlockId tip) {
    long finalNumber = finalNumber(tip);
    List<Block> settled = run.stream().filter(block -> block.number() <= finalNumber).toList();
    for (Block block : run) {
      if (block.number() > finalNumber) {
        batch.put(Columns.bodyKey(block.id()), block.rawBody());
        noteInDatabase(batch, block.number());
      }
    }
    if (settled.isEmpty()) {
      database.write(batch);
      return;
    }
    database.requireRoom(settled.stream().mapToLong(Block::size).sum());
    appendAndWrite(batch, () -> settled.forEach(b -> append(batch, b.id(), b.rawBody())));
  }

  private void noteInDatabase(Batch batch, long number) {
    if (number < lowestInDatabase) {
      lowestInDatabase = number;
      batch.put(Columns.metaKey(Meta.LOWEST_BODY), Meta.number(number));
    }
  }

  /**
   * Appends to body files, and writes the batch with the places. If it fails, nothing was written.
   *
   * @param appending calls {@link #append}, or appends an index
   */
  void appendAndWrite(Batch batch, Runnable appending) {
    boolean isWritten = false;
    try {
      appending.run();
      files.appender().flush();
      database.write(batch);
      isWritten = true;
    } finally {
      // A batch that failed on the disk may be there at the next opening.
      if (isWritten || database.hasFailed()) {
        files.appender().keep();
      } else {
        files.appender().rollBack();
        readEpochs();
      }
    }
  }

  /** Appends a body to its file, and puts its place into a batch. */
  void append(Batch batch, BlockId id, byte[] body) {
    BodyPlace place = files.appender().append(id.number(), body);
    batch.put(Columns.placeKey(id), place.encode());
    long epoch = BodyFileFormat.epochOf(id.number());
    EpochRecord record = epochs.get(epoch);
    if (record == null || record.isSealed() || !record.isAhead()) {
      long synced = record == null ? 0 : record.syncedBytes();
      putEpoch(batch, epoch, new EpochRecord(synced, 0, true));
    }
  }

  void putEpoch(Batch batch, long epoch, EpochRecord record) {
    epochs.put(epoch, record);
    batch.put(Columns.epochKey(epoch), record.encode());
  }

  void forgetEpoch(Batch batch, long epoch) {
    epochs.remove(epoch);
    batch.delete(Columns.epochKey(epoch));
  }

  /** Flushes the body files to the disk, and puts into a batch how far they have reached it. */
  void sync(Batch batch) {
    files
        .appender()
        .sync()
        .forEach(
            (epoch, length) -> {
              EpochRecord record = epochs.getOrDefault(epoch, EpochRecord.NEW);
              putEpoch(batch, epoch, new EpochRecord(length, record.indexOffset(), false));
            });
  }

  /** Like {@link #sync}, with what was appended and not flushed yet. */
  void flushAndSync(Batch batch) {
    files.appender().flush();
    database.syncOthers(batch);
  }

  /** The places in the file of an epoch, by number and hash. */
  List<BodyFileFormat.Row> rows(long epoch) {
    List<BodyFileFormat.Row> rows = new ArrayList<>();
    database.visit(
        Columns.placeKey(BodyFileFormat.firstNumberOf(epoch), Hash.ZERO),
        Columns.placeKey(BodyFileFormat.firstNumberOf(epoch + 1), Hash.ZERO),
        (key, value) -> {
          BlockId id = Columns.idOfKey(key);
          rows.add(new BodyFileFormat.Row(id, BodyPlace.decode(value, id.number())));
        });
    return rows;
  }

  /** Puts into a batch that a block has no body any more. */
  static void remove(Batch batch, BlockId id) {
    batch.delete(Columns.bodyKey(id));
    batch.delete(Columns.placeKey(id));
  }

  /** No body with a number below it lies in the database, but that of the genesis. */
  long lowestInDatabase() {
    return lowestInDatabase;
  }

  void lowestInDatabase(long number) {
    lowestInDatabase = number;
  }
}
