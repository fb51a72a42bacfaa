package dev.windlass.downloader.links;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.Segment;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The links of one sync that are in the store. They are stretches of segments, newest first, from
 * the anchor down to {@code next}, without {@code next} itself.
 *
 * <p>Made by {@link LinkStorage}, the only writer of segments. The core only passes it back.
 *
 * @param next the newest hash of the chain that is not among the stretches
 * @param nextNumber its number, or {@link Head#NUMBER_UNKNOWN} where no header has told it
 * @param ending empty while the chain has not met a stored block
 */
public record HashChain(
    Hash anchor, List<Stretch> stretches, Hash next, long nextNumber, Optional<Ending> ending) {

  public HashChain {
    Objects.requireNonNull(anchor);
    stretches = List.copyOf(stretches);
    Objects.requireNonNull(next);
    Objects.requireNonNull(ending);
  }

  public static HashChain empty(Hash anchor) {
    return new HashChain(anchor, List.of(), anchor, Head.NUMBER_UNKNOWN, Optional.empty());
  }

  /**
   * The chain of a gap. Its links are those of the canonical chain, so no segment holds them.
   *
   * @param parent of the lowest block
   */
  static HashChain ofGap(Gap gap, Hash parent) {
    long ancestor = gap.first() - 1;
    Ending ending =
        new Ending(ancestor, gap.last().number(), gap.first(), parent, Optional.empty());
    return new HashChain(gap.last().hash(), List.of(), parent, ancestor, Optional.of(ending));
  }

  /** The chain below the root, whose headers go to the canonical chain and to no segment. */
  public static HashChain ofLowering(Hash next, long nextNumber) {
    return new HashChain(next, List.of(), next, nextNumber, Optional.empty());
  }

  /** The same chain, which need not go on. */
  HashChain ended() {
    Ending here =
        new Ending(
            nextNumber, nextNumber + links(), nextNumber + links() + 1, next, Optional.empty());
    return endingWith(here);
  }

  /** The same chain, which ends there. */
  HashChain endingWith(Ending newEnding) {
    return new HashChain(anchor, stretches, next, nextNumber, Optional.of(newEnding));
  }

  /** Whether its links are those of the canonical chain. */
  public boolean isOfGap() {
    return stretches.isEmpty()
        && ending.filter(end -> end.firstNumber() <= end.anchorNumber()).isPresent();
  }

  public long links() {
    long links = 0;
    for (Stretch stretch : stretches) {
      links += stretch.links();
    }
    return links;
  }

  public boolean isComplete() {
    return ending.isPresent();
  }

  /**
   * The part of a segment that a chain uses: all links from position {@code from} to the lower end.
   *
   * @param from position of the newest link that is used
   */
  public record Stretch(Segment segment, long from) {
    public Stretch {
      if (from < 0 || from > segment.length()) {
        throw new IllegalArgumentException("from " + from + " of " + segment);
      }
    }

    public long links() {
      return segment.length() - from;
    }
  }

  /**
   * Where a complete chain joins the stored blocks.
   *
   * @param ancestorNumber number of the stored block that the lowest link names as its parent
   * @param anchorNumber number of the anchor
   * @param firstNumber number of the lowest block of the chain that is not stored yet; one more
   *     than the anchor's if all are
   * @param parent hash of the block below it
   * @param contradiction why the links cannot all be true; empty if they can
   */
  public record Ending(
      long ancestorNumber,
      long anchorNumber,
      long firstNumber,
      Hash parent,
      Optional<String> contradiction) {
    public Ending {
      Objects.requireNonNull(parent);
      Objects.requireNonNull(contradiction);
    }
  }
}
