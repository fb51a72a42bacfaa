package dev.windlass.node;

import dev.windlass.chain.rules.FullCheck;
import dev.windlass.chain.rules.JavaKeyRecovery;
import dev.windlass.chain.rules.Seal;
import dev.windlass.chain.rules.Senders;
import dev.windlass.downloader.links.RunCheck;
import java.time.Instant;
import java.util.Optional;

/**
 * The check that a node does of blocks which no trusted hash covers, with the threads that it uses.
 *
 * <p>Owned by the caller, which closes it after the node.
 */
public final class BlockChecks implements AutoCloseable {
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
    CpuThreads threads = CpuThreads.ofAllProcessors();
    Senders senders =
        new Senders(
            NativeKeyRecovery.load(config.dataPath()).orElseGet(JavaKeyRecovery::new), threads);
    FullCheck rules =
        config
            .network()
            .rules()
            .map(known -> FullCheck.of(known, Seal.NOT_VERIFIABLE))
            .orElseGet(FullCheck::ofAnyChain);
    return new BlockChecks(
        new FullRunCheck(rules, senders, () -> Instant.now().getEpochSecond()),
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
