package dev.windlass.downloader.links;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.Link;
import dev.windlass.chain.store.Segment;
import dev.windlass.downloader.links.HashChain.Ending;
import dev.windlass.downloader.links.HashChain.Stretch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Keeps the links of syncs in the store, and finds where a chain meets stored links or blocks.
 *
 * <p>Owned by the thread that writes the store. It has the records of all segments in memory, but
 * not their links. It keeps at most {@link #SEGMENTS_MAX} segments. It removes the shortest first,
 * since any peer can make many short ones, and among equals the oldest.
 */
public final class LinkStorage {
  static final int SEGMENTS_MAX = 64;

  private final BlockStore store;
  private final Map<Long, Segment> segments = new HashMap<>();
  private final Map<Hash, Segment> byAnchor = new HashMap<>();
  private long lastId;

  public LinkStorage(BlockStore store) {
    this.store = store;
    for (Segment segment : store.segments()) {
      remember(segment);
    }
    lastId = Math.max(lastId, store.lastSegmentId());
  }

  private void remember(Segment segment) {
    segments.put(segment.id(), segment);
    byAnchor.put(segment.anchor(), segment);
    lastId = Math.max(lastId, segment.id());
  }

  private void remove(Segment segment) {
    Segment stored = segments.remove(segment.id());
    if (stored != null) {
      store.removeSegment(stored.id());
      byAnchor.remove(stored.anchor(), stored);
    }
  }

  /** The links that the store already has of the chain with this anchor. */
  public HashChain resume(Hash anchor) {
    return resume(anchor, Head.NUMBER_UNKNOWN);
  }

  /**
   * The same, also if the anchor is in the middle of a segment.
   *
   * @param number at which the anchor may be, or {@link Head#NUMBER_UNKNOWN}
   */
  public HashChain resume(Hash anchor, long number) {
    HashChain chain = follow(within(anchor, number));
    List<Segment> unused = new ArrayList<>(segments.values());
    unused.removeIf(segment -> isUsed(chain.stretches(), segment));
    unused.sort(Comparator.comparingLong(Segment::length).thenComparingLong(Segment::id));
    int tooMany = segments.size() - SEGMENTS_MAX + 1;
    unused.stream().limit(Math.max(0, tooMany)).forEach(this::remove);
    return chain;
  }

  private HashChain within(Hash anchor, long number) {
    boolean isFound = placeOf(anchor, number).isPresent() || byAnchor.containsKey(anchor);
    for (Segment segment : isFound ? List.<Segment>of() : segments.values()) {
      long position = segment.anchorNumber() - number;
      boolean isCovered =
          segment.isNumbered() && number >= 0 && position > 0 && position < segment.length();
      if (isCovered && store.links(segment, position, number, 1).get(0).hash().equals(anchor)) {
        return joined(HashChain.empty(anchor), new Stretch(segment, position));
      }
    }
    return HashChain.empty(anchor);
  }

  /** Numbers at which a walk may meet stored links or blocks, highest first. */
  public List<Long> joinHeights() {
    List<Long> numbers = new ArrayList<>();
    numbers.add(store.tip().number());
    for (Segment segment : segments.values()) {
      if (segment.isNumbered()) {
        numbers.add(segment.anchorNumber());
      }
    }
    numbers.sort((a, b) -> Long.compare(b, a));
    return numbers;
  }

  /** Adds whole segments as long as the next hash is the anchor of a segment. */
  private HashChain follow(HashChain chain) {
    List<Stretch> stretches = new ArrayList<>(chain.stretches());
    Hash next = chain.next();
    long number = chain.nextNumber();
    OptionalLong ancestor = placeOf(next, number);
    while (ancestor.isEmpty()) {
      Segment segment = byAnchor.get(next);
      if (segment == null || segment.length() == 0 || isUsed(stretches, segment)) {
        return new HashChain(chain.anchor(), stretches, next, number, Optional.empty());
      }
      stretches.add(new Stretch(segment, 0));
      next = segment.next();
      number = numberBelow(segment, number);
      ancestor = placeOf(next, number);
    }
    long ancestorNumber = ancestor.getAsLong();
    HashChain whole =
        new HashChain(chain.anchor(), stretches, next, ancestorNumber, Optional.empty());
    return new HashChain(
        chain.anchor(),
        stretches,
        next,
        ancestorNumber,
        Optional.of(ending(whole, ancestorNumber)));
  }

  /**
   * The number of a block that a chain can join. It is known, or canonical without its body, or the
   * parent of the root.
   *
   * @param number at which it would be, or {@link Head#NUMBER_UNKNOWN}
   */
  private OptionalLong placeOf(Hash hash, long number) {
    boolean isCanonical =
        number >= 0 && store.canonicalHash(number).filter(hash::equals).isPresent();
    if (isCanonical) {
      return OptionalLong.of(number);
    }
    Optional<BlockId> below = store.belowRoot().filter(parent -> parent.hash().equals(hash));
    return below.isPresent() ? OptionalLong.of(below.get().number()) : store.known(hash);
  }

  private static boolean isUsed(List<Stretch> stretches, Segment segment) {
    return stretches.stream().anyMatch(stretch -> stretch.segment().id() == segment.id());
  }

  private static long numberBelow(Segment segment, long numberOfAnchor) {
    long anchorNumber = segment.isNumbered() ? segment.anchorNumber() : numberOfAnchor;
    return anchorNumber < 0 ? Head.NUMBER_UNKNOWN : anchorNumber - segment.length();
  }

  private Ending ending(HashChain chain, long ancestorNumber) {
    long links = chain.links();
    long anchorNumber = ancestorNumber + links;
    Optional<String> contradiction = contradiction(chain, anchorNumber);
    long low = 0;
    long high = links;
    while (contradiction.isEmpty() && low < high) {
      long middle = low + (high - low + 1) / 2;
      Hash hash = linkAt(chain, anchorNumber, ancestorNumber + middle).hash();
      if (placeOf(hash, ancestorNumber + middle).isPresent()) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    Hash parent =
        low == 0 ? chain.next() : linkAt(chain, anchorNumber, ancestorNumber + low).hash();
    return new Ending(
        ancestorNumber, anchorNumber, ancestorNumber + low + 1, parent, contradiction);
  }

  /** The lowest link of a chain whose numbers are known. */
  Link lowest(HashChain chain) {
    return linkAt(chain, chain.nextNumber() + chain.links(), chain.nextNumber() + 1);
  }

  /** The same chain, which ends with its lowest link as if that were stored. */
  HashChain endedAtFloor(HashChain chain) {
    Link floor = lowest(chain);
    long anchorNumber = chain.nextNumber() + chain.links();
    Ending ending =
        new Ending(
            chain.nextNumber(),
            anchorNumber,
            floor.number() + 1,
            floor.hash(),
            contradiction(chain, anchorNumber));
    return chain.endingWith(ending);
  }

  private static Optional<String> contradiction(HashChain chain, long anchorNumber) {
    long top = anchorNumber;
    for (Stretch stretch : chain.stretches()) {
      Segment segment = stretch.segment();
      if (segment.isNumbered() && segment.anchorNumber() - stretch.from() != top) {
        return Optional.of(
            "the link at "
                + top
                + " has a header with number "
                + (segment.anchorNumber() - stretch.from()));
      }
      top -= stretch.links();
    }
    return Optional.empty();
  }

  private Link linkAt(HashChain chain, long anchorNumber, long number) {
    List<Link> links = load(chain, anchorNumber, number, 1);
    return links.get(0);
  }

  /**
   * Reads links of a chain, oldest first, from a number upwards.
   *
   * @param max how many at most; the list ends at the upper end of a segment, but has at least one
   */
  public List<Link> load(HashChain chain, long anchorNumber, long number, int max) {
    if (chain.isOfGap()) {
      return store.canonicalLinks(number, (int) Math.min(max, anchorNumber - number + 1));
    }
    long top = anchorNumber;
    for (Stretch stretch : chain.stretches()) {
      long bottom = top - stretch.links() + 1;
      if (number >= bottom && number <= top) {
        long position = stretch.from() + (top - number);
        int count = (int) Math.min(max, top - number + 1);
        return store.links(stretch.segment(), position, number, count);
      }
      top = bottom - 1;
    }
    throw new IllegalStateException("no link " + number + " below " + anchorNumber);
  }

  /**
   * Stores proven links at the lower end of a chain, up to where it meets stored links or blocks.
   */
  public Appended append(HashChain chain, List<BlockHeader> newestFirst) {
    BlockHeader top = newestFirst.get(0);
    if (!top.hash().equals(chain.next())) {
      throw new IllegalStateException("header " + top + " does not continue at " + chain.next());
    }
    Meeting meeting = meeting(newestFirst);
    List<BlockHeader> fresh = newestFirst.subList(0, meeting.links());
    Tail tail = tail(chain, true);
    if (!tail.segment.isNumbered()) {
      tail = tail.with(tail.segment.numbered(top.number()));
    }
    BlockHeader lowest = fresh.get(fresh.size() - 1);
    Segment grown = tail.segment.grown(fresh.size(), lowest.parentHash());
    store.appendHeaders(grown, fresh);
    remember(grown);
    HashChain longer = grown(chain, tail.with(grown), lowest.parentHash(), lowest.number() - 1);
    if (meeting.stretch() != null) {
      longer = joined(longer, meeting.stretch());
    }
    return new Appended(follow(longer), fresh.size());
  }

  private static HashChain joined(HashChain chain, Stretch stretch) {
    List<Stretch> stretches = new ArrayList<>(chain.stretches());
    stretches.add(stretch);
    return new HashChain(
        chain.anchor(),
        stretches,
        stretch.segment().next(),
        stretch.segment().anchorNumber() - stretch.segment().length(),
        Optional.empty());
  }

  /**
   * Counts the headers above the first stored one. It is at least one, since the first header was
   * looked up before.
   */
  private Meeting meeting(List<BlockHeader> newestFirst) {
    BlockHeader lowest = newestFirst.get(newestFirst.size() - 1);
    if (placeOf(lowest.parentHash(), lowest.number() - 1).isPresent()) {
      int low = 1;
      int high = newestFirst.size();
      while (low < high) {
        int middle = (low + high) / 2;
        BlockHeader header = newestFirst.get(middle);
        if (placeOf(header.hash(), header.number()).isPresent()) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return new Meeting(low, null);
    }
    Meeting nearest = new Meeting(newestFirst.size(), null);
    for (Segment segment : segments.values()) {
      Meeting meeting = meeting(segment, newestFirst);
      if (meeting != null && meeting.links() < nearest.links()) {
        nearest = meeting;
      }
    }
    return nearest;
  }

  /**
   * Counts the headers above the newest one in the segment. Null if the segment has none of them.
   */
  private Meeting meeting(Segment segment, List<BlockHeader> newestFirst) {
    long top = newestFirst.get(0).number();
    long bottom =
        Math.max(top - newestFirst.size() + 1, segment.anchorNumber() - segment.length() + 1);
    long high = Math.min(top - 1, segment.anchorNumber());
    if (!segment.isNumbered()) {
      for (int i = 1; i < newestFirst.size(); i++) {
        if (newestFirst.get(i).hash().equals(segment.anchor()) && segment.length() > 0) {
          return new Meeting(i, new Stretch(segment.numbered(top - i), 0));
        }
      }
      return null;
    }
    if (bottom > high || !isAt(segment, bottom, newestFirst)) {
      return null;
    }
    long low = bottom;
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      if (isAt(segment, middle, newestFirst)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return new Meeting((int) (top - low), new Stretch(segment, segment.anchorNumber() - low));
  }

  private boolean isAt(Segment segment, long number, List<BlockHeader> newestFirst) {
    Hash hash = newestFirst.get((int) (newestFirst.get(0).number() - number)).hash();
    long position = segment.anchorNumber() - number;
    return store.links(segment, position, number, 1).get(0).hash().equals(hash);
  }

  /**
   * Stores claimed links at the lower end of a chain, up to where it meets stored links or blocks.
   *
   * @param next the hash below the lowest of them
   */
  public Appended append(HashChain chain, List<Hash> newestFirst, Hash next) {
    int links = newestFirst.size();
    Hash below = next;
    for (int i = 1; i < newestFirst.size(); i++) {
      Hash hash = newestFirst.get(i);
      if (byAnchor.containsKey(hash) || placeOf(hash, Head.NUMBER_UNKNOWN).isPresent()) {
        links = i;
        below = hash;
        break;
      }
    }
    List<Hash> fresh = newestFirst.subList(0, links);
    Tail tail = tail(chain, false);
    Segment grown = tail.segment.grown(fresh.size(), below);
    store.appendLinks(grown, fresh);
    remember(grown);
    long number = chain.nextNumber() < 0 ? Head.NUMBER_UNKNOWN : chain.nextNumber() - links;
    return new Appended(follow(grown(chain, tail.with(grown), below, number)), links);
  }

  private static HashChain grown(HashChain chain, Tail tail, Hash next, long nextNumber) {
    List<Stretch> stretches = new ArrayList<>(tail.above);
    stretches.add(new Stretch(tail.segment, tail.from));
    return new HashChain(chain.anchor(), stretches, next, nextNumber, Optional.empty());
  }

  /** The segment to append to: the chain's lowest one if it is of the same kind, else a new one. */
  private Tail tail(HashChain chain, boolean isProven) {
    List<Stretch> stretches = chain.stretches();
    if (!stretches.isEmpty()) {
      Stretch last = stretches.get(stretches.size() - 1);
      if (last.segment().isProven() == isProven) {
        return new Tail(stretches.subList(0, stretches.size() - 1), last.segment(), last.from());
      }
    }
    return new Tail(stretches, Segment.empty(++lastId, chain.next(), isProven), 0);
  }

  /** Forgets the segment with this anchor, if there is one, since the anchor's block is stored. */
  void forget(Hash anchor) {
    Segment segment = byAnchor.get(anchor);
    if (segment != null) {
      remove(segment);
    }
  }

  /** Forgets the segments whose headers reach down to a number, since those below are deleted. */
  void forgetUpTo(long number) {
    List<Segment> all = List.copyOf(segments.values());
    for (Segment segment : all) {
      if (segment.isProven() && segment.anchorNumber() - segment.length() < number) {
        remove(segment);
      }
    }
  }

  /**
   * Forgets the segments that a finished sync does not need any more, and syncs the store. A
   * segment that begins above the chain stays for the later sync to its anchor.
   */
  public void finish(HashChain chain) {
    for (Stretch stretch : chain.stretches()) {
      if (stretch.from() == 0) {
        remove(stretch.segment());
      }
    }
    for (Segment segment : List.copyOf(segments.values())) {
      if (store.known(segment.anchor()).isPresent()) {
        remove(segment);
      }
    }
    store.sync();
  }

  /**
   * Forgets the links of a chain that may be false: its claimed links and, unless the anchor is
   * trusted, the proven links below the anchor.
   */
  public void discard(HashChain chain, boolean isAnchorTrusted) {
    for (Stretch stretch : chain.stretches()) {
      Segment segment = stretch.segment();
      boolean isAnchors = segment.anchor().equals(chain.anchor());
      if (!segment.isProven() || (isAnchors && !isAnchorTrusted)) {
        remove(segment);
      }
    }
  }

  /** The stored tip. */
  public BlockId tip() {
    return store.tip();
  }

  /**
   * The result of an append.
   *
   * @param chain the chain after it
   * @param stored how many of the links were new; below them the chain continues in links stored
   *     before
   */
  public record Appended(HashChain chain, int stored) {}

  private record Meeting(int links, Stretch stretch) {}

  private record Tail(List<Stretch> above, Segment segment, long from) {
    Tail with(Segment newSegment) {
      return new Tail(above, newSegment, from);
    }
  }
}
