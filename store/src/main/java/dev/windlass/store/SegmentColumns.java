package dev.windlass.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.Link;
import dev.windlass.chain.store.Segment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The segments of unfinished syncs, and their links.
 *
 * <p>One thread at a time writes, under this object's monitor. The records are also in memory.
 * There is one for each interrupted sync. A link is a hash in a row of the links column, claimed or
 * proven. The header of a proven link lies in the column of all headers.
 */
final class SegmentColumns {
  // 32,768 links at the usual length of a row: a batch of 2.4 MB at most.
  private static final int ROWS_PER_REMOVAL = 16;

  private final Database database;
  private final BlockColumns blocks;
  private final StoreLimits limits;
  private final Map<Long, Segment> segments = new ConcurrentSkipListMap<>();
  // Segments whose removal has begun, but not ended.
  private final ConcurrentSkipListMap<Long, Segment> leaving = new ConcurrentSkipListMap<>();
  // Rows of the first leaving segment that end below this position are deleted.
  private long sweptTo;

  /** Reads the records. {@link #sweep} continues removals that the last process began. */
  SegmentColumns(Database database, BlockColumns blocks, StoreLimits limits) {
    this.database = database;
    this.blocks = blocks;
    this.limits = limits;
    database.walk(
        Columns.start(Columns.SEGMENTS + 1),
        cursor -> {
          for (cursor.seek(Columns.start(Columns.SEGMENTS)); cursor.isOnEntry(); cursor.next()) {
            long id = Columns.numberOfKey(cursor.key());
            StoredSegment stored = StoredSegment.decode(id, cursor.value());
            (stored.isBeingRemoved() ? leaving : segments).put(id, stored.segment());
          }
          return null;
        });
  }

  /** The highest number of an anchor, -1 if there is none. */
  long highestAnchor() {
    return segments.values().stream()
        .filter(Segment::isNumbered)
        .mapToLong(Segment::anchorNumber)
        .max()
        .orElse(-1);
  }

  List<Segment> all() {
    return List.copyOf(segments.values());
  }

  /** The highest id in use, also by a segment whose removal has not ended. 0 if there is none. */
  synchronized long lastId() {
    long stored = segments.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    return leaving.isEmpty() ? stored : Math.max(stored, leaving.lastKey());
  }

  synchronized void appendHeaders(Segment said, List<BlockHeader> newestFirst) {
    Segment grown = StoreRules.numbered(said, newestFirst);
    List<Hash> hashes = newestFirst.stream().map(BlockHeader::hash).toList();
    StoreRules.requireProven(grown, true);
    requireGrowth(grown, hashes);
    StoreRules.requireLinkedHeaders(grown, newestFirst);
    Batch batch = new Batch();
    for (BlockHeader header : newestFirst) {
      batch.put(Columns.headerKey(header.number(), header.hash()), header.raw());
    }
    append(batch, grown, hashes);
  }

  synchronized void appendLinks(Segment grown, List<Hash> newestFirst) {
    StoreRules.requireProven(grown, false);
    requireGrowth(grown, newestFirst);
    append(new Batch(), grown, newestFirst);
  }

  private void requireGrowth(Segment grown, List<Hash> newestFirst) {
    if (leaving.containsKey(grown.id())) {
      throw new IllegalStateException("segment " + grown.id() + " is being removed");
    }
    StoreRules.requireGrowth(segments.get(grown.id()), grown, newestFirst);
  }

  private void append(Batch batch, Segment grown, List<Hash> newestFirst) {
    long before = grown.length() - newestFirst.size();
    for (int from = 0; from < newestFirst.size(); from += limits.linksPerRowMax()) {
      int to = Math.min(newestFirst.size(), from + limits.linksPerRowMax());
      LinkRow row = LinkRow.of(before + from, newestFirst.subList(from, to));
      batch.put(Columns.linksKey(grown.id(), row.last()), row.encode());
    }
    batch.put(Columns.segmentKey(grown.id()), new StoredSegment(grown, false).encode());
    database.write(batch);
    segments.put(grown.id(), grown);
  }

  List<Link> links(long id, long position, long number, int max) {
    Segment segment = segments.get(id);
    if (segment == null || position < 0 || max <= 0) {
      return List.of();
    }
    StoreRules.requirePlace(segment, position, number);
    List<Hash> hashes = hashes(segment, position, (int) Math.min(max, position + 1));
    if (hashes.isEmpty()) {
      return List.of();
    }
    return database.walk(
        Columns.start(Columns.HEADER + 1), cursor -> links(cursor, segment, number, hashes));
  }

  private static List<Link> links(
      Cursor cursor, Segment segment, long firstNumber, List<Hash> oldestFirst) {
    List<Link> links = new ArrayList<>(oldestFirst.size());
    cursor.seek(Columns.headerKey(firstNumber, oldestFirst.get(0)));
    long number = firstNumber;
    long bytes = 0;
    for (Hash hash : oldestFirst) {
      if (bytes >= BlockStore.HEADER_BYTES_MAX) {
        break;
      }
      if (cursor.moveTo(Columns.headerKey(number, hash))) {
        BlockHeader header = BlockColumns.header(cursor.value(), hash);
        links.add(new Link(number, hash, header));
        bytes += header.size();
      } else if (segment.isProven()) {
        throw Damage.of("segment " + segment.id() + " lacks the header " + number + " " + hash);
      } else {
        links.add(Link.claimed(number, hash));
      }
      number++;
    }
    return links;
  }

  /** Hashes from a position towards the anchor. Empty if the segment was removed meanwhile. */
  private List<Hash> hashes(Segment segment, long position, int count) {
    List<Hash> oldestFirst = new ArrayList<>(count);
    LinkRow row = rowAt(segment.id(), position);
    long at = position;
    while (row != null) {
      while (at >= row.first() && oldestFirst.size() < count) {
        oldestFirst.add(row.at(at--));
      }
      if (oldestFirst.size() == count) {
        return oldestFirst;
      }
      row = rowEndingAt(segment.id(), at);
    }
    if (segments.containsKey(segment.id())) {
      throw Damage.of("segment " + segment.id() + " lacks the links at position " + at);
    }
    return List.of();
  }

  /** The row that holds a position, or null. */
  private LinkRow rowAt(long id, long position) {
    LinkRow row =
        database.walk(
            Columns.linksKey(id + 1, 0),
            cursor -> {
              cursor.seek(Columns.linksKey(id, position));
              return cursor.isOnEntry() ? row(id, cursor) : null;
            });
    return row == null || row.first() > position ? null : row;
  }

  /** The row whose last link lies at a position, or null. */
  LinkRow rowEndingAt(long id, long last) {
    byte[] value = database.get(Columns.linksKey(id, last));
    return value == null ? null : LinkRow.decode(id, last, value);
  }

  private static LinkRow row(long id, Cursor cursor) {
    long last = Columns.lastPositionOfLinksKey(cursor.key());
    return LinkRow.decode(id, last, cursor.value());
  }

  /**
   * Marks a segment as removed. It stays removed even if the process ends. {@link #sweep} deletes
   * its rows.
   */
  synchronized void remove(long id) {
    Segment segment = segments.get(id);
    if (segment != null) {
      Batch mark = new Batch();
      mark.put(Columns.segmentKey(id), new StoredSegment(segment, true).encode());
      database.write(mark);
      leaving.put(id, segment);
      segments.remove(id);
      if (leaving.firstKey() == id) {
        sweptTo = 0;
      }
    }
  }

  /** Deletes one batch of a removed segment's data. Returns false if there is none left. */
  synchronized boolean sweep() {
    if (leaving.isEmpty()) {
      return false;
    }
    Segment left = leaving.firstEntry().getValue();
    sweptTo = removeRows(left, sweptTo);
    if (sweptTo >= left.length()) {
      Batch end = new Batch();
      end.delete(Columns.segmentKey(left.id()));
      database.write(end);
      leaving.remove(left.id());
      sweptTo = 0;
    }
    return !leaving.isEmpty();
  }

  /** Deletes some rows from a position on, and returns the position after them. */
  private long removeRows(Segment segment, long position) {
    long id = segment.id();
    List<LinkRow> rows =
        database.walk(
            Columns.linksKey(id + 1, 0),
            cursor -> {
              List<LinkRow> some = new ArrayList<>();
              cursor.seek(Columns.linksKey(id, position));
              while (cursor.isOnEntry() && some.size() < ROWS_PER_REMOVAL) {
                some.add(row(id, cursor));
                cursor.next();
              }
              return some;
            });
    if (rows.isEmpty()) {
      return segment.length();
    }
    Batch batch = new Batch();
    for (LinkRow row : rows) {
      if (segment.isProven()) {
        deleteUnusedHeaders(batch, segment, row);
      }
      batch.delete(Columns.linksKey(id, row.last()));
    }
    database.write(batch);
    return rows.get(rows.size() - 1).last() + 1;
  }

  private void deleteUnusedHeaders(Batch batch, Segment segment, LinkRow row) {
    long lowest = segment.anchorNumber() - row.last();
    List<Hash> canonical = canonical(lowest, row.count());
    Set<Hash> held = null;
    boolean isUsed = true;
    for (int i = 0; i < row.count(); i++) {
      Hash hash = row.at(row.last() - i);
      // No block above an unknown one is known. The canonical check comes first, since it reads in
      // order; the other look-up is random.
      isUsed = isUsed && (hash.equals(canonical.get(i)) || blocks.known(hash).isPresent());
      if (isUsed) {
        continue;
      }
      if (held == null) {
        held = heldByOthers(lowest, row.count());
      }
      if (!held.contains(hash)) {
        batch.delete(Columns.headerKey(lowest + i, hash));
      }
    }
  }

  /** The hashes in the index at these numbers, null for a number without an entry. */
  private List<Hash> canonical(long lowest, int count) {
    return database.walk(
        Columns.start(Columns.NUMBER_TO_HASH + 1),
        cursor -> {
          List<Hash> hashes = new ArrayList<>(count);
          cursor.seek(Columns.numberToHashKey(lowest));
          for (int i = 0; i < count; i++) {
            boolean isThere = cursor.moveTo(Columns.numberToHashKey(lowest + i));
            hashes.add(isThere ? Hash.of(cursor.value()) : null);
          }
          return hashes;
        });
  }

  /** The hashes at these numbers of the proven segments that stay. */
  private Set<Hash> heldByOthers(long lowest, int count) {
    Set<Hash> held = new HashSet<>();
    for (Segment other : segments.values()) {
      if (!other.isProven() || !other.isNumbered() || other.length() == 0) {
        continue;
      }
      long from = Math.max(lowest, other.anchorNumber() - other.length() + 1);
      long to = Math.min(lowest + count - 1, other.anchorNumber());
      if (from <= to) {
        held.addAll(hashes(other, other.anchorNumber() - from, (int) (to - from + 1)));
      }
    }
    return held;
  }
}
