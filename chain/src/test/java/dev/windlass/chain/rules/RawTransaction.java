package dev.windlass.chain.rules;

import dev.windlass.chain.TransactionReader;
import dev.windlass.chain.rlp.RlpWriter;
import java.math.BigInteger;

/** A builder of one transaction. Its signature has the right form, and no key made it. */
final class RawTransaction {
  int type = TransactionReader.DYNAMIC_FEE;
  long chainId = 1;
  long nonce;
  BigInteger priorityFee = BigInteger.ONE;
  BigInteger maxFee = BigInteger.valueOf(2_000);
  long gasLimit = 1_000_000;
  byte[] to = new byte[20];
  byte[] data = new byte[0];
  int addresses;
  int keysOfEach;
  BigInteger blobFee = BigInteger.TEN;
  int blobs = 1;
  int blobVersion = 1;
  int authorizations = 1;
  long v = 27;
  BigInteger r = BigInteger.ONE;
  BigInteger s = BigInteger.ONE;

  static RawTransaction of(int type) {
    RawTransaction transaction = new RawTransaction();
    transaction.type = type;
    transaction.v = type == TransactionReader.LEGACY ? 27 : 0;
    return transaction;
  }

  /** As an item of a block's list. */
  byte[] raw() {
    RlpWriter fields = new RlpWriter();
    if (type != TransactionReader.LEGACY) {
      fields.raw(new byte[] {(byte) type});
    }
    fields.beginList();
    if (type != TransactionReader.LEGACY) {
      fields.integer(chainId);
    }
    fields.integer(nonce);
    if (type > TransactionReader.ACCESS_LIST) {
      fields.integer(priorityFee);
    }
    fields.integer(maxFee).integer(gasLimit).string(to).integer(0).string(data);
    if (type != TransactionReader.LEGACY) {
      writeAccessList(fields);
    }
    if (type == TransactionReader.BLOB) {
      writeBlobs(fields);
    } else if (type == TransactionReader.SET_CODE) {
      writeAuthorizations(fields);
    }
    byte[] raw = fields.integer(v).integer(r).integer(s).endList().toBytes();
    return type == TransactionReader.LEGACY ? raw : new RlpWriter().string(raw).toBytes();
  }

  private void writeAccessList(RlpWriter fields) {
    fields.beginList();
    for (int i = 0; i < addresses; i++) {
      fields.beginList().string(new byte[20]).beginList();
      for (int j = 0; j < keysOfEach; j++) {
        fields.string(new byte[32]);
      }
      fields.endList().endList();
    }
    fields.endList();
  }

  private void writeBlobs(RlpWriter fields) {
    fields.integer(blobFee).beginList();
    for (int i = 0; i < blobs; i++) {
      byte[] hash = new byte[32];
      hash[0] = (byte) blobVersion;
      fields.string(hash);
    }
    fields.endList();
  }

  private void writeAuthorizations(RlpWriter fields) {
    fields.beginList();
    for (int i = 0; i < authorizations; i++) {
      fields.beginList().integer(1).string(new byte[20]).integer(0);
      fields.integer(0).integer(1).integer(1).endList();
    }
    fields.endList();
  }
}
