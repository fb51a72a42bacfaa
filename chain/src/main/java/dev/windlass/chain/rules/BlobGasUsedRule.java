package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.util.Optional;

/** Blob gas comes in whole blobs, and in no more than the fork allows (EIP-4844). */
public final class BlobGasUsedRule implements HeaderRule {
  @Override
  public String name() {
    return "blob-gas-used";
  }

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules) {
    Optional<BlobParameters> blobs = rules.blobs(header.timestamp());
    if (blobs.isEmpty() || header.blobGasUsed().isEmpty()) {
      return Optional.empty();
    }
    long used = header.blobGasUsed().getAsLong();
    long max = blobs.get().maxGas();
    if (Long.compareUnsigned(used, max) <= 0 && used % BlobParameters.GAS_PER_BLOB == 0) {
      return Optional.empty();
    }
    return Optional.of(
        "blob gas used is "
            + Long.toUnsignedString(used)
            + "; it must be a multiple of "
            + BlobParameters.GAS_PER_BLOB
            + " up to "
            + max);
  }
}
