package dev.windlass.node;

import dev.windlass.chain.rules.ChainRules;
import dev.windlass.chain.rules.FullCheck;
import dev.windlass.chain.rules.JavaKeyRecovery;
import dev.windlass.chain.rules.KeyRecovery;
import dev.windlass.chain.rules.Seal;
import dev.windlass.chain.rules.Senders;
import dev.windlass.downloader.links.RunCheck;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The check that a node does of blocks which no trusted hash covers, with the threads that it uses.
 *
 * <p>Owned by the caller, which closes it after the node.
 */
public final class BlockChecks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlockChecks.class);

  private final RunCheck check;
  private final Optional<CpuThreads> threads;

  private BlockChecks(RunCheck check, Optional<CpuThreads> threads) {
    this.check = check;
    this.threads = threads;
  }

  /** The full check by the rules of the network, or none if the user wants light ones. */
  public static BlockChecks of(NodeConfig config) {
    if (!config.isCheckedFully()) {
      return new BlockChecks(RunCheck.NOTHING_MORE, Optional.empty());
    }
    Optional<KeyRecovery> quick = NativeKeyRecovery.load(config.dataPath());
    if (quick.isEmpty()) {
      LOG.warn(
          "Senders are recovered in Java, several times slower, since this system does not load"
              + " libsecp256k1");
    }
    Optional<ChainRules> rules = config.network().rules();
    if (rules.isEmpty()) {
      LOG.atWarn()
          .setMessage("Few rules are checked")
          .addKeyValue("network", config.network())
          .addKeyValue("reason", "the consensus of this network is not known here")
          .log();
    }
    CpuThreads threads = CpuThreads.ofAllProcessors();
    Senders senders = new Senders(quick.orElseGet(JavaKeyRecovery::new), threads);
    FullCheck check =
        rules
            .map(known -> FullCheck.of(known, Seal.NOT_VERIFIABLE))
            .orElseGet(FullCheck::ofAnyChain);
    return new BlockChecks(
        new FullRunCheck(check, senders, () -> Instant.now().getEpochSecond()),
        Optional.of(threads));
  }

  public RunCheck check() {
    return check;
  }

  @Override
  public void close() {
    threads.ifPresent(CpuThreads::close);
  }
}
