package dev.windlass.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where blocks live: the port that a database implements.
 *
 * <p>A store holds one chain from a trusted {@link #root} to its {@link #tip}, blocks of forks
 * beside it, and the links of hauls that have not ended. One thread writes; any number read
 * meanwhile. Each method that writes does so in one atomic batch: after a crash it happened wholly
 * or not at all. None takes long, but for an insert that ends a deep reorg. Every method may throw
 * {@link StoreException}.
 */
public interface BlockStore extends AutoCloseable {
  /** The lowest block: the genesis, or the floor where less than all history was asked for. */
  BlockId root();

  /** The canonical head; every block from the root to it is stored, or lies in a gap. */
  BlockId tip();

  /** Where bodies of the canonical chain are missing, lowest first. */
  default List<Gap> gaps() {
    return List.of();
  }

  /** The canonical hash at a number, between root and tip. */
  Optional<Hash> canonicalHash(long number);

  /**
   * The number of a whole block that is stored, canonical or not; each of its ancestors down to the
   * root is stored too, or its body is missing and its header stored.
   */
  OptionalLong known(Hash hash);

  /** Whether a block is canonical, whole or in a gap, or is known beside the canonical chain. */
  default boolean has(BlockId id) {
    return canonicalHash(id.number()).filter(id.hash()::equals).isPresent()
        || known(id.hash()).stream().anyMatch(number -> number == id.number());
  }

  /**
   * Headers that are read at once from disk, but for the last of them: twice what 2,048 usual ones
   * have.
   */
  long HEADER_BYTES_MAX = ServedChain.HEADER_BYTES_MAX;

  /** Links of the canonical chain with their headers, bounded as {@link #rawHeaders} are. */
  default List<Link> canonicalLinks(long lowest, int max) {
    List<Link> links = new ArrayList<>();
    for (byte[] raw : rawHeaders(lowest, max)) {
      Hash hash = canonicalHash(lowest + links.size()).orElseThrow();
      try {
        links.add(Link.proven(BlockHeader.trusted(raw, 0, raw.length, hash)));
      } catch (RlpException e) {
        throw new StoreException(
            StoreException.Kind.DAMAGED, "header " + hash + " does not decode: " + e.getMessage());
      }
    }
    return links;
  }

  Optional<BlockHeader> header(BlockId id);

  Optional<Block> block(BlockId id);

  /** A body as RLP, as {@link Block#rawBody} has it. */
  default Optional<byte[]> rawBody(BlockId id) {
    return block(id).map(Block::rawBody);
  }

  /**
   * Headers of the canonical chain as RLP, oldest first, from this number on; fewer beyond the tip,
   * and no more once {@link #HEADER_BYTES_MAX} are read.
   */
  default List<byte[]> rawHeaders(long lowest, int count) {
    List<byte[]> headers = new ArrayList<>();
    long bytes = 0;
    for (long number = lowest; number < lowest + count && bytes < HEADER_BYTES_MAX; number++) {
      Optional<BlockHeader> header =
          number > tip().number()
              ? Optional.empty()
              : header(new BlockId(number, canonicalHash(number).orElseThrow()));
      if (header.isEmpty()) {
        break;
      }
      headers.add(header.get().raw());
      bytes += header.get().size();
    }
    return headers;
  }

  /** Every stored segment, oldest id first. */
  List<Segment> segments();

  /**
   * Stores headers with their links at the lower end of a segment.
   *
   * @param grown the record as it is afterwards: the stored one grown by these headers
   * @param newestFirst the headers, in the order of the chain, newest first
   */
  void appendHeaders(Segment grown, List<BlockHeader> newestFirst);

  /** The same for bare hashes. */
  void appendLinks(Segment grown, List<Hash> newestFirst);

  /**
   * Reads links of a segment, oldest first: from {@code position} towards the anchor.
   *
   * @param number the number of the link at {@code position}
   * @param max how many at most; fewer come back at the anchor, and none after the one whose header
   *     reaches {@link #HEADER_BYTES_MAX}
   */
  List<Link> links(Segment segment, long position, long number, int max);

  /**
   * The highest id that a segment may not have any more, 0 if there is none: a removed one keeps
   * its id until {@link #sweep} has ended.
   */
  default long lastSegmentId() {
    return segments().stream().mapToLong(Segment::id).max().orElse(0);
  }

  /**
   * Forgets a segment, its links, and those of its headers that no stored block uses. It takes one
   * small write: what it leaves behind is deleted by {@link #sweep}.
   */
  void removeSegment(long id);

  /**
   * Deletes a part of what removed segments have left behind, in one batch of bounded size.
   *
   * @return whether there is more to delete
   */
  default boolean sweep() {
    return false;
  }

  /**
   * Inserts a run of linked blocks, oldest first, whose first one's parent is {@link #known}.
   *
   * <p>A run on the tip extends the canonical chain in the same batch. Any other run is stored
   * beside it, and becomes canonical in one batch, with all its ancestors, once it reaches above
   * the tip or {@code endsHaul} is set. A run that lies in a gap fills it.
   *
   * @return the tip afterwards
   */
  BlockId insert(List<Block> run, boolean endsHaul);

  /**
   * Extends the canonical chain by headers whose bodies nobody serves: they become, or enlarge, a
   * gap. What they replace is stored beside the chain from then on.
   *
   * @param run linked headers, oldest first, the first one on a block that {@link #has}
   * @return the tip afterwards: the last of them
   */
  default BlockId skip(List<BlockHeader> run) {
    throw new UnsupportedOperationException("this store has no gaps");
  }

  /** Refused hashes and why, in the order in which they were added. */
  Map<Hash, String> bans();

  void putBan(Hash hash, String evidence);

  void removeBan(Hash hash);

  /**
   * The marks that {@link #putDifficultyMarks} stored, oldest block first; none in a store that
   * keeps none. A mark may name a block that a reorg has replaced.
   */
  default List<DifficultyMark> difficultyMarks() {
    return List.of();
  }

  /**
   * Replaces all marks by these, at most {@link DifficultyMark#MARKS_MAX}. They spare a start the
   * summing of the whole chain; losing them loses nothing else. Any thread may call it.
   */
  default void putDifficultyMarks(List<DifficultyMark> oldestFirst) {}

  /** Makes what was written so far survive a power cut. */
  void sync();

  /** Bytes on disk (or in memory), roughly. */
  long sizeBytes();

  @Override
  void close();
}
