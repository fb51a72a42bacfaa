package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.util.Optional;

/**
 * Extra data has 32 bytes at most. Clique appends a signature of 65 bytes, and the signers (20
 * each) at the begin of an epoch.
 */
public final class ExtraDataRule implements HeaderRule {
  @Override
  public String name() {
    return "extra-data";
  }

  private static final int BYTES_MAX = 32;
  private static final int VANITY_AND_SEAL_BYTES = 32 + 65;
  private static final int SIGNER_BYTES = 20;

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules) {
    int size = header.extraDataSize();
    if (rules.clique().isPresent() && !rules.isMerged(header)) {
      return ofClique(size, header.number() % rules.clique().get().epoch() == 0);
    }
    return size <= BYTES_MAX
        ? Optional.empty()
        : Optional.of("extra data has " + size + " bytes; at most " + BYTES_MAX + " are allowed");
  }

  private static Optional<String> ofClique(int size, boolean isEpoch) {
    int signers = size - VANITY_AND_SEAL_BYTES;
    boolean isRight = isEpoch ? signers >= 0 && signers % SIGNER_BYTES == 0 : signers == 0;
    return isRight
        ? Optional.empty()
        : Optional.of(
            "extra data has "
                + size
                + " bytes instead of "
                + VANITY_AND_SEAL_BYTES
                + (isEpoch ? " and " + SIGNER_BYTES + " for each signer" : ""));
  }
}
