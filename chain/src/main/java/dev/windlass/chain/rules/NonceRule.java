package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.util.Optional;

/**
 * The nonce of a merged block is 0 (EIP-3675). That of a Clique block is a vote, all bits or none,
 * and at the begin of an epoch none.
 */
public final class NonceRule implements HeaderRule {
  @Override
  public String name() {
    return "nonce";
  }

  private static final long VOTE_TO_ADD = -1;

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules) {
    if (rules.isMerged(header)) {
      return isZero(header) ? Optional.empty() : wrong(header, "0, since the block is merged");
    }
    if (rules.clique().isEmpty()) {
      return Optional.empty();
    }
    boolean isEpoch = header.number() % rules.clique().get().epoch() == 0;
    boolean mayAdd =
        !isEpoch && header.nonce().isPresent() && header.nonce().getAsLong() == VOTE_TO_ADD;
    return isZero(header) || mayAdd
        ? Optional.empty()
        : wrong(header, isEpoch ? "0, since an epoch begins" : "0 or all ones");
  }

  private static boolean isZero(BlockHeader header) {
    return header.nonce().isPresent() && header.nonce().getAsLong() == 0;
  }

  private static Optional<String> wrong(BlockHeader header, String right) {
    String nonce =
        header.nonce().isPresent() ? "0x" + Long.toHexString(header.nonce().getAsLong()) : "absent";
    return Optional.of("nonce is " + nonce + " instead of " + right);
  }
}
