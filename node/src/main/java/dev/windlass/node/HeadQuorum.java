package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Chooses among the heads of several sources. A head counts if enough sources have it in their
 * chain: as their head, or at its number below their head.
 *
 * <p>Two sources are compared at the lower one of their two heads. So the source with the higher
 * head is asked for its block at that number, see {@link #probes()}.
 *
 * <p>It reads no clock, and its owner locks it.
 */
final class HeadQuorum {
  /** Heads that no peer served lately. Beyond that any of them is forgotten. */
  private static final int UNSERVED_MAX = 64;

  private final int quorum;
  private final List<Source> sources;
  private final Set<Hash> unserved = new HashSet<>();

  /**
   * The source whose head was chosen last. It is kept if others are as good. -1 if there is none.
   */
  private int leader = -1;

  /** What is known of one source. */
  private static final class Source {
    private Optional<Head> head = Optional.empty();
    private long namedNanos;
    private boolean isReached;

    /** Blocks of the chain that ends with its head, by number. Empty if it did not give one. */
    private final Map<Long, Optional<Hash>> blocks = new HashMap<>();
  }

  /** Whether one of two sources has the head of the other one in its chain. */
  private enum Relation {
    SAME_CHAIN,
    DIFFERENT,
    UNKNOWN
  }

  /** A question to a source for its block at a number, while this is its head. */
  record Probe(int source, Head head, long number) {}

  /** Two sources that have different blocks at a number. */
  record Difference(int first, Hash firstHash, int second, Hash secondHash, long number) {}

  /**
   * @param quorum how many sources must have a head, at least 1
   */
  HeadQuorum(int sources, int quorum) {
    if (quorum < 1 || quorum > sources) {
      throw new IllegalArgumentException(quorum + " of " + sources + " sources");
    }
    this.quorum = quorum;
    this.sources = IntStream.range(0, sources).mapToObj(index -> new Source()).toList();
  }

  /** A source names its head, or names it again. Returns whether it is another one than before. */
  boolean named(int index, Head head, long nowNanos) {
    Source source = sources.get(index);
    source.namedNanos = nowNanos;
    source.isReached = true;
    if (source.head.equals(Optional.of(head))) {
      return false;
    }
    source.head = Optional.of(head);
    source.blocks.clear();
    source.blocks.put(head.number(), Optional.of(head.hash()));
    unserved.retainAll(heads().stream().map(Head::hash).toList());
    return true;
  }

  /** A source is not connected. Its head stays until it expires, after those of the others. */
  void lost(int index) {
    sources.get(index).isReached = false;
  }

  boolean isReached(int index) {
    return sources.get(index).isReached;
  }

  private List<Head> heads() {
    return sources.stream().flatMap(source -> source.head.stream()).toList();
  }

  Optional<Head> head(int index) {
    return sources.get(index).head;
  }

  /** Forgets the heads that were not named for this long. Returns the sources that named them. */
  List<Integer> expire(long nowNanos, long ageNanosMax) {
    List<Integer> expired = new ArrayList<>();
    for (int index = 0; index < sources.size(); index++) {
      Source source = sources.get(index);
      if (source.head.isPresent() && nowNanos - source.namedNanos >= ageNanosMax) {
        source.head = Optional.empty();
        source.blocks.clear();
        expired.add(index);
      }
    }
    return expired;
  }

  /**
   * No peer serves this head. It is chosen only if there is no other one. Returns whether that is
   * new.
   */
  boolean unserved(Hash head) {
    if (unserved.size() >= UNSERVED_MAX) {
      unserved.clear();
    }
    return unserved.add(head);
  }

  /** What must be asked to compare each two sources. */
  List<Probe> probes() {
    List<Probe> probes = new ArrayList<>();
    for (int index = 0; index < sources.size(); index++) {
      Source source = sources.get(index);
      if (source.head.isPresent()) {
        Head head = source.head.get();
        int asked = index;
        heads().stream()
            .map(Head::number)
            .distinct()
            .filter(number -> number < head.number() && !source.blocks.containsKey(number))
            .forEach(number -> probes.add(new Probe(asked, head, number)));
      }
    }
    return probes;
  }

  /** An answer, or empty if the source has not given the block. A late one is ignored. */
  void answered(Probe probe, Optional<Hash> block) {
    Source source = sources.get(probe.source);
    if (source.head.equals(Optional.of(probe.head))) {
      source.blocks.put(probe.number, block);
    }
  }

  /** The head that counts, if there is one. Of several the one that fits most sources. */
  Optional<Head> choose() {
    Comparator<Integer> order =
        Comparator.<Integer>comparingInt(index -> isUnserved(index) ? 1 : 0)
            .thenComparingInt(index -> -fitting(index))
            .thenComparingInt(index -> fitsReached(index) ? 0 : 1)
            .thenComparingInt(index -> fitsLeader(index) ? 0 : 1)
            .thenComparingLong(index -> -sources.get(index).head.orElseThrow().number());
    Optional<Integer> best =
        IntStream.range(0, sources.size())
            .filter(index -> sources.get(index).head.isPresent() && votes(index) >= quorum)
            .boxed()
            .min(order);
    best.ifPresent(index -> leader = index);
    return best.flatMap(index -> sources.get(index).head);
  }

  /** The source whose head was chosen last. */
  int leader() {
    return leader;
  }

  private boolean isUnserved(int index) {
    return sources.get(index).head.filter(head -> unserved.contains(head.hash())).isPresent();
  }

  /** A source that is not reached may have a head that a reorg has replaced meanwhile. */
  private boolean fitsReached(int index) {
    return IntStream.range(0, sources.size())
        .anyMatch(other -> isReached(other) && relation(index, other) == Relation.SAME_CHAIN);
  }

  private boolean fitsLeader(int index) {
    return leader >= 0 && relation(index, leader) == Relation.SAME_CHAIN;
  }

  /** How many sources have the head of this one in their chain. */
  private long votes(int index) {
    long number = sources.get(index).head.orElseThrow().number();
    return IntStream.range(0, sources.size())
        .filter(other -> sources.get(other).head.filter(h -> h.number() >= number).isPresent())
        .filter(other -> relation(index, other) == Relation.SAME_CHAIN)
        .count();
  }

  /** How many sources may be on the chain of this one, above or below its head. */
  private int fitting(int index) {
    return (int)
        IntStream.range(0, sources.size())
            .filter(other -> sources.get(other).head.isPresent())
            .filter(other -> relation(index, other) != Relation.DIFFERENT)
            .count();
  }

  private Relation relation(int one, int other) {
    Optional<Head> head = sources.get(one).head;
    Optional<Head> otherHead = sources.get(other).head;
    if (head.isEmpty() || otherHead.isEmpty()) {
      return Relation.UNKNOWN;
    }
    if (head.get().number() > otherHead.get().number()) {
      return relation(other, one);
    }
    Optional<Hash> there = sources.get(other).blocks.get(head.get().number());
    // Null is not asked yet, and empty is not there.
    if (there == null || there.isEmpty()) {
      return Relation.UNKNOWN;
    }
    return there.get().equals(head.get().hash()) ? Relation.SAME_CHAIN : Relation.DIFFERENT;
  }

  /** The sources that differ, two by two. */
  List<Difference> differences() {
    List<Difference> differences = new ArrayList<>();
    for (int first = 0; first < sources.size(); first++) {
      for (int second = first + 1; second < sources.size(); second++) {
        if (relation(first, second) == Relation.DIFFERENT) {
          differences.add(difference(first, second));
        }
      }
    }
    return differences;
  }

  private Difference difference(int first, int second) {
    Source one = sources.get(first);
    Source other = sources.get(second);
    long number = Math.min(one.head.orElseThrow().number(), other.head.orElseThrow().number());
    return new Difference(
        first,
        one.blocks.get(number).orElseThrow(),
        second,
        other.blocks.get(number).orElseThrow(),
        number);
  }

  /** Whether it is not known at the moment if two sources differ. */
  boolean isUnknown(int first, int second) {
    return relation(first, second) == Relation.UNKNOWN;
  }
}
