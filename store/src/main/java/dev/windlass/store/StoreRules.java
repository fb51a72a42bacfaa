package dev.windlass.store;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.BanStore;
import dev.windlass.chain.store.ChainStore;
import dev.windlass.chain.store.Segment;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The rules for writers to any store. Breaking one is a programming error, so it throws an
 * IllegalStateException. The checks are always on.
 */
final class StoreRules {
  private StoreRules() {}

  /**
   * Checks that a segment's new record equals the stored one grown by these hashes.
   *
   * @param stored the stored record, or null for a new segment
   * @param newestFirst the hashes to add
   */
  static void requireGrowth(Segment stored, Segment grown, List<Hash> newestFirst) {
    Segment before =
        stored != null ? stored : Segment.empty(grown.id(), grown.anchor(), grown.isProven());
    if (!before.anchor().equals(grown.anchor())
        || before.isProven() != grown.isProven()
        || before.length() + newestFirst.size() != grown.length()
        || (before.isNumbered() && before.anchorNumber() != grown.anchorNumber())) {
      throw new IllegalStateException(
          newestFirst.size() + " links do not make " + grown + " of " + before);
    }
    Hash first = newestFirst.isEmpty() ? grown.next() : newestFirst.get(0);
    if (!first.equals(before.next())) {
      throw new IllegalStateException(
          "segment " + grown.id() + " goes on at " + before.next() + ", not at " + first);
    }
  }

  /**
   * Adds a passed checkpoint to those of a store, lowest first.
   *
   * @param store in which the checkpoint must be canonical
   */
  static List<BlockId> withCheckpoint(List<BlockId> passed, BlockId checkpoint, ChainStore store) {
    if (checkpoint.number() > store.tip().number()
        || store.canonicalHash(checkpoint.number()).filter(checkpoint.hash()::equals).isEmpty()) {
      throw new IllegalStateException("checkpoint " + checkpoint + " is not canonical");
    }
    List<BlockId> all =
        Stream.concat(passed.stream(), Stream.of(checkpoint))
            .distinct()
            .sorted(Comparator.comparingLong(BlockId::number))
            .toList();
    return all.subList(Math.max(0, all.size() - ChainStore.CHECKPOINTS_MAX), all.size());
  }

  /** Checks headers against each other and against the record that they grow. */
  static void requireLinkedHeaders(Segment grown, List<BlockHeader> newestFirst) {
    for (int i = 1; i < newestFirst.size(); i++) {
      if (!BlockRules.isLinked(newestFirst.get(i), newestFirst.get(i - 1))) {
        throw new IllegalStateException(
            "header " + newestFirst.get(i) + " is not the parent of " + newestFirst.get(i - 1));
      }
    }
    if (newestFirst.isEmpty()) {
      return;
    }
    BlockHeader lowest = newestFirst.get(newestFirst.size() - 1);
    if (!lowest.parentHash().equals(grown.next())
        || lowest.number() != grown.anchorNumber() - grown.length() + 1) {
      throw new IllegalStateException("header " + lowest + " does not end " + grown);
    }
  }

  /** Checks that each header follows the one before, and the first one the block. */
  static void requireLinkedHeaders(BlockId below, List<BlockHeader> oldestFirst) {
    Hash parent = below.hash();
    long number = below.number();
    for (BlockHeader header : oldestFirst) {
      if (!header.parentHash().equals(parent) || header.number() != number + 1) {
        throw new IllegalStateException("header " + header + " does not follow " + parent);
      }
      parent = header.hash();
      number = header.number();
    }
  }

  /** Checks that no header of a run is banned. */
  static void requireNotBanned(List<BlockHeader> run, BanStore bans) {
    for (BlockHeader header : run) {
      Optional<String> ban = bans.banOf(header.hash());
      if (ban.isPresent()) {
        throw new IllegalStateException("block " + header.id() + " is banned: " + ban.get());
      }
    }
  }

  static BlockId parent(BlockHeader header) {
    return new BlockId(header.number() - 1, header.parentHash());
  }

  /** Checks that the range of a store may begin at this header. */
  static void requireBeginnable(BlockHeader floor, ChainStore store) {
    if (!store.tip().equals(store.root()) || floor.number() <= store.genesis().number() + 1) {
      throw new IllegalStateException(
          "a store from " + store.root() + " to " + store.tip() + " cannot begin at " + floor);
    }
  }

  /**
   * Checks that headers continue the range of a store downwards.
   *
   * @return whether they reach the genesis
   */
  static boolean requireLowering(List<BlockHeader> newestFirst, ChainStore store) {
    BlockId parent = store.belowRoot().orElseThrow();
    for (BlockHeader header : newestFirst) {
      if (!header.id().equals(parent) || parent.number() <= store.genesis().number()) {
        throw new IllegalStateException("header " + header + " is not block " + parent);
      }
      parent = parent(header);
    }
    boolean isToGenesis = parent.number() == store.genesis().number();
    if (isToGenesis && !parent.equals(store.genesis())) {
      throw new IllegalStateException(parent + " is not the genesis " + store.genesis());
    }
    return isToGenesis;
  }

  /** Checks that the root of a store may move up to this number. */
  static void requireRaising(long number, ChainStore store) {
    if (number <= store.root().number() || number > store.tip().number()) {
      throw new IllegalStateException(
          "a store from " + store.root() + " to " + store.tip() + " cannot begin at " + number);
    }
  }

  /** Checks that a block to forget is known and lies above the root. */
  static void requireForgettable(BlockId block, ChainStore store) {
    if (!store.has(block) || block.number() <= store.root().number()) {
      throw new IllegalStateException("block " + block + " is not a block above the root");
    }
  }

  static void requireProven(Segment grown, boolean isProven) {
    if (grown.isProven() != isProven) {
      throw new IllegalStateException(
          isProven ? "headers for " + grown : "bare hashes for " + grown);
    }
  }

  /**
   * Gives a proven segment the number in its headers.
   *
   * @param newestFirst the headers that grew it
   */
  static Segment numbered(Segment grown, List<BlockHeader> newestFirst) {
    if (grown.isNumbered() || newestFirst.isEmpty()) {
      return grown;
    }
    long position = grown.length() - newestFirst.size();
    return grown.numbered(newestFirst.get(0).number() + position);
  }

  /** Checks that a segment has this position and, if its numbers are known, this number there. */
  static void requirePlace(Segment segment, long position, long number) {
    if (position >= segment.length()
        || (segment.isNumbered() && number != segment.anchorNumber() - position)) {
      throw new IllegalStateException(
          "position " + position + " with number " + number + " is not in " + segment);
    }
  }

  /**
   * Checks that each block follows the one before, and the first one a known block.
   *
   * @param parentNumber the number of the first one's parent, if that is known
   */
  static void requireLinkedRun(List<Block> run, OptionalLong parentNumber) {
    Block first = run.get(0);
    if (parentNumber.isEmpty() || parentNumber.getAsLong() + 1 != first.number()) {
      throw new IllegalStateException(
          "the parent of block "
              + first
              + " is not stored at "
              + (first.number() - 1)
              + ": "
              + first.parentHash());
    }
    for (int i = 1; i < run.size(); i++) {
      if (!BlockRules.isLinked(run.get(i - 1).header(), run.get(i).header())) {
        throw new IllegalStateException(
            "block " + run.get(i) + " does not follow block " + run.get(i - 1));
      }
    }
  }
}
