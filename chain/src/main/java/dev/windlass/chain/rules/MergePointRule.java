package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.math.BigInteger;
import java.util.Optional;

/**
 * Blocks are merged from one point of the chain on, and none before it (EIP-3675). A merged block
 * has no difficulty.
 */
public final class MergePointRule implements HeaderRule {
  @Override
  public String name() {
    return "merge-point";
  }

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules) {
    boolean isMerged = rules.isMerged(header);
    if (rules.mergeNumber().isPresent()) {
      long first = rules.mergeNumber().getAsLong();
      boolean mustBe = header.number() >= first;
      return isMerged == mustBe
          ? Optional.empty()
          : wrong(header, "the first merged block is number " + first);
    }
    if (!isMerged && rules.isActive(Fork.SHANGHAI, header)) {
      return wrong(header, "Shanghai is active, which came after the merge");
    }
    if (!isMerged && rules.isMerged(parent)) {
      return wrong(header, "the parent is merged");
    }
    if (isMerged && rules.terminalDifficulty().isEmpty()) {
      return wrong(header, "the chain has no terminal total difficulty");
    }
    return Optional.empty();
  }

  /**
   * The same by the total difficulty of the parent, if that is known.
   *
   * @param total that of the parent
   */
  Optional<String> breachByDifficulty(BlockHeader header, BigInteger total, ChainRules rules) {
    if (rules.terminalDifficulty().isEmpty()) {
      return Optional.empty();
    }
    BigInteger terminal = rules.terminalDifficulty().get();
    boolean mustBe = total.compareTo(terminal) >= 0;
    return rules.isMerged(header) == mustBe
        ? Optional.empty()
        : wrong(header, "the parent's total difficulty is " + total + " of " + terminal);
  }

  private static Optional<String> wrong(BlockHeader header, String reason) {
    return Optional.of("difficulty is " + header.difficulty() + ", but " + reason);
  }
}
