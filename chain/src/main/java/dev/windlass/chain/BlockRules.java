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

  /** Checks that the body belongs to the header. The cheapest rule comes first. */
  public static Optional<Breach> check(Block block) {
    BlockHeader header = block.header();
    Optional<Hash> withdrawalsRoot = header.withdrawalsRoot();
    if (withdrawalsRoot.isPresent() != block.hasWithdrawals()) {
      return Optional.of(
          new Breach(
              WITHDRAWALS_PRESENCE,
              "block "
                  + header
                  + (block.hasWithdrawals()
                      ? " has withdrawals that its header does not commit to"
                      : " lacks the withdrawals that its header commits to")));
    }
    Hash uncles = block.computeUnclesHash();
    if (!uncles.equals(header.unclesHash())) {
      return differs(UNCLES_HASH, header, header.unclesHash(), uncles);
    }
    if (withdrawalsRoot.isPresent() && !block.hasFreeWithdrawalsRoot()) {
      Hash withdrawals = block.computeWithdrawalsRoot();
      if (!withdrawals.equals(withdrawalsRoot.get())) {
        return differs(WITHDRAWALS_ROOT, header, withdrawalsRoot.get(), withdrawals);
      }
    }
    Hash transactions = block.computeTransactionsRoot();
    if (!transactions.equals(header.transactionsRoot())) {
      return differs(TRANSACTIONS_ROOT, header, header.transactionsRoot(), transactions);
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
