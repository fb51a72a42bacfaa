package dev.windlass.chain.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import java.util.List;

/** Links of the hash chains of unfinished syncs, in segments. */
public interface LinkStore {
  /** Every stored segment, oldest id first. */
  List<Segment> segments();

  /**
   * Stores headers with their links at the lower end of a segment.
   *
   * @param grown the segment after this call: the stored one grown by these headers
   * @param newestFirst the headers, in the order of the chain, newest first
   */
  void appendHeaders(Segment grown, List<BlockHeader> newestFirst);

  /** The same for bare hashes. */
  void appendLinks(Segment grown, List<Hash> newestFirst);

  /**
   * Reads links of a segment, oldest first: from {@code position} towards the anchor.
   *
   * @param number the number of the link at {@code position}
   * @param max how many at most; the list ends earlier at the anchor, or with the header that
   *     reaches {@link ChainStore#HEADER_BYTES_MAX}
   */
  List<Link> links(Segment segment, long position, long number, int max);

  /**
   * The highest id that a new segment may not have, 0 if there is none. A removed segment keeps its
   * id until {@link #sweep} has ended.
   */
  default long lastSegmentId() {
    return segments().stream().mapToLong(Segment::id).max().orElse(0);
  }

  /**
   * Forgets a segment, its links, and those of its headers that no stored block uses. It makes one
   * small write. {@link #sweep} deletes the data.
   */
  void removeSegment(long id);

  /**
   * Deletes part of the data of removed segments, in one batch of bounded size.
   *
   * @return whether there is more to delete
   */
  default boolean sweep() {
    return false;
  }
}
