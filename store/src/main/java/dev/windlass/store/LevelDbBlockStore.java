package dev.windlass.store;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.DifficultyMark;
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.Link;
import dev.windlass.chain.store.Segment;
import dev.windlass.chain.store.StoreException;
import dev.windlass.chain.store.StoreException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The store on disk: a LevelDB in the folder {@code chain} of the data path, laid out as {@link
 * Columns} say.
 *
 * <p>Owned by whoever opened it, alone on this machine: LevelDB's lock keeps every other process,
 * and this one a second time, from opening it. One thread writes, any number read; close waits for
 * those under way, and whoever comes later is told CLOSED. The difficulty marks may be written by
 * another thread.
 */
public final class LevelDbBlockStore implements BlockStore {
  private static final String FOLDER = "chain";
  private static final String NATIVE_FOLDER = "native";

  /** What is written into a view is little: what the log held, and what its opening finds lost. */
  private static final StoreLimits READING = StoreLimits.DEFAULT.withRoomBytesMax(64L << 20);

  private final Database database;

  /** Through which it is read, if it cannot be written. */
  private final Optional<StoreView> view;

  private final BlockColumns blocks;
  private final SegmentColumns segments;
  private final BanColumn bans;
  private final Optional<String> recovery;
  private final Set<BlockId> lost;

  private LevelDbBlockStore(Database database, StoreLimits limits, Optional<StoreView> view) {
    this.database = database;
    this.view = view;
    blocks = new BlockColumns(database);
    segments = new SegmentColumns(database, blocks, limits);
    bans = new BanColumn(database);
    boolean wasClosed = !database.has(Columns.metaKey(Meta.OPEN));
    PowerCutRecovery look = new PowerCutRecovery(database, blocks, segments, limits, wasClosed);
    recovery = look.recover();
    lost = Set.copyOf(look.missing());
    Batch opened = new Batch();
    opened.put(Columns.metaKey(Meta.OPEN), new byte[0]);
    database.writeSynced(opened);
  }

  /** Whether there is a store in this data path, whole or damaged. */
  public static boolean exists(Path dataPath) {
    return Database.exists(dataPath.resolve(FOLDER));
  }

  /**
   * Opens the store in a data path, or makes one there.
   *
   * @param root the block that the store begins with; a store that begins with another is
   *     OTHER_CHAIN
   */
  public static LevelDbBlockStore open(Path dataPath, Block root) {
    return open(dataPath, root, StoreLimits.DEFAULT);
  }

  /** The same, with other limits than the usual. */
  public static LevelDbBlockStore open(Path dataPath, Block root, StoreLimits limits) {
    LevelDbBlockStore store = openOrMake(dataPath, Optional.of(root), limits);
    if (!store.root().equals(root.id())) {
      BlockId other = store.root();
      store.close();
      throw new StoreException(
          Kind.OTHER_CHAIN,
          "the store in "
              + dataPath
              + " holds another chain: it begins with block "
              + other
              + ", not with block "
              + root.id());
    }
    return store;
  }

  /** Opens the store that is in a data path. */
  public static LevelDbBlockStore open(Path dataPath) {
    if (!exists(dataPath)) {
      throw new StoreException(Kind.FAILED, "there is no store in " + dataPath);
    }
    return openOrMake(dataPath, Optional.empty(), StoreLimits.DEFAULT);
  }

  /**
   * Opens the store that is in a data path for somebody who only reads, and who may not even have
   * the right to do more: on a file system that is mounted read-only, or as another user.
   */
  public static LevelDbBlockStore openToRead(Path dataPath) {
    Path chain = dataPath.resolve(FOLDER);
    if (!exists(dataPath) || !StoreView.isNeeded(chain)) {
      return open(dataPath);
    }
    StoreView view = StoreView.of(chain);
    try {
      Path unpacked = dataPath.resolve(NATIVE_FOLDER);
      NativeLibrary.load(NativeLibrary.isIn(unpacked) ? unpacked : view.folder());
      return ofDatabase(dataPath, view.open(READING), Optional.empty(), READING, Optional.of(view));
    } catch (RuntimeException e) {
      view.close();
      throw e;
    }
  }

  private static LevelDbBlockStore openOrMake(
      Path dataPath, Optional<Block> root, StoreLimits limits) {
    NativeLibrary.load(dataPath.resolve(NATIVE_FOLDER));
    Database database = Database.open(dataPath.resolve(FOLDER), limits);
    database.watchRoom();
    return ofDatabase(dataPath, database, root, limits, Optional.empty());
  }

  private static LevelDbBlockStore ofDatabase(
      Path dataPath,
      Database database,
      Optional<Block> root,
      StoreLimits limits,
      Optional<StoreView> view) {
    try {
      byte[] version = database.get(Columns.metaKey(Meta.VERSION));
      if (version == null) {
        make(dataPath, database, root);
      } else if (Meta.version(version) != Meta.SCHEMA_VERSION) {
        throw new StoreException(
            Kind.FAILED,
            "the store in "
                + dataPath
                + " has the layout "
                + Meta.version(version)
                + ", this build reads "
                + Meta.SCHEMA_VERSION);
      }
      return new LevelDbBlockStore(database, limits, view);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static void make(Path dataPath, Database database, Optional<Block> root) {
    boolean isEmpty =
        database.walk(
            new byte[] {(byte) 0xff},
            cursor -> {
              cursor.seek(new byte[] {0});
              return !cursor.isOnEntry();
            });
    if (!isEmpty) {
      throw Damage.of("the database in " + dataPath + " has data, but no schema version");
    }
    if (root.isEmpty()) {
      throw new StoreException(Kind.FAILED, "the store in " + dataPath + " is empty");
    }
    database.write(BlockColumns.creation(root.get()));
  }

  /** What opening had to give up, in one line, since a part of the last writes was gone. */
  public Optional<String> recovery() {
    return recovery;
  }

  /** What whoever runs a node on it should know, each in one line. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    recovery.ifPresent(remarks::add);
    if (!database.isRoomKnown()) {
      remarks.add(
          "the file system does not say how much is free: a full disk will end the process");
    }
    return remarks;
  }

  /** Whether this opening found a block without its body. */
  boolean hasLost(BlockId id) {
    return lost.contains(id);
  }

  Database database() {
    return database;
  }

  BlockColumns blocks() {
    return blocks;
  }

  @Override
  public BlockId root() {
    return blocks.root();
  }

  @Override
  public BlockId tip() {
    return blocks.tip();
  }

  @Override
  public Optional<Hash> canonicalHash(long number) {
    return blocks.canonicalHash(number);
  }

  @Override
  public OptionalLong known(Hash hash) {
    return blocks.known(hash);
  }

  @Override
  public Optional<BlockHeader> header(BlockId id) {
    return blocks.header(id);
  }

  @Override
  public Optional<Block> block(BlockId id) {
    return blocks.block(id);
  }

  @Override
  public Optional<byte[]> rawBody(BlockId id) {
    return blocks.rawBody(id);
  }

  @Override
  public List<byte[]> rawHeaders(long lowest, int count) {
    return blocks.rawHeaders(lowest, count);
  }

  @Override
  public List<Segment> segments() {
    return segments.all();
  }

  @Override
  public void appendHeaders(Segment grown, List<BlockHeader> newestFirst) {
    segments.appendHeaders(grown, newestFirst);
  }

  @Override
  public void appendLinks(Segment grown, List<Hash> newestFirst) {
    segments.appendLinks(grown, newestFirst);
  }

  @Override
  public List<Link> links(Segment segment, long position, long number, int max) {
    return segments.links(segment.id(), position, number, max);
  }

  @Override
  public void removeSegment(long id) {
    segments.remove(id);
  }

  @Override
  public long lastSegmentId() {
    return segments.lastId();
  }

  @Override
  public boolean sweep() {
    return segments.sweep();
  }

  @Override
  public BlockId insert(List<Block> run, boolean makeCanonical) {
    return blocks.insert(run, makeCanonical);
  }

  @Override
  public BlockId skip(List<BlockHeader> run) {
    return blocks.skip(run);
  }

  @Override
  public List<Gap> gaps() {
    return blocks
        .gaps()
        .list(
            number ->
                blocks
                    .storedCanonicalHash(number)
                    .orElseThrow(() -> Damage.of("block " + number + " is not in the index")));
  }

  @Override
  public Map<Hash, String> bans() {
    return bans.all();
  }

  @Override
  public void putBan(Hash hash, String evidence) {
    bans.put(hash, evidence);
  }

  @Override
  public void removeBan(Hash hash) {
    bans.remove(hash);
  }

  @Override
  public List<DifficultyMark> difficultyMarks() {
    return Meta.marks(database.get(Columns.metaKey(Meta.DIFFICULTY)));
  }

  @Override
  public void putDifficultyMarks(List<DifficultyMark> oldestFirst) {
    Batch batch = new Batch();
    batch.put(Columns.metaKey(Meta.DIFFICULTY), Meta.marks(oldestFirst));
    database.write(batch);
  }

  @Override
  public void sync() {
    database.writeSynced(new Batch());
  }

  @Override
  public long sizeBytes() {
    return database.sizeBytes();
  }

  /** Syncs, as far as the disk lets it, and closes; a second time does nothing. */
  @Override
  public void close() {
    try {
      Batch closed = new Batch();
      closed.delete(Columns.metaKey(Meta.OPEN));
      database.writeSynced(closed);
    } catch (StoreException e) {
      // Closed already, or no write is possible: whoever wrote was told then, and the next opening
      // looks for what is missing.
      database.close();
    }
    database.close();
    view.ifPresent(StoreView::close);
  }
}
