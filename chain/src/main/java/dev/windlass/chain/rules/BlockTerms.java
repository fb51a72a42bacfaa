package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.math.BigInteger;
import java.util.Optional;

/** What the header of a block asks of each of its transactions. Computed once for the block. */
public final class BlockTerms {
  private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

  private final BlockHeader header;
  private final long baseFee;
  private final Optional<BlobParameters> blobs;
  private BigInteger blobBaseFee;

  BlockTerms(BlockHeader header, ChainRules rules) {
    this.header = header;
    baseFee = header.baseFee().map(LONG_MAX::min).map(BigInteger::longValue).orElse(0L);
    blobs = rules.blobs(header.timestamp());
  }

  public BlockHeader header() {
    return header;
  }

  /** 0 before London. 2^63 - 1 stands for this and anything above. */
  public long baseFee() {
    return baseFee;
  }

  /** The price of blob gas; 0 before Cancun. */
  public BigInteger blobBaseFee() {
    if (blobBaseFee == null) {
      blobBaseFee =
          blobs.isPresent() && header.excessBlobGas().isPresent()
              ? blobs.get().baseFee(header.excessBlobGas().getAsLong())
              : BigInteger.ZERO;
    }
    return blobBaseFee;
  }
}
