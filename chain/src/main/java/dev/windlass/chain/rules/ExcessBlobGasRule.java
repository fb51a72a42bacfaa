package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.math.BigInteger;
import java.util.Optional;

/** The excess blob gas follows from the parent (EIP-4844; since Osaka, EIP-7918). */
public final class ExcessBlobGasRule implements HeaderRule {
  @Override
  public String name() {
    return "excess-blob-gas";
  }

  /** Execution gas that a blob costs at least, in the reserve price of EIP-7918. */
  private static final BigInteger BLOB_BASE_COST = BigInteger.valueOf(1 << 13);

  private static final BigInteger GAS_PER_BLOB = BigInteger.valueOf(BlobParameters.GAS_PER_BLOB);

  @Override
  public Optional<String> breach(BlockHeader header, BlockHeader parent, ChainRules rules) {
    Optional<BlobParameters> blobs = rules.blobs(header.timestamp());
    if (blobs.isEmpty() || header.excessBlobGas().isEmpty()) {
      return Optional.empty();
    }
    long excess = header.excessBlobGas().getAsLong();
    long expected = expected(parent, blobs.get(), rules.isActive(Fork.OSAKA, header));
    return excess == expected
        ? Optional.empty()
        : Optional.of(
            "excess blob gas is "
                + Long.toUnsignedString(excess)
                + " instead of "
                + Long.toUnsignedString(expected));
  }

  private static long expected(BlockHeader parent, BlobParameters blobs, boolean hasReserve) {
    long excess = parent.excessBlobGas().orElse(0);
    long used = parent.blobGasUsed().orElse(0);
    if (Long.compareUnsigned(excess + used, blobs.targetGas()) < 0) {
      return 0;
    }
    if (hasReserve && isBelowReserve(parent, excess, blobs)) {
      return excess + used * (blobs.max() - blobs.target()) / blobs.max();
    }
    return excess + used - blobs.targetGas();
  }

  /** Whether a blob costs less than the reserve price, so that its price must not fall further. */
  private static boolean isBelowReserve(BlockHeader parent, long excess, BlobParameters blobs) {
    BigInteger reserve = BLOB_BASE_COST.multiply(parent.baseFee().orElse(BigInteger.ZERO));
    return reserve.compareTo(GAS_PER_BLOB.multiply(blobs.baseFee(excess))) > 0;
  }
}
