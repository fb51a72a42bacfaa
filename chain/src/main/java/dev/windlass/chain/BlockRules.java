package dev.windlass.chain;

import java.util.Optional;

/**
 * The rules that prove a block from its hash. The body must be the one that the header commits to,
 * and the parent the one that the header names.
 *
 * <p>{@link BlockHeader#decode} computes the hash, so it is not checked here. Nothing is executed.
 * State, gas, seals and signatures are not checked.
 */
public final class BlockRules {
  public static final String TRANSACTIONS_ROOT = "transactions-root";
  public static final String UNCLES_HASH = "uncles-hash";
  public static final String WITHDRAWALS_ROOT = "withdrawals-root";
  public static final String WITHDRAWALS_PRESENCE = "withdrawals-presence";
  public static final String LINK = "link";

  private BlockRules() {}

  /** Checks that the body belongs to the header. */
  public static Optional<Breach> check(Block block) {
    Optional<Breach> breach = checkPresence(block);
    return breach.isPresent() ? breach : checkRoots(block, BodyRoots.of(block));
  }

  /** The same with the roots of the body, which are known. */
  public static Optional<Breach> check(Block block, BodyRoots roots) {
    Optional<Breach> breach = checkPresence(block);
    return breach.isPresent() ? breach : checkRoots(block, roots);
  }

  private static Optional<Breach> checkPresence(Block block) {
    BlockHeader header = block.header();
    if (header.withdrawalsRoot().isPresent() == block.hasWithdrawals()) {
      return Optional.empty();
    }
    return Optional.of(
        new Breach(
            WITHDRAWALS_PRESENCE,
            "block "
                + header
                + (block.hasWithdrawals()
                    ? " has withdrawals that its header does not commit to"
                    : " lacks the withdrawals that its header commits to")));
  }

  private static Optional<Breach> checkRoots(Block block, BodyRoots roots) {
    BlockHeader header = block.header();
    if (!roots.uncles().equals(header.unclesHash())) {
      return differs(UNCLES_HASH, header, header.unclesHash(), roots.uncles());
    }
    if (!roots.withdrawals().equals(header.withdrawalsRoot()) && !block.hasFreeWithdrawalsRoot()) {
      return differs(
          WITHDRAWALS_ROOT,
          header,
          header.withdrawalsRoot().orElseThrow(),
          roots.withdrawals().orElseThrow());
    }
    if (!roots.transactions().equals(header.transactionsRoot())) {
      return differs(TRANSACTIONS_ROOT, header, header.transactionsRoot(), roots.transactions());
    }
    return Optional.empty();
  }

  private static Optional<Breach> differs(String rule, BlockHeader header, Hash said, Hash is) {
    return Optional.of(
        new Breach(rule, "block " + header + " commits to " + said + ", its body makes " + is));
  }

  /** Whether the child names the parent, by hash and by number. */
  public static boolean isLinked(BlockHeader parent, BlockHeader child) {
    return child.number() == parent.number() + 1 && child.parentHash().equals(parent.hash());
  }

  /** Checks that the child names the parent, by hash and by number. */
  public static Optional<Breach> checkLink(BlockHeader parent, BlockHeader child) {
    if (isLinked(parent, child)) {
      return Optional.empty();
    }
    return Optional.of(
        new Breach(
            LINK,
            "block "
                + child
                + " names the parent "
                + child.parentHash()
                + ", and does not follow block "
                + parent));
  }
}
