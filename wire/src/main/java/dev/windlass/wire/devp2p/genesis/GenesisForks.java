package dev.windlass.wire.devp2p.genesis;

import dev.windlass.chain.Hash;
import dev.windlass.wire.devp2p.eth.ForkSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * When the rules change, by the {@code config} of a genesis file: every name that ends in {@code
 * Block} is a fork at a number, every one that ends in {@code Time} a fork at a time.
 *
 * <p>So does geth take them for its fork checksum (core/forkid, v1.17.8), and Besu names them
 * alike. Immutable.
 */
final class GenesisForks {
  /** It names no change of rules of its own: which chain to follow, after a fork. */
  private static final Set<String> NO_FORKS = Set.of("classicforkblock");

  /** Forks since the merge that changed the header, in their order. */
  private static final List<String> HEADER_FORKS =
      List.of("shanghaiTime", "cancunTime", "pragueTime", "amsterdamTime");

  private final GenesisObject config;
  private final long genesisTime;
  private final List<Long> blocks = new ArrayList<>();
  private final List<Long> times = new ArrayList<>();

  GenesisForks(GenesisObject config, long genesisTime) {
    this.config = config;
    this.genesisTime = genesisTime;
    for (String name : config.names()) {
      if (name.endsWith("block") && !NO_FORKS.contains(name)) {
        blocks.add(config.requiredInteger(name, Long.SIZE - 1).longValueExact());
      } else if (name.endsWith("time")) {
        times.add(config.requiredInteger(name, Long.SIZE - 1).longValueExact());
      }
    }
    checkOrder();
  }

  private void checkOrder() {
    String before = "londonBlock";
    boolean isBeforeActive = isLondon();
    for (String name : HEADER_FORKS) {
      boolean isActive = isActive(name);
      if (isActive && !isBeforeActive) {
        throw config.fault(name, "is reached at the genesis, though " + before + " is not");
      }
      isBeforeActive = isActive;
      before = name;
    }
  }

  boolean isLondon() {
    return config
        .integer("londonBlock", Long.SIZE - 1)
        .filter(number -> number.signum() == 0)
        .isPresent();
  }

  boolean isShanghai() {
    return isActive("shanghaiTime");
  }

  boolean isCancun() {
    return isActive("cancunTime");
  }

  boolean isPrague() {
    return isActive("pragueTime");
  }

  boolean isAmsterdam() {
    return isActive("amsterdamTime");
  }

  private boolean isActive(String name) {
    return config
        .integer(name, Long.SIZE - 1)
        .filter(time -> time.longValueExact() <= genesisTime)
        .isPresent();
  }

  ForkSchedule schedule(Hash genesis) {
    return new ForkSchedule(genesis, genesisTime, blocks, times);
  }
}
