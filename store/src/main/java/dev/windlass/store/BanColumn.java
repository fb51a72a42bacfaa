package dev.windlass.store;

import dev.windlass.chain.Hash;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The refused hashes, in the database and in memory. There are a few thousand at most.
 *
 * <p>Guarded by its own monitor. A change is in memory only once it is in the database.
 */
final class BanColumn {
  private record Place(long sequence, String evidence) {}

  private final Database database;
  private final Map<Hash, Place> places = new LinkedHashMap<>();
  private volatile boolean isEmpty;
  private long nextSequence;

  BanColumn(Database database) {
    this.database = database;
    database.walk(
        Columns.start(Columns.BANS + 1),
        cursor -> {
          for (cursor.seek(Columns.start(Columns.BANS)); cursor.isOnEntry(); cursor.next()) {
            long sequence = Columns.numberOfKey(cursor.key());
            StoredBan ban = StoredBan.decode(cursor.value());
            places.put(ban.hash(), new Place(sequence, ban.evidence()));
            nextSequence = sequence + 1;
          }
          return null;
        });
    isEmpty = places.isEmpty();
  }

  synchronized Map<Hash, String> all() {
    Map<Hash, String> bans = new LinkedHashMap<>();
    places.forEach((hash, place) -> bans.put(hash, place.evidence()));
    return Collections.unmodifiableMap(bans);
  }

  /** The evidence of a ban. Empty if the hash is not among these. */
  Optional<String> of(Hash hash) {
    // Each block of an insert is looked up, and most stores have no ban.
    return isEmpty ? Optional.empty() : evidence(hash);
  }

  private synchronized Optional<String> evidence(Hash hash) {
    return Optional.ofNullable(places.get(hash)).map(Place::evidence);
  }

  /**
   * Adds a ban at the end. If the hash is banned already, replaces its evidence and keeps its
   * place.
   */
  synchronized void put(Hash hash, String evidence) {
    Place old = places.get(hash);
    long sequence = old != null ? old.sequence() : nextSequence;
    Batch batch = new Batch();
    batch.put(Columns.banKey(sequence), new StoredBan(hash, evidence).encode());
    database.write(batch);
    places.put(hash, new Place(sequence, evidence));
    isEmpty = false;
    nextSequence = Math.max(nextSequence, sequence + 1);
  }

  synchronized void remove(Hash hash) {
    Place place = places.get(hash);
    if (place != null) {
      Batch batch = new Batch();
      batch.delete(Columns.banKey(place.sequence()));
      database.write(batch);
      places.remove(hash);
      isEmpty = places.isEmpty();
    }
  }
}
