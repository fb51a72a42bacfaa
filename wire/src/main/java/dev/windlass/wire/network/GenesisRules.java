package dev.windlass.wire.network;

import dev.windlass.chain.rules.BlobParameters;
import dev.windlass.chain.rules.ChainRules;
import dev.windlass.chain.rules.Clique;
import dev.windlass.chain.rules.DaoFork;
import dev.windlass.chain.rules.Fork;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules of a chain, from the {@code config} of its genesis file.
 *
 * <p>They are known if the chain was made by Ethash or Clique, or was merged from its genesis on,
 * and has no rules of its own. Immutable.
 */
final class GenesisRules {
  /** Each stands for rules that are not known here: another consensus, or another kind of chain. */
  private static final Set<String> OTHER_RULES =
      Set.of(
          "arbitrum",
          "aura",
          "bor",
          "celo",
          "contractsizelimit",
          "ibft",
          "ibft2",
          "istanbul",
          "l2",
          "optimism",
          "parlia",
          "qbft",
          "scroll",
          "taiko",
          "xdpos",
          "zerobasefee",
          // Ethereum Classic, in Besu
          "atlantisblock",
          "diehardblock",
          "ecip1015block",
          "ecip1017erarounds",
          "ecip1041block",
          "gothamblock");

  private static final int BITS_MAX = 1_024;

  private final GenesisObject config;
  private final long chainId;
  private final long genesisTime;

  GenesisRules(GenesisObject config, long chainId, long genesisTime) {
    this.config = config;
    this.chainId = chainId;
    this.genesisTime = genesisTime;
  }

  /** Empty if the chain has rules that are not known here. */
  Optional<ChainRules> rules() {
    Set<String> others = new TreeSet<>(config.names());
    others.retainAll(OTHER_RULES);
    boolean hasFixedDifficulty =
        config.object("ethash").flatMap(e -> e.integer("fixedDifficulty", BITS_MAX)).isPresent();
    if (!others.isEmpty() || hasFixedDifficulty) {
      return Optional.empty();
    }
    ChainRules.Builder rules = ChainRules.ofChain(chainId);
    for (Fork fork : Fork.values()) {
      config
          .integer(fork.configName(), BITS_MAX)
          .ifPresent(beginning -> rules.fork(fork, beginning(fork, beginning)));
    }
    dao().ifPresent(rules::dao);
    config.integer("terminalTotalDifficulty", BITS_MAX).ifPresent(rules::terminalDifficulty);
    config.object("clique").ifPresent(settings -> rules.clique(clique(settings)));
    config.object("blobSchedule").ifPresent(schedule -> readBlobs(schedule, rules));
    return Optional.of(rules.build());
  }

  /** As in geth, the lower 64 bits count. A time at the genesis is the same as 0. */
  private long beginning(Fork fork, BigInteger beginning) {
    boolean isAtGenesis =
        fork.isByTime() && beginning.compareTo(BigInteger.valueOf(genesisTime)) <= 0;
    return isAtGenesis ? 0 : beginning.longValue();
  }

  /** If the file does not say which side the chain takes, geth and Besu differ, so none is held. */
  private Optional<DaoFork> dao() {
    return config.names().contains("daoforksupport")
        ? config
            .integer("daoForkBlock", BITS_MAX)
            .map(number -> new DaoFork(number.longValue(), config.isTrue("daoForkSupport")))
        : Optional.empty();
  }

  /** The names are those of geth, or of Besu. */
  private static Clique clique(GenesisObject settings) {
    long period =
        seconds(settings, "period").or(() -> seconds(settings, "blockPeriodSeconds")).orElse(0L);
    long epoch =
        seconds(settings, "epoch")
            .or(() -> seconds(settings, "epochLength"))
            .filter(length -> length > 0)
            .orElse(Clique.EPOCH_DEFAULT);
    return new Clique(period, epoch);
  }

  private static Optional<Long> seconds(GenesisObject settings, String name) {
    return settings.integer(name, Integer.SIZE - 1).map(BigInteger::longValue);
  }

  private static void readBlobs(GenesisObject schedule, ChainRules.Builder rules) {
    for (Fork fork : Fork.values()) {
      if (fork.isByTime()) {
        String name = fork.name().toLowerCase(Locale.ROOT);
        schedule.object(name).ifPresent(blobs -> rules.blobs(fork, parameters(fork, blobs)));
      }
    }
  }

  private static BlobParameters parameters(Fork fork, GenesisObject blobs) {
    BlobParameters usual = fork == Fork.CANCUN ? BlobParameters.CANCUN : BlobParameters.PRAGUE;
    long target = blobs.requiredInteger("target", Integer.SIZE - 1).longValue();
    long max = blobs.requiredInteger("max", Integer.SIZE - 1).longValue();
    // Besu has a default for it.
    long fraction =
        blobs
            .integer("baseFeeUpdateFraction", Long.SIZE - 1)
            .map(BigInteger::longValue)
            .orElse(usual.updateFraction());
    try {
      return new BlobParameters(target, max, fraction);
    } catch (IllegalArgumentException e) {
      throw blobs.fault("max", "makes no schedule of blobs: " + e.getMessage());
    }
  }
}
