package dev.windlass.chain.store;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import java.util.Objects;

/**
 * A stretch of the hash chain in the store: the links from an anchor down to {@code next}, without
 * {@code next} itself.
 *
 * <p>Position 0 is the anchor; position {@code length - 1} is the lowest link. A proven segment has
 * the header of each link. A claimed one has bare hashes and no numbers.
 *
 * @param id never used again in the same store; a larger one is newer
 * @param anchor the hash at position 0
 * @param anchorNumber the anchor's number, or {@link Head#NUMBER_UNKNOWN} while it is not known
 * @param length how many links are stored
 * @param next parent of the lowest link: the first hash that is not stored here; the anchor itself
 *     while length is 0
 * @param isProven whether the headers are stored with the links
 */
public record Segment(
    long id, Hash anchor, long anchorNumber, long length, Hash next, boolean isProven) {
  public Segment {
    Objects.requireNonNull(anchor);
    Objects.requireNonNull(next);
    if (length < 0 || anchorNumber < Head.NUMBER_UNKNOWN) {
      throw new IllegalArgumentException("length " + length + ", anchor number " + anchorNumber);
    }
  }

  public static Segment empty(long id, Hash anchor, boolean isProven) {
    return new Segment(id, anchor, Head.NUMBER_UNKNOWN, 0, anchor, isProven);
  }

  /** The same segment, with more links at its lower end. */
  public Segment grown(long links, Hash newNext) {
    return new Segment(id, anchor, anchorNumber, length + links, newNext, isProven);
  }

  public Segment numbered(long newAnchorNumber) {
    return new Segment(id, anchor, newAnchorNumber, length, next, isProven);
  }

  public boolean isNumbered() {
    return anchorNumber != Head.NUMBER_UNKNOWN;
  }
}
