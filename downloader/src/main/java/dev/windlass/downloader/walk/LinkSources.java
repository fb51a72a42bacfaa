package dev.windlass.downloader.walk;

import dev.windlass.chain.exchange.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who answers for which links of a chain that are only claimed.
 *
 * <p>Owned by the sync. A position counts from the anchor, which is at 0; the link there says which
 * block is its parent. Links that nobody is noted for are proven.
 */
public final class LinkSources {
  private final List<Range> ranges = new ArrayList<>();

  /**
   * Notes claimed links, each range below the one before.
   *
   * @param to position after the lowest link
   * @param by empty where an earlier sync left the links, and nobody knows any more
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
   * Who is to blame where one of these links is false.
   *
   * @param origin who is where all of them are proven
   * @return nobody where it may have been either of two peers, or somebody who is not known
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

  /** Whether the link is one that an earlier sync left. */
  public boolean isInherited(long position) {
    return ranges.stream()
        .anyMatch(range -> range.from <= position && position < range.to && range.by.isEmpty());
  }

  private record Range(long from, long to, Optional<PeerId> by) {}
}
