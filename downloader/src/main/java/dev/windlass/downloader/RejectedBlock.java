package dev.windlass.downloader;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.rules.BlockBreach;
import dev.windlass.chain.rules.FutureTimestampRule;
import dev.windlass.downloader.links.StoreWork;
import java.util.Optional;

/** What follows for a sync if the processor finds a block that breaks a rule. */
final class RejectedBlock {
  private RejectedBlock() {}

  /**
   * The chain is invalid, and the peer that delivered the block is not blamed.
   *
   * @param sender of a block that was announced whole
   */
  static void fail(CoreState context, Sync sync, Optional<PeerId> sender, BlockBreach breach) {
    Optional<PeerId> announcer = sender.or(() -> sync.origin);
    BlockId block = breach.block();
    String rule = breach.breach().rule();
    String explanation = "block " + block + ": " + breach.breach().explanation();
    context.act(
        new Action.RejectBlock(
            new ChainEvent.Rejected(block, rule, breach.breach().explanation(), announcer)));
    if (rule.equals(StoreWork.CHECKPOINT)) {
      sync.failAtCheckpoint(block.number(), explanation);
    } else if (rule.equals(FutureTimestampRule.NAME)) {
      sync.fail(SyncError.EARLY_BLOCK, Optional.empty(), explanation);
    } else if (rule.equals(StoreWork.BANNED)) {
      sync.fail(SyncError.INVALID_CHAIN, announcer, rule + ": " + explanation);
    } else {
      context.refuseHash(block.hash(), breach.toString());
      sync.fail(SyncError.INVALID_CHAIN, announcer, rule + ": " + explanation);
    }
  }
}
