package dev.windlass.downloader.walk;

import dev.windlass.chain.exchange.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which peer answers for which claimed links of a chain.
 *
 * <p>Owned by the sync. A position counts from the anchor, which is at 0. The link at a position
 * claims the parent of its block. Links without a noted peer are proven.
 */
public final class LinkSources {
  private final List<Range> ranges = new ArrayList<>();

  /**
   * Notes claimed links, each range below the one before.
   *
   * @param to position after the lowest link
   * @param by empty if an earlier sync left the links, so that their peer is not known any more
   */
  public void note(long from, long to, Optional<PeerId> by) {
    int last = ranges.size() - 1;
    if (last >= 0 && ranges.get(last).to == from && ranges.get(last).by.equals(by)) {
      ranges.set(last, new Range(ranges.get(last).from, to, by));
    } else if (from < to) {
      ranges.add(new Range(from, to, by));
    }
  }

  /**
   * The peer to blame if one of these links is false.
   *
   * @param origin the peer to blame if all of them are proven
   * @return empty if it may be either of two peers, or a peer that is not known
   */
  public Optional<PeerId> answerFor(long from, long to, Optional<PeerId> origin) {
    Optional<PeerId> sole = origin;
    boolean isFirst = true;
    for (Range range : ranges) {
      if (range.from < to && from < range.to) {
        if (!isFirst && !sole.equals(range.by)) {
          return Optional.empty();
        }
        sole = range.by;
        isFirst = false;
      }
    }
    return sole;
  }

  /** Whether an earlier sync left the link. */
  public boolean isInherited(long position) {
    return ranges.stream()
        .anyMatch(range -> range.from <= position && position < range.to && range.by.isEmpty());
  }

  private record Range(long from, long to, Optional<PeerId> by) {}
}
