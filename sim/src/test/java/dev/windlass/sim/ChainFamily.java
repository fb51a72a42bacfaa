package dev.windlass.sim;

import dev.windlass.chain.Hash;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** A chain and some forks of it, which the peers of many simulations serve. Immutable. */
final class ChainFamily {
  static final int BLOCKS = 400;
  private static final int FORKS = 3;
  static final int FORK_BLOCKS_MAX = 120;

  private final ChainMaker trunk;
  private final List<ChainMaker> forks = new ArrayList<>();

  ChainFamily(long seed) {
    this(seed, ChainMaker.of(seed, BLOCKS, Shape.EMPTY), FORK_BLOCKS_MAX);
  }

  /** Takes a trunk, and makes its forks of up to this many blocks. */
  ChainFamily(long seed, ChainMaker trunk, int forkBlocksMax) {
    SplittableRandom random = new SplittableRandom(seed);
    this.trunk = trunk;
    int height = (int) trunk.head().number();
    for (int i = 1; i <= FORKS; i++) {
      int blocks = 1 + random.nextInt(forkBlocksMax);
      forks.add(trunk.forkAt(random.nextInt(height), seed + i, blocks));
    }
  }

  ChainMaker trunk() {
    return trunk;
  }

  /** The trunk up to some number, or sometimes a fork. */
  ChainMaker any(SplittableRandom random) {
    return random.nextInt(4) == 0
        ? forks.get(random.nextInt(FORKS))
        : trunk.upTo(1 + random.nextInt((int) trunk.head().number()));
  }

  /** The lowest block of a fork that this chain is not on, if there is one. */
  Optional<Hash> foreign(ChainMaker chain, SplittableRandom random) {
    ChainMaker fork = forks.get(random.nextInt(FORKS));
    for (long n = 1; n <= fork.head().number(); n++) {
      if (trunk.numberOf(fork.hashAt(n)).isEmpty()) {
        return Optional.of(fork.hashAt(n)).filter(hash -> chain.numberOf(hash).isEmpty());
      }
    }
    return Optional.empty();
  }

  /** This chain with one hash of a fork in its list, or unchanged if no fork leaves it. */
  Repertoire mixed(ChainMaker chain, SplittableRandom random) {
    ChainMaker fork = forks.get(random.nextInt(FORKS));
    long last = Math.min(chain.head().number() - 1, fork.head().number());
    for (long n = 1; n <= last; n++) {
      if (!chain.hashAt(n).equals(fork.hashAt(n))) {
        return new MixedList(chain, fork, n + random.nextLong(last - n + 1));
      }
    }
    return Repertoire.of(chain);
  }

  boolean isReal(Hash hash) {
    return trunk.numberOf(hash).isPresent()
        || forks.stream().anyMatch(fork -> fork.numberOf(hash).isPresent());
  }
}
