package dev.windlass.chain.rules;

import java.math.BigInteger;

/**
 * How many blobs a block may have, and how their price follows (EIP-4844, EIP-7840).
 *
 * @param target blobs at which the price stays the same
 * @param max most blobs of a block
 * @param updateFraction the larger it is, the slower the price follows
 */
public record BlobParameters(long target, long max, long updateFraction) {
  public static final BlobParameters CANCUN = new BlobParameters(3, 6, 3_338_477);
  public static final BlobParameters PRAGUE = new BlobParameters(6, 9, 5_007_716);

  public static final long GAS_PER_BLOB = 1 << 17;

  private static final long BLOBS_MAX = 1 << 20;

  public BlobParameters {
    if (target < 0 || max < 1 || max < target || max > BLOBS_MAX || updateFraction < 1) {
      throw new IllegalArgumentException(
          "target " + target + ", max " + max + ", update fraction " + updateFraction);
    }
  }

  public long targetGas() {
    return target * GAS_PER_BLOB;
  }

  public long maxGas() {
    return max * GAS_PER_BLOB;
  }

  /**
   * The price of one unit of blob gas, which is {@code e^(excess / updateFraction)} by the series
   * of EIP-4844.
   *
   * @param excess blob gas, unsigned
   */
  public BigInteger baseFee(long excess) {
    BigInteger numerator = new BigInteger(Long.toUnsignedString(excess));
    BigInteger denominator = BigInteger.valueOf(updateFraction);
    BigInteger sum = BigInteger.ZERO;
    BigInteger term = denominator;
    for (long i = 1; term.signum() > 0; i++) {
      sum = sum.add(term);
      term = term.multiply(numerator).divide(denominator.multiply(BigInteger.valueOf(i)));
    }
    return sum.divide(denominator);
  }
}
