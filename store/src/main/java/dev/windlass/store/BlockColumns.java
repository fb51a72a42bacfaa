package dev.windlass.store;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.Floor;
import dev.windlass.chain.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The chain in the database: headers, bodies, and the indexes by number and by hash.
 *
 * <p>One thread at a time inserts, under this object's monitor. Only the index number -> hash
 * decides which blocks are canonical. It changes in the same batch as the record of the tip.
 * Readers see the new tip after the batch is written.
 */
final class BlockColumns {
  private final Database database;
  private final Totals totals;
  private final Bodies bodies;
  private volatile Floor floor;
  private volatile BlockId tip;
  private volatile Gaps gaps;
  private volatile long highest;

  BlockColumns(Database database) {
    this.database = database;
    floor = readFloor();
    BlockId root = floor.root();
    tip = Meta.blockId(database.get(Columns.metaKey(Meta.TIP)), "tip");
    if (tip.number() < root.number()) {
      throw Damage.of("its tip " + tip + " lies below its root " + root);
    }
    gaps = readGaps();
    totals = new Totals(database, floor.genesis(), floor.isAtGenesis());
    bodies = new Bodies(database, floor.genesis());
    byte[] stored = database.get(Columns.metaKey(Meta.HIGHEST));
    highest = stored == null ? root.number() : Meta.number(stored, "highest block");
  }

  private Floor readFloor() {
    BlockId root = Meta.blockId(database.get(Columns.metaKey(Meta.ROOT)), "root");
    byte[] genesis = database.get(Columns.metaKey(Meta.GENESIS));
    if (genesis == null) {
      return Floor.at(root);
    }
    BlockHeader header =
        header(root).orElseThrow(() -> Damage.of("the header of its root " + root + " is lost"));
    return new Floor(
        Meta.blockId(genesis, "genesis"), root, Optional.of(StoreRules.parent(header)));
  }

  /** Where the stored range begins. */
  Floor floor() {
    return floor;
  }

  /** The total difficulties of the blocks. */
  Totals totals() {
    return totals;
  }

  Bodies bodies() {
    return bodies;
  }

  /** The highest number of a known block, which may lie beside the chain and above the tip. */
  long highest() {
    return Math.max(highest, tip.number());
  }

  /**
   * Notes how high blocks beside the chain reach, if that is above the tip.
   *
   * @return what to remember once the batch is written
   */
  private long noteHighest(Batch batch, long reached, BlockId newTip) {
    if (reached <= highest || reached <= newTip.number()) {
      return highest;
    }
    batch.put(Columns.metaKey(Meta.HIGHEST), Meta.number(reached));
    return reached;
  }

  private Gaps readGaps() {
    return database.walk(
        Columns.start(Columns.GAPS + 1),
        cursor -> {
          Gaps read = Gaps.NONE;
          for (cursor.seek(Columns.start(Columns.GAPS)); cursor.isOnEntry(); cursor.next()) {
            long first = Columns.numberOfKey(cursor.key());
            Damage.requireLength(cursor.value(), Long.BYTES, "the gap at " + first);
            long last = ByteBuffer.wrap(cursor.value()).getLong();
            if (first < lowestGap() || last < first || last > tip.number()) {
              throw Damage.of("it has a gap from " + first + " to " + last);
            }
            read = read.with(first, last);
          }
          return read;
        });
  }

  /** The body of the genesis is never missing, but that of a floor may be. */
  private long lowestGap() {
    return floor.isAtGenesis() ? floor.root().number() + 1 : floor.root().number();
  }

  /** Numbers between root and tip whose bodies are missing. */
  Gaps gaps() {
    return gaps;
  }

  private static void putGaps(Batch batch, Gaps before, Gaps after) {
    if (after == before) {
      return;
    }
    for (long first : before.ranges().keySet()) {
      if (!after.ranges().containsKey(first)) {
        batch.delete(Columns.gapKey(first));
      }
    }
    after
        .ranges()
        .forEach(
            (first, last) -> {
              if (!last.equals(before.ranges().get(first))) {
                byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(last).array();
                batch.put(Columns.gapKey(first), value);
              }
            });
  }

  /** The batch that makes an empty database a store with this root. */
  static Batch creation(Block rootBlock) {
    Batch batch = new Batch();
    putBlock(batch, rootBlock);
    batch.put(Columns.bodyKey(rootBlock.id()), rootBlock.rawBody());
    putCanonical(batch, rootBlock.id());
    batch.put(Columns.metaKey(Meta.VERSION), Meta.version(Meta.SCHEMA_VERSION));
    batch.put(Columns.metaKey(Meta.ROOT), Meta.blockId(rootBlock.id()));
    batch.put(Columns.metaKey(Meta.TIP), Meta.blockId(rootBlock.id()));
    return batch;
  }

  private static void putBlock(Batch batch, Block block) {
    BlockId id = block.id();
    batch.put(Columns.headerKey(id), block.header().raw());
    byte[] number = ByteBuffer.allocate(8).putLong(id.number()).array();
    batch.put(Columns.hashToNumberKey(id.hash()), number);
  }

  private static void putCanonical(Batch batch, BlockId id) {
    batch.put(Columns.numberToHashKey(id.number()), id.hash().toBytes());
  }

  BlockId root() {
    return floor.root();
  }

  BlockId tip() {
    return tip;
  }

  Optional<Hash> canonicalHash(long number) {
    if (number < root().number() || number > tip.number()) {
      return Optional.empty();
    }
    return storedCanonicalHash(number);
  }

  /** The hash in the index, also above the tip. */
  Optional<Hash> storedCanonicalHash(long number) {
    byte[] value = database.get(Columns.numberToHashKey(number));
    if (value == null) {
      return Optional.empty();
    }
    Damage.requireLength(value, Hash.BYTES, "the canonical hash at " + number);
    return Optional.of(Hash.of(value, 0));
  }

  OptionalLong known(Hash hash) {
    byte[] value = database.get(Columns.hashToNumberKey(hash));
    if (value == null) {
      return OptionalLong.empty();
    }
    long number = number(value, hash);
    // What lies below the root may not be deleted yet.
    return number < root().number() ? OptionalLong.empty() : OptionalLong.of(number);
  }

  static long number(byte[] hashToNumber, Hash hash) {
    Damage.requireLength(hashToNumber, 8, "the number of " + hash);
    return ByteBuffer.wrap(hashToNumber).getLong();
  }

  Optional<BlockHeader> header(BlockId id) {
    byte[] raw = database.get(Columns.headerKey(id));
    return raw == null ? Optional.empty() : Optional.of(header(raw, id.hash()));
  }

  static BlockHeader header(byte[] raw, Hash hash) {
    try {
      return BlockHeader.trusted(raw, 0, raw.length, hash);
    } catch (RlpException e) {
      throw Damage.of("header " + hash + " does not decode: " + e.getMessage(), e);
    }
  }

  Optional<Block> block(BlockId id) {
    Optional<byte[]> rawBody = rawBody(id);
    Optional<BlockHeader> header = rawBody.isEmpty() ? Optional.empty() : header(id);
    try {
      return header.map(of -> Block.of(of, rawBody.get()));
    } catch (RlpException e) {
      throw Damage.of("the body of block " + id + " does not decode: " + e.getMessage(), e);
    }
  }

  Optional<byte[]> rawBody(BlockId id) {
    return unlessPruned(id.number(), Optional.empty(), () -> bodies.get(id));
  }

  /** Reads from a number on. What lies below the root may be deleted meanwhile. */
  private <T> T unlessPruned(long lowest, T nothing, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (StoreException e) {
      if (lowest < root().number()) {
        return nothing;
      }
      throw e;
    }
  }

  /**
   * Reads consecutive headers in two walks. Read one by one, each header would take two look-ups.
   */
  List<byte[]> rawHeaders(long lowest, int count) {
    long end = Math.min(lowest + count, tip.number() + 1);
    if (lowest < root().number() || lowest >= end) {
      return List.of();
    }
    return unlessPruned(
        lowest,
        List.of(),
        () -> {
          List<byte[]> keys =
              database.walk(
                  Columns.numberToHashKey(end), cursor -> canonicalHeaderKeys(cursor, lowest, end));
          return database.walk(Columns.start(Columns.HEADER + 1), cursor -> values(cursor, keys));
        });
  }

  /** Returns fewer keys if a reorg has shortened the chain. */
  private static List<byte[]> canonicalHeaderKeys(Cursor cursor, long lowest, long end) {
    List<byte[]> keys = new ArrayList<>();
    cursor.seek(Columns.numberToHashKey(lowest));
    for (long number = lowest; number < end && cursor.isOnEntry(); number++) {
      if (Columns.numberOfKey(cursor.key()) != number) {
        throw Damage.of("block " + number + " is not in the index");
      }
      Damage.requireLength(cursor.value(), Hash.BYTES, "the canonical hash at " + number);
      keys.add(Columns.headerKey(number, Hash.of(cursor.value(), 0)));
      cursor.next();
    }
    return keys;
  }

  private static List<byte[]> values(Cursor cursor, List<byte[]> keys) {
    List<byte[]> values = new ArrayList<>(keys.size());
    long bytes = 0;
    for (byte[] key : keys) {
      if (bytes >= BlockStore.HEADER_BYTES_MAX) {
        break;
      }
      if (values.isEmpty()) {
        cursor.seek(key);
      }
      if (!cursor.moveTo(key)) {
        throw Damage.of("the header of block " + Columns.numberOfKey(key) + " is not stored");
      }
      byte[] value = cursor.value();
      values.add(value);
      bytes += value.length;
    }
    return values;
  }

  /**
   * As {@link ChainStore#insert} defines.
   *
   * @param isBetter whether the branch with this upper end becomes canonical by itself
   */
  synchronized BlockId insert(
      List<Block> run, boolean makeCanonical, Predicate<List<BlockHeader>> isBetter) {
    if (run.isEmpty()) {
      return tip;
    }
    Block first = run.get(0);
    BlockId last = run.get(run.size() - 1).id();
    boolean extendsTip = first.parentHash().equals(tip.hash());
    StoreRules.requireLinkedRun(run, parentNumber(first));
    Batch batch = new Batch();
    for (Block block : run) {
      putBlock(batch, block);
    }
    List<BlockHeader> headers = run.stream().map(Block::header).toList();
    totals.add(batch, new BlockId(first.number() - 1, first.parentHash()), headers);
    BlockId newTip = tip;
    Gaps newGaps = gaps;
    if (isCanonical(last)) {
      newGaps = gaps.without(first.number(), last.number());
    } else if (extendsTip || makeCanonical || isBetter.test(headers)) {
      newGaps = makeCanonical(batch, run, extendsTip);
      newTip = last;
      batch.put(Columns.metaKey(Meta.TIP), Meta.blockId(newTip));
    }
    putGaps(batch, gaps, newGaps);
    long newHighest = noteHighest(batch, Math.max(tip.number(), last.number()), newTip);
    bodies.write(batch, run, newTip);
    gaps = newGaps;
    highest = newHighest;
    tip = newTip;
    return newTip;
  }

  /** The number of a block's parent, if a block can be inserted on it. */
  private OptionalLong parentNumber(Block block) {
    long number = block.number() - 1;
    // A block that fills a gap may be the root, whose parent is not stored.
    boolean isThere =
        number >= 0
            && (isPlaced(new BlockId(number, block.parentHash())) || isCanonical(block.id()));
    return isThere ? OptionalLong.of(number) : OptionalLong.empty();
  }

  /** Whether a block is canonical, whole or not, or known beside the canonical chain. */
  boolean isPlaced(BlockId id) {
    return isCanonical(id) || known(id.hash()).stream().anyMatch(n -> n == id.number());
  }

  boolean isCanonical(BlockId id) {
    return canonicalHash(id.number()).filter(id.hash()::equals).isPresent();
  }

  /** Puts the index of the new canonical chain into a batch. Returns the gaps of that chain. */
  private Gaps makeCanonical(Batch batch, List<Block> run, boolean extendsTip) {
    Gaps newGaps = gaps;
    if (!extendsTip) {
      Block first = run.get(0);
      newGaps = newGaps.without(first.number(), Math.max(first.number(), tip.number()));
      BlockId below = new BlockId(first.number() - 1, first.parentHash());
      newGaps = replaceAncestors(batch, newGaps, below);
    }
    for (Block block : run) {
      putCanonical(batch, block.id());
    }
    long lastNumber = run.get(run.size() - 1).number();
    for (long number = lastNumber + 1; number <= tip.number(); number++) {
      batch.delete(Columns.numberToHashKey(number));
    }
    return newGaps;
  }

  /** Makes a block and its ancestors canonical, in a batch. Returns the gaps of the new chain. */
  private Gaps replaceAncestors(Batch batch, Gaps before, BlockId top) {
    Gaps newGaps = before;
    for (BlockId ancestor : ancestorsBeside(top)) {
      putCanonical(batch, ancestor);
      newGaps =
          known(ancestor.hash()).isPresent()
              ? newGaps.without(ancestor.number(), ancestor.number())
              : newGaps.with(ancestor.number(), ancestor.number());
    }
    return newGaps;
  }

  /** As {@link ChainStore#skip} defines. */
  synchronized BlockId skip(List<BlockHeader> run) {
    if (run.isEmpty()) {
      return tip;
    }
    BlockHeader first = run.get(0);
    BlockHeader last = run.get(run.size() - 1);
    BlockId below = new BlockId(first.number() - 1, first.parentHash());
    StoreRules.requireLinkedHeaders(isPlaced(below) ? below : tip, run);
    Batch batch = new Batch();
    totals.add(batch, below, run);
    Gaps newGaps = gaps.without(first.number(), Math.max(first.number(), tip.number()));
    if (!below.equals(tip)) {
      newGaps = replaceAncestors(batch, newGaps, below);
    }
    for (BlockHeader header : run) {
      batch.put(Columns.headerKey(header.id()), header.raw());
      putCanonical(batch, header.id());
    }
    for (long number = last.number() + 1; number <= tip.number(); number++) {
      batch.delete(Columns.numberToHashKey(number));
    }
    newGaps = newGaps.with(first.number(), last.number());
    putGaps(batch, gaps, newGaps);
    batch.put(Columns.metaKey(Meta.TIP), Meta.blockId(last.id()));
    long newHighest = noteHighest(batch, tip.number(), last.id());
    database.write(batch);
    gaps = newGaps;
    highest = newHighest;
    tip = last.id();
    return tip;
  }

  /** As {@link ChainStore#begin} defines. */
  synchronized void begin(BlockHeader lowest) {
    Batch batch = new Batch();
    BlockId before = floor.root();
    batch.delete(Columns.numberToHashKey(before.number()));
    batch.delete(Columns.hashToNumberKey(before.hash()));
    if (!floor.isAtGenesis()) {
      Bodies.remove(batch, before);
    }
    batch.put(Columns.headerKey(lowest.id()), lowest.raw());
    putCanonical(batch, lowest.id());
    Gaps newGaps = Gaps.NONE.with(lowest.number(), lowest.number());
    putGaps(batch, gaps, newGaps);
    batch.put(Columns.metaKey(Meta.TIP), Meta.blockId(lowest.id()));
    moveRoot(batch, lowest, newGaps);
    tip = lowest.id();
  }

  /**
   * As {@link ChainStore#lower} defines.
   *
   * @param isToGenesis whether the genesis is the parent of the last header
   */
  synchronized void lower(List<BlockHeader> newestFirst, boolean isToGenesis) {
    Batch batch = new Batch();
    for (BlockHeader header : newestFirst) {
      batch.put(Columns.headerKey(header.id()), header.raw());
      putCanonical(batch, header.id());
    }
    BlockHeader lowest = newestFirst.get(newestFirst.size() - 1);
    Gaps newGaps = gaps.with(lowest.number(), newestFirst.get(0).number());
    putGaps(batch, gaps, newGaps);
    if (!isToGenesis) {
      moveRoot(batch, lowest, newGaps);
      return;
    }
    BlockId genesis = floor.genesis();
    putCanonical(batch, genesis);
    batch.put(Columns.hashToNumberKey(genesis.hash()), Meta.number(genesis.number()));
    batch.put(Columns.metaKey(Meta.ROOT), Meta.blockId(genesis));
    batch.delete(Columns.metaKey(Meta.GENESIS));
    database.writeAndSync(batch);
    gaps = newGaps;
    floor = Floor.at(genesis);
    totals.rooted(true);
  }

  /** As {@link ChainStore#raise} defines. */
  synchronized void raise(long number) {
    BlockId root =
        canonicalHash(number)
            .map(hash -> new BlockId(number, hash))
            .orElseThrow(() -> Damage.of("block " + number + " is not in the index"));
    BlockHeader lowest =
        header(root).orElseThrow(() -> Damage.of("the header of block " + root + " is lost"));
    Batch batch = new Batch();
    for (BlockId id : Pruning.standingBelow(database, root)) {
      batch.delete(Columns.hashToNumberKey(id.hash()));
      Bodies.remove(batch, id);
    }
    BlockId genesis = floor.genesis();
    batch.delete(Columns.numberToHashKey(genesis.number()));
    batch.delete(Columns.hashToNumberKey(genesis.hash()));
    Gaps newGaps = gaps.without(floor.root().number(), number - 1);
    putGaps(batch, gaps, newGaps);
    moveRoot(batch, lowest, newGaps);
  }

  /** Writes a batch that makes a header the root. */
  private void moveRoot(Batch batch, BlockHeader lowest, Gaps newGaps) {
    BlockId genesis = floor.genesis();
    batch.put(Columns.metaKey(Meta.ROOT), Meta.blockId(lowest.id()));
    batch.put(Columns.metaKey(Meta.GENESIS), Meta.blockId(genesis));
    database.writeAndSync(batch);
    gaps = newGaps;
    floor = new Floor(genesis, lowest.id(), Optional.of(StoreRules.parent(lowest)));
    totals.rooted(false);
  }

  /** Restores lost entries of the index from number to hash. */
  synchronized void restoreIndex(List<BlockId> lost) {
    Batch batch = new Batch();
    lost.forEach(id -> putCanonical(batch, id));
    database.write(batch);
  }

  /** Notes that bodies of the canonical chain are missing, also if the records claim them. */
  void noteMissing(List<BlockId> missing) {
    noteBodiesLost(missing, List.of());
  }

  /** The same, and forgets blocks beside the canonical chain. */
  synchronized void noteBodiesLost(List<BlockId> canonical, List<BlockId> beside) {
    Batch batch = new Batch();
    Gaps newGaps = gaps;
    for (BlockId id : beside) {
      batch.delete(Columns.hashToNumberKey(id.hash()));
      Bodies.remove(batch, id);
    }
    for (BlockId id : canonical) {
      batch.delete(Columns.hashToNumberKey(id.hash()));
      Bodies.remove(batch, id);
      newGaps = newGaps.with(id.number(), id.number());
    }
    putGaps(batch, gaps, newGaps);
    database.write(batch);
    gaps = newGaps;
  }

  /** Makes a canonical block the tip. The blocks above it are no longer known. */
  synchronized void goBackTo(BlockId lower) {
    Batch batch = new Batch();
    for (long number = lower.number() + 1; number <= tip.number(); number++) {
      storedCanonicalHash(number).ifPresent(hash -> batch.delete(Columns.hashToNumberKey(hash)));
      batch.delete(Columns.numberToHashKey(number));
    }
    batch.put(Columns.metaKey(Meta.TIP), Meta.blockId(lower));
    Gaps newGaps = gaps.without(lower.number() + 1, tip.number());
    putGaps(batch, gaps, newGaps);
    database.write(batch);
    gaps = newGaps;
    tip = lower;
  }

  /** A stored block and its ancestors above the canonical chain. */
  private List<BlockId> ancestorsBeside(BlockId top) {
    List<BlockId> beside = new ArrayList<>();
    BlockId ancestor = top;
    while (!isCanonical(ancestor)) {
      BlockId id = ancestor;
      BlockHeader header =
          header(id).orElseThrow(() -> Damage.of("block " + id + " is known, but not stored"));
      if (id.number() <= root().number()) {
        throw Damage.of("block " + id + " is known, but does not descend from the root");
      }
      beside.add(id);
      ancestor = new BlockId(id.number() - 1, header.parentHash());
    }
    return beside;
  }
}
