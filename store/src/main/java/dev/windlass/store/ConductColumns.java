package dev.windlass.store;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BanStore;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bans of peers with their evidence, and their scores, in the database. All but the evidence is
 * in memory too. There are a few thousand at most.
 *
 * <p>Guarded by its own monitor. A change is in memory only once it is in the database. The
 * sequence in a key keeps the order of adding, so a replaced record moves to the end.
 */
final class ConductColumns {
  /**
   * A record and its place.
   *
   * @param evidenceBytes size of the evidence, or 0
   */
  private record Place<T>(long sequence, T record, int evidenceBytes) {}

  private final Database database;
  private final Map<PeerId, Place<PeerBan>> bans = new LinkedHashMap<>();
  private final Map<PeerId, Place<PeerScore>> scores = new LinkedHashMap<>();
  private long evidenceBytes;
  private long nextSequence;

  ConductColumns(Database database) {
    this.database = database;
    read(
        Columns.PEER_BANS,
        (sequence, value) -> {
          PeerBan ban = StoredConduct.decode(value);
          byte[] evidence = database.get(Columns.banEvidenceKey(sequence));
          int bytes = evidence == null ? 0 : evidence.length;
          evidenceBytes += bytes;
          bans.put(ban.peer(), new Place<>(sequence, ban, bytes));
        });
    read(
        Columns.PEER_SCORES,
        (sequence, value) -> {
          PeerScore score = StoredConduct.decodeScore(value);
          scores.put(score.peer(), new Place<>(sequence, score, 0));
        });
  }

  private interface Reader {
    void read(long sequence, byte[] value);
  }

  private void read(byte column, Reader reader) {
    Map<Long, byte[]> values = new LinkedHashMap<>();
    database.walk(
        Columns.start(column + 1),
        cursor -> {
          for (cursor.seek(Columns.start(column)); cursor.isOnEntry(); cursor.next()) {
            values.put(Columns.numberOfKey(cursor.key()), cursor.value());
          }
          return null;
        });
    values.forEach(
        (sequence, value) -> {
          reader.read(sequence, value);
          nextSequence = Math.max(nextSequence, sequence + 1);
        });
  }

  synchronized List<PeerBan> bans() {
    return records(bans);
  }

  synchronized List<PeerScore> scores() {
    return records(scores);
  }

  private static <T> List<T> records(Map<PeerId, Place<T>> places) {
    return places.values().stream().map(Place::record).toList();
  }

  synchronized void putBan(PeerBan ban, byte[] evidence) {
    Batch batch = new Batch();
    Map<PeerId, Place<PeerBan>> after = new LinkedHashMap<>(bans);
    Place<PeerBan> old = after.remove(ban.peer());
    if (old == null && after.size() >= BanStore.PEERS_MAX) {
      old = after.remove(oldest(after).record().peer());
    }
    if (old != null) {
      deleteBan(batch, old.sequence());
    }
    long bytes = evidenceBytes - (old == null ? 0 : old.evidenceBytes());
    bytes -= cutEvidence(batch, after, bytes + evidence.length - BanStore.EVIDENCE_BYTES_MAX);
    batch.put(Columns.peerBanKey(nextSequence), StoredConduct.encode(ban));
    if (evidence.length > 0) {
      batch.put(Columns.banEvidenceKey(nextSequence), evidence);
    }
    database.write(batch);
    after.put(ban.peer(), new Place<>(nextSequence++, ban, evidence.length));
    bans.clear();
    bans.putAll(after);
    evidenceBytes = bytes + evidence.length;
  }

  /** Removes the oldest evidence until it is so much less. Returns how much it removed. */
  private static long cutEvidence(Batch batch, Map<PeerId, Place<PeerBan>> bans, long tooMuch) {
    long cut = 0;
    for (Map.Entry<PeerId, Place<PeerBan>> oldest : bans.entrySet()) {
      Place<PeerBan> place = oldest.getValue();
      if (cut < tooMuch && place.evidenceBytes() > 0) {
        batch.delete(Columns.banEvidenceKey(place.sequence()));
        cut += place.evidenceBytes();
        oldest.setValue(new Place<>(place.sequence(), place.record(), 0));
      }
    }
    return cut;
  }

  private static <T> T oldest(Map<PeerId, T> places) {
    return places.values().iterator().next();
  }

  private static void deleteBan(Batch batch, long sequence) {
    batch.delete(Columns.peerBanKey(sequence));
    batch.delete(Columns.banEvidenceKey(sequence));
  }

  synchronized void removeBan(PeerId peer) {
    Place<PeerBan> place = bans.get(peer);
    if (place != null) {
      Batch batch = new Batch();
      deleteBan(batch, place.sequence());
      database.write(batch);
      bans.remove(peer);
      evidenceBytes -= place.evidenceBytes();
    }
  }

  synchronized Optional<byte[]> evidence(PeerId peer) {
    return Optional.ofNullable(bans.get(peer))
        .map(place -> database.get(Columns.banEvidenceKey(place.sequence())));
  }

  synchronized void putScore(PeerScore score) {
    Place<PeerScore> old = scores.get(score.peer());
    if (score.isZero() && old == null) {
      return;
    }
    Batch batch = new Batch();
    if (old == null && scores.size() >= BanStore.PEERS_MAX) {
      old = oldest(scores);
    }
    if (old != null) {
      batch.delete(Columns.peerScoreKey(old.sequence()));
    }
    if (!score.isZero()) {
      batch.put(Columns.peerScoreKey(nextSequence), StoredConduct.encode(score));
    }
    database.write(batch);
    if (old != null) {
      scores.remove(old.record().peer());
    }
    if (!score.isZero()) {
      scores.put(score.peer(), new Place<>(nextSequence++, score, 0));
    }
  }
}
