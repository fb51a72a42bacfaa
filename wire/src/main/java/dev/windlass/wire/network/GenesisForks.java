package dev.windlass.wire.network;

import dev.windlass.chain.Hash;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * When the rules change, from the {@code config} of a genesis file.
 *
 * <p>A name counts if geth (params/config.go, v1.17.8) or Besu (JsonGenesisConfigOptions) includes
 * it in its fork checksum. Other names are ignored as geth and Besu ignore them, for example {@code
 * mergeForkBlock}, which generators still write. A number of more than 64 bits means never. As in
 * geth, its lower 64 bits count. Immutable.
 */
final class GenesisForks {
  private static final Set<String> BLOCKS =
      Set.of(
          "homesteadblock",
          "daoforkblock",
          "eip150block",
          "eip155block",
          "eip158block",
          "byzantiumblock",
          "constantinopleblock",
          "petersburgblock",
          "istanbulblock",
          "muirglacierblock",
          "berlinblock",
          "londonblock",
          "arrowglacierblock",
          "grayglacierblock",
          "mergenetsplitblock",
          // Ethereum Classic, in Besu
          "ecip1015block",
          "diehardblock",
          "gothamblock",
          "ecip1041block",
          "atlantisblock",
          "aghartablock",
          "phoenixblock",
          "thanosblock",
          "magnetoblock",
          "mystiqueblock",
          "spiralblock");

  private static final Set<String> TIMES =
      Set.of(
          "shanghaitime",
          "cancuntime",
          "cancuneoftime",
          "praguetime",
          "osakatime",
          "bpo1time",
          "bpo2time",
          "bpo3time",
          "bpo4time",
          "bpo5time",
          "amsterdamtime",
          "bogotatime",
          "ubttime",
          "futureeipstime",
          "experimentaleipstime");

  /** The largest number that is read. No fork in use has more bits. */
  private static final int BITS_MAX = 1_024;

  private final GenesisObject config;
  private final long genesisTime;
  private final List<Long> blocks = new ArrayList<>();
  private final List<Long> times = new ArrayList<>();

  GenesisForks(GenesisObject config, long genesisTime) {
    this.config = config;
    this.genesisTime = genesisTime;
    for (String name : config.names()) {
      if (BLOCKS.contains(name)) {
        blocks.add(config.requiredInteger(name, BITS_MAX).longValue());
      } else if (TIMES.contains(name)) {
        times.add(config.requiredInteger(name, BITS_MAX).longValue());
      }
    }
  }

  /** As in Besu, a file that names only the latest fork includes the earlier ones. */
  boolean isLondon() {
    return isShanghai()
        || config
            .integer("londonBlock", BITS_MAX)
            .filter(number -> number.signum() == 0)
            .isPresent();
  }

  boolean isShanghai() {
    return isActive("shanghaiTime") || isCancun();
  }

  boolean isCancun() {
    return isActive("cancunTime") || isPrague();
  }

  boolean isPrague() {
    return isActive("pragueTime") || isActive("osakaTime") || isAmsterdam();
  }

  boolean isAmsterdam() {
    return isActive("amsterdamTime");
  }

  private boolean isActive(String name) {
    return config
        .integer(name, BITS_MAX)
        .filter(time -> time.compareTo(BigInteger.valueOf(genesisTime)) <= 0)
        .isPresent();
  }

  ForkSchedule schedule(Hash genesis) {
    return new ForkSchedule(genesis, genesisTime, blocks, times);
  }
}
