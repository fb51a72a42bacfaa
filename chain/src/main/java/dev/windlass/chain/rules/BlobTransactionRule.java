package dev.windlass.chain.rules;

import dev.windlass.chain.TransactionReader;
import java.util.Optional;

/**
 * A blob transaction has a blob at least, names each by a hash of version 1, and pays the blob base
 * fee (EIP-4844). Since Osaka it has six blobs at most (EIP-7594).
 */
public final class BlobTransactionRule implements TransactionRule {
  @Override
  public String name() {
    return "blob-transaction";
  }

  private static final int BLOBS_MAX = 6;

  @Override
  public Optional<String> breach(
      TransactionReader transaction, BlockTerms terms, ChainRules rules) {
    if (transaction.type() != TransactionReader.BLOB) {
      return Optional.empty();
    }
    if (transaction.blobCount() == 0) {
      return Optional.of("it has no blob");
    }
    if (transaction.blobCount() > BLOBS_MAX && rules.isActive(Fork.OSAKA, terms.header())) {
      return Optional.of(
          "it has " + transaction.blobCount() + " blobs; at most " + BLOBS_MAX + " are allowed");
    }
    if (transaction.hasOddBlobHash()) {
      return Optional.of("a blob hash is not of version 1");
    }
    return transaction.maxFeePerBlobGas().compareTo(terms.blobBaseFee()) >= 0
        ? Optional.empty()
        : Optional.of(
            "its max fee per blob gas is "
                + transaction.maxFeePerBlobGas()
                + ", below the blob base fee "
                + terms.blobBaseFee());
  }
}
