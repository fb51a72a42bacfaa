package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import java.util.Arrays;
import java.util.Optional;

/**
 * A Clique block has a mix hash of zeros, and no coinbase at the begin of an epoch (EIP-225).
 * Elsewhere the coinbase is the one whose vote it is.
 */
public final class CliqueFieldsRule implements HeaderRule {
  @Override
  public String name() {
    return "clique-fields";
  }

  private static final byte[] NO_COINBASE = new byte[20];

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules) {
    if (rules.clique().isEmpty() || rules.isMerged(header)) {
      return Optional.empty();
    }
    if (header.mixHash().filter(Hash.ZERO::equals).isEmpty()) {
      return Optional.of("mix hash is not zero");
    }
    boolean isEpoch = header.number() % rules.clique().get().epoch() == 0;
    return isEpoch && !Arrays.equals(header.coinbase(), NO_COINBASE)
        ? Optional.of("coinbase is not zero, though an epoch begins")
        : Optional.empty();
  }
}
