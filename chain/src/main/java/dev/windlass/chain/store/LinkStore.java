package dev.windlass.chain.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import java.util.List;

/** Links of the hash chains that syncs which have not ended have walked, in segments. */
public interface LinkStore {
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
   *     reaches {@link ChainStore#HEADER_BYTES_MAX}
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
}
