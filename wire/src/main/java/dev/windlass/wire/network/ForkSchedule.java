package dev.windlass.wire.network;

import dev.windlass.chain.Hash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.CRC32;

/**
 * When a chain's rules change, and the resulting checksums.
 *
 * <p>The checksum of a head is the CRC-32 of the genesis hash (32) and of each fork that has passed
 * (8, big-endian), blocks before times. Source: EIP-2124, EIP-6122. Immutable.
 */
public final class ForkSchedule {
  private final long[] blocks;
  private final long[] times;

  /** One checksum more than there are forks: for the genesis, and after each fork. */
  private final int[] checksums;

  /**
   * The schedule of one chain.
   *
   * @param forkBlocks numbers of fork blocks, with all 64 bits; those at the genesis, and
   *     repetitions, are left out
   * @param forkTimes times of forks since the merge; those not after the genesis are left out
   */
  public ForkSchedule(Hash genesis, long genesisTime, List<Long> forkBlocks, List<Long> forkTimes) {
    blocks = sorted(forkBlocks, 0);
    times = sorted(forkTimes, genesisTime);
    List<Integer> sums = new ArrayList<>();
    CRC32 crc = new CRC32();
    crc.update(genesis.toBytes());
    sums.add((int) crc.getValue());
    for (int i = 0; i < blocks.length + times.length; i++) {
      long fork = fork(i);
      for (int shift = 56; shift >= 0; shift -= 8) {
        crc.update((int) (fork >> shift));
      }
      sums.add((int) crc.getValue());
    }
    checksums = sums.stream().mapToInt(Integer::intValue).toArray();
  }

  private static long[] sorted(List<Long> forks, long after) {
    TreeSet<Long> unsigned = new TreeSet<>(Long::compareUnsigned);
    unsigned.addAll(forks);
    return unsigned.tailSet(after, false).stream().mapToLong(Long::longValue).toArray();
  }

  private long fork(int index) {
    return index < blocks.length ? blocks[index] : times[index - blocks.length];
  }

  private int forkCount() {
    return blocks.length + times.length;
  }

  /** How many forks a head has passed. */
  private int passed(long number, long time) {
    int passed = 0;
    while (passed < forkCount() && hasPassed(passed, number, time)) {
      passed++;
    }
    return passed;
  }

  private boolean hasPassed(int index, long number, long time) {
    return index < blocks.length
        ? Long.compareUnsigned(number, blocks[index]) >= 0
        : Long.compareUnsigned(time, times[index - blocks.length]) >= 0;
  }

  /** The fork id of a node with this head. */
  public ForkHash at(long number, long time) {
    int passed = passed(number, time);
    return new ForkHash(checksums[passed], passed < forkCount() ? fork(passed) : 0);
  }

  /**
   * Whether a node with this fork id may be on this chain.
   *
   * @param number of this node's head
   * @param time of this node's head
   */
  public boolean isCompatible(ForkHash theirs, long number, long time) {
    int passed = passed(number, time);
    if (theirs.checksum() == checksums[passed]) {
      // Same forks so far. The other node must not know of a fork that this head has passed
      // without.
      boolean isBlock =
          passed < blocks.length || Long.compareUnsigned(theirs.next(), firstTime()) < 0;
      long ours = isBlock ? number : time;
      return theirs.next() == 0 || Long.compareUnsigned(ours, theirs.next()) < 0;
    }
    for (int i = 0; i < passed; i++) {
      if (theirs.checksum() == checksums[i]) {
        // The other node is behind, and must know of its next fork.
        return theirs.next() == fork(i);
      }
    }
    for (int i = passed + 1; i < checksums.length; i++) {
      if (theirs.checksum() == checksums[i]) {
        // This node is behind.
        return true;
      }
    }
    return false;
  }

  /** Below any time since the merge, and far above any block number. */
  private static long firstTime() {
    return 1_000_000_000L;
  }

  List<Long> forks() {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < forkCount(); i++) {
      all.add(fork(i));
    }
    return Collections.unmodifiableList(all);
  }
}
