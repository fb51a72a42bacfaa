package dev.windlass.store;

import dev.windlass.chain.Hash;
import dev.windlass.chain.store.StoreException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Moves bodies from the database to their body files, once their blocks are final, and seals the
 * file of an epoch that is complete. So a store of an older version, which has all bodies in the
 * database, becomes one of this version.
 *
 * <p>The thread that writes the store calls {@link #step}. Each step writes one batch. The next
 * start goes on with what is still in the database.
 */
final class BodySealer {
  /** Bytes of bodies of one step. Each step waits for the disk. */
  static final int STEP_BYTES = 4 << 20;

  private final Database database;
  private final BlockColumns blocks;
  private final Bodies bodies;
  private final BodyCompaction compaction;
  private final Set<Long> incomplete = new HashSet<>();

  BodySealer(Database database, BlockColumns blocks) {
    this.database = database;
    this.blocks = blocks;
    this.bodies = blocks.bodies();
    compaction = new BodyCompaction(database, bodies, blocks.floor().genesis());
  }

  /** Does one step. Returns false if there is none. */
  boolean step() {
    synchronized (blocks) {
      long finalNumber = bodies.finalNumber(blocks.tip());
      return compaction.step() || move(finalNumber) || seal(finalNumber);
    }
  }

  private boolean move(long finalNumber) {
    long from = bodies.lowestInDatabase();
    if (from > finalNumber) {
      return false;
    }
    List<Map.Entry<byte[], byte[]>> some = readable(from, finalNumber);
    if (some.isEmpty()) {
      return bodies.lowestInDatabase() <= finalNumber;
    }
    long bytes = some.stream().mapToLong(entry -> entry.getValue().length).sum();
    long last = Columns.numberOfKey(some.get(some.size() - 1).getKey());
    // Another block may have the number of the last one.
    long next = Math.max(bodies.lowestInDatabase(), last);
    database.requireRoom(bytes);
    Batch batch = new Batch();
    batch.put(Columns.metaKey(Meta.LOWEST_BODY), Meta.number(next));
    bodies.appendAndWrite(
        batch,
        () -> {
          for (Map.Entry<byte[], byte[]> entry : some) {
            bodies.append(batch, Columns.idOfKey(entry.getKey()), entry.getValue());
            batch.delete(entry.getKey());
          }
          // The batch takes bodies away that had reached the disk, so the file must have, too.
          bodies.flushAndSync(batch);
        });
    bodies.lowestInDatabase(next);
    compaction.noteMoved(bytes);
    return true;
  }

  /** Bodies from a number on. If there are none, the numbers that were looked at are noted. */
  private List<Map.Entry<byte[], byte[]>> readable(long from, long finalNumber) {
    try {
      List<Map.Entry<byte[], byte[]>> some =
          database.walk(Columns.bodyKey(finalNumber + 1, Hash.ZERO), cursor -> some(cursor, from));
      if (some.isEmpty()) {
        bodies.lowestInDatabase(finalNumber + 1);
      }
      return some;
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
      return readableAt(from);
    }
  }

  private static List<Map.Entry<byte[], byte[]>> some(Cursor cursor, long from) {
    List<Map.Entry<byte[], byte[]>> some = new ArrayList<>();
    long bytes = 0;
    for (cursor.seek(Columns.bodyKey(from, Hash.ZERO));
        cursor.isOnEntry() && bytes < STEP_BYTES;
        cursor.next()) {
      some.add(Map.entry(cursor.key(), cursor.value()));
      bytes += cursor.value().length;
    }
    return some;
  }

  /** A damaged body stays in the database, and the verifier names it. */
  private List<Map.Entry<byte[], byte[]>> readableAt(long number) {
    bodies.lowestInDatabase(number + 1);
    try {
      Optional<Hash> hash = blocks.canonicalHash(number);
      if (hash.isPresent()) {
        byte[] key = Columns.bodyKey(number, hash.get());
        byte[] body = database.get(key);
        return body == null ? List.of() : List.of(Map.entry(key, body));
      }
    } catch (StoreException e) {
      StoreVerifier.requireDamaged(e);
    }
    return List.of();
  }

  private boolean seal(long finalNumber) {
    for (Map.Entry<Long, EpochRecord> entry : bodies.epochs().entrySet()) {
      long epoch = entry.getKey();
      long last = BodyFileFormat.firstNumberOf(epoch + 1) - 1;
      if (last > finalNumber) {
        return false;
      }
      if (!entry.getValue().isSealed() && isSealable(epoch)) {
        seal(epoch, bodies.rows(epoch));
        return true;
      }
    }
    return false;
  }

  private boolean isSealable(long epoch) {
    if (!blocks.floor().isAtGenesis()
        && BodyFileFormat.firstNumberOf(epoch) < blocks.root().number()) {
      // Blocks of this epoch lie below the floor. They may be wanted later.
      return false;
    }
    long genesis = blocks.floor().genesis().number();
    long first = Math.max(genesis + 1, BodyFileFormat.firstNumberOf(epoch));
    long last = BodyFileFormat.firstNumberOf(epoch + 1) - 1;
    if (incomplete.contains(epoch) || blocks.gaps().overlaps(first, last)) {
      return false;
    }
    Set<Long> numbers = new HashSet<>();
    bodies.rows(epoch).forEach(row -> numbers.add(row.id().number()));
    boolean isComplete = numbers.size() == last - first + 1;
    if (!isComplete) {
      incomplete.add(epoch);
    }
    return isComplete;
  }

  private void seal(long epoch, List<BodyFileFormat.Row> rows) {
    Batch batch = new Batch();
    bodies.appendAndWrite(
        batch,
        () -> {
          long offset = bodies.files().appender().appendIndex(epoch, BodyFileFormat.index(rows));
          bodies.flushAndSync(batch);
          long length = bodies.epochs().get(epoch).syncedBytes();
          bodies.putEpoch(batch, epoch, new EpochRecord(length, offset, false));
        });
  }
}
