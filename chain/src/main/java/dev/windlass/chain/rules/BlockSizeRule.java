package dev.windlass.chain.rules;

import java.util.Optional;

/** Since Osaka a block has 8 MiB at most (EIP-7934). */
public final class BlockSizeRule implements BlockRule {
  @Override
  public String name() {
    return "block-size";
  }

  private static final int BYTES_MAX = 8 << 20;

  @Override
  public Optional<String> breach(Candidate candidate, ChainRules rules) {
    int size = candidate.block().size();
    return size > BYTES_MAX && rules.isActive(Fork.OSAKA, candidate.header())
        ? Optional.of("it has " + size + " bytes; at most " + BYTES_MAX + " are allowed")
        : Optional.empty();
  }
}
