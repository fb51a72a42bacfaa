package dev.windlass.store;

import dev.windlass.chain.BadHashes;
import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.ForkChoice;
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.Link;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import dev.windlass.chain.store.Segment;
import dev.windlass.chain.store.StoreException;
import dev.windlass.chain.store.StoreException.Kind;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The store on disk: a LevelDB in the folder {@code chain} of the data path. {@link Columns}
 * defines its layout.
 *
 * <p>It can be open only once on a machine, because LevelDB's lock keeps this and every other
 * process from opening it again. One thread writes. Any number of threads read. Close waits for
 * calls in progress. Later calls fail with CLOSED.
 */
public final class LevelDbBlockStore implements BlockStore {
  private static final String FOLDER = "chain";
  private static final String NATIVE_FOLDER = "native";

  /**
   * Limits for a view. Little is written into it: the content of the log, and the losses that its
   * opening finds.
   */
  private static final StoreLimits READING = StoreLimits.DEFAULT.withRoomBytesMax(64L << 20);

  private final Database database;

  /** The view through which the store is read, if it cannot be written. */
  private final Optional<StoreView> view;

  private final BlockColumns blocks;
  private final SegmentColumns segments;
  private final BanColumn bans;
  private final ConductColumns conduct;
  private final TotalsFill fill;
  private final BodySealer sealer;
  private final Pruning pruning;
  private final Optional<String> recovery;
  private final Set<BlockId> lost;

  private LevelDbBlockStore(Database database, StoreLimits limits, Optional<StoreView> view) {
    this.database = database;
    this.view = view;
    blocks = new BlockColumns(database);
    segments = new SegmentColumns(database, blocks, limits);
    blocks.bodies().expectUpTo(segments::highestAnchor);
    bans = new BanColumn(database);
    conduct = new ConductColumns(database);
    fill = new TotalsFill(database, blocks);
    sealer = new BodySealer(database, blocks);
    pruning = new Pruning(database, blocks);
    boolean wasClosed = !database.has(Columns.metaKey(Meta.OPEN));
    BodyLosses losses = new BodyLosses(database, blocks, wasClosed, view.isPresent());
    Optional<String> lostBodies = losses.repair();
    PowerCutRecovery look =
        new PowerCutRecovery(
            database, blocks, segments, database.logBytesWhenOpened(), losses.lowestBeside());
    Optional<String> lostWrites = look.recover();
    recovery =
        Stream.of(lostBodies, lostWrites)
            .flatMap(Optional::stream)
            .reduce((bodies, writes) -> bodies + "; " + writes);
    lost =
        Stream.concat(losses.named().stream(), look.missing().stream())
            .collect(Collectors.toUnmodifiableSet());
    Batch opened = new Batch();
    opened.put(Columns.metaKey(Meta.OPEN), new byte[0]);
    opened.put(Columns.metaKey(Meta.VERSION), Meta.version(Meta.SCHEMA_VERSION));
    database.writeSynced(opened);
  }

  /** Whether this data path has a store, whole or damaged. */
  public static boolean exists(Path dataPath) {
    return Database.exists(dataPath.resolve(FOLDER));
  }

  /**
   * Opens the store in a data path, or creates one.
   *
   * @param root the first block of the store; if a store begins with another block, the failure is
   *     OTHER_CHAIN
   */
  public static LevelDbBlockStore open(Path dataPath, Block root) {
    return open(dataPath, root, StoreLimits.DEFAULT);
  }

  /** The same with these limits. */
  public static LevelDbBlockStore open(Path dataPath, Block root, StoreLimits limits) {
    LevelDbBlockStore store = openOrMake(dataPath, Optional.of(root), limits);
    if (!store.genesis().equals(root.id())) {
      BlockId other = store.genesis();
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

  /** Opens the existing store in a data path. */
  public static LevelDbBlockStore open(Path dataPath) {
    return open(dataPath, StoreLimits.DEFAULT);
  }

  /** The same with these limits. */
  public static LevelDbBlockStore open(Path dataPath, StoreLimits limits) {
    if (!exists(dataPath)) {
      throw new StoreException(Kind.FAILED, "there is no store in " + dataPath);
    }
    return openOrMake(dataPath, Optional.empty(), limits);
  }

  /**
   * Opens the existing store in a data path only to read. The process may lack the permission to
   * write: the file system may be mounted read-only, or the store may belong to another user.
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
      SnappyLibrary.load(SnappyLibrary.isIn(unpacked) ? unpacked : view.folder());
      return ofDatabase(dataPath, view.open(READING), Optional.empty(), READING, Optional.of(view));
    } catch (RuntimeException e) {
      view.close();
      throw e;
    }
  }

  private static LevelDbBlockStore openOrMake(
      Path dataPath, Optional<Block> root, StoreLimits limits) {
    NativeLibrary.load(dataPath.resolve(NATIVE_FOLDER));
    SnappyLibrary.unpackInto(dataPath);
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
      } else if (!Meta.isReadable(Meta.version(version))) {
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

  /** What opening repaired or dropped, in one line, if a part of the last writes was lost. */
  public Optional<String> recovery() {
    return recovery;
  }

  /** Remarks for the operator of a node, one line each. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    recovery.ifPresent(remarks::add);
    if (!database.isRoomKnown()) {
      remarks.add("the file system does not report free space: a full disk will end the process");
    }
    return remarks;
  }

  /** Whether this opening found that the block lacks its body. */
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
  public BlockId genesis() {
    return blocks.floor().genesis();
  }

  @Override
  public Optional<BlockId> belowRoot() {
    return blocks.floor().below();
  }

  @Override
  public void begin(BlockHeader floor) {
    StoreRules.requireBeginnable(floor, this);
    StoreRules.requireNotBanned(List.of(floor), this);
    blocks.begin(floor);
  }

  @Override
  public void lower(List<BlockHeader> newestFirst) {
    boolean isToGenesis = StoreRules.requireLowering(newestFirst, this);
    StoreRules.requireNotBanned(newestFirst, this);
    boolean isMore = true;
    while (isMore) {
      isMore = pruneMore();
    }
    blocks.lower(newestFirst, isToGenesis);
  }

  @Override
  public void raise(long number) {
    StoreRules.requireRaising(number, this);
    long before = root().number();
    blocks.raise(number);
    pruning.begin(Math.max(before, genesis().number() + 1));
  }

  @Override
  public boolean pruneMore() {
    return pruning.step();
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
    StoreRules.requireNotBanned(run.stream().map(Block::header).toList(), this);
    return blocks.insert(run, makeCanonical, headers -> ForkChoice.isBetter(this, headers));
  }

  @Override
  public BlockId skip(List<BlockHeader> run) {
    StoreRules.requireNotBanned(run, this);
    return blocks.skip(run);
  }

  @Override
  public BlockId forget(BlockId block) {
    StoreRules.requireForgettable(block, this);
    Forgetting forgetting = new Forgetting(database, blocks, block);
    boolean isMore = true;
    while (isMore) {
      isMore = forgetting.step();
    }
    return tip();
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
  public Optional<String> banOf(Hash hash) {
    return BadHashes.has(hash) ? Optional.of(BadHashes.REASON) : bans.of(hash);
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
  public List<PeerBan> peerBans() {
    return conduct.bans();
  }

  @Override
  public void putPeerBan(PeerBan ban, byte[] evidence) {
    conduct.putBan(ban, evidence);
  }

  @Override
  public void removePeerBan(PeerId peer) {
    conduct.removeBan(peer);
  }

  @Override
  public Optional<byte[]> banEvidence(PeerId peer) {
    return conduct.evidence(peer);
  }

  @Override
  public List<PeerScore> peerScores() {
    return conduct.scores();
  }

  @Override
  public void putPeerScore(PeerScore score) {
    conduct.putScore(score);
  }

  @Override
  public List<BlockId> passedCheckpoints() {
    return Meta.blockIds(database.get(Columns.metaKey(Meta.CHECKPOINTS)), "checkpoints");
  }

  @Override
  public void recordCheckpoint(BlockId checkpoint) {
    Batch batch = new Batch();
    List<BlockId> all = StoreRules.withCheckpoint(passedCheckpoints(), checkpoint, this);
    batch.put(Columns.metaKey(Meta.CHECKPOINTS), Meta.blockIds(all));
    database.write(batch);
  }

  @Override
  public Optional<BigInteger> totalDifficulty(BlockId block) {
    return blocks.totals().of(block);
  }

  @Override
  public BigInteger summedDifficulty() {
    return fill.summed();
  }

  @Override
  public boolean sumMore() {
    return fill.step();
  }

  @Override
  public boolean sealMore() {
    return sealer.step();
  }

  @Override
  public void sync() {
    database.writeSynced(new Batch());
  }

  @Override
  public long sizeBytes() {
    return database.sizeBytes() + blocks.bodies().files().sizeBytes();
  }

  /** Syncs if the disk allows it, and closes. A second call does nothing. */
  @Override
  public void close() {
    try {
      Batch closed = new Batch();
      closed.delete(Columns.metaKey(Meta.OPEN));
      database.writeSynced(closed);
    } catch (StoreException e) {
      // The store is closed already, or writing is impossible. In that case the write itself has
      // failed, and the next opening finds what is missing.
      database.close();
    }
    database.close();
    blocks.bodies().files().close();
    view.ifPresent(StoreView::close);
  }
}
