package dev.windlass.chain.rules;

import java.util.Optional;

/** The header counts the blob gas of the transactions (EIP-4844). */
public final class BlobCountRule implements BlockRule {
  @Override
  public String name() {
    return "blob-count";
  }

  @Override
  public Optional<String> breach(Candidate candidate, ChainRules rules) {
    long used = candidate.header().blobGasUsed().orElse(0);
    long gas = candidate.blobs() * BlobParameters.GAS_PER_BLOB;
    return used == gas
        ? Optional.empty()
        : Optional.of(
            "blob gas used is "
                + Long.toUnsignedString(used)
                + ", its "
                + candidate.blobs()
                + " blobs make "
                + gas);
  }
}
