package dev.windlass.chain;

import dev.windlass.chain.keccak.RunningKeccak;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A cursor over the transactions of a block. It describes one of them at a time and makes no object
 * for it. One thread at a time.
 *
 * <pre>
 * legacy           [nonce, gas price, gas limit, to, value, data, v, r, s]
 * 1 (EIP-2930)  01 [chain id, nonce, gas price, gas limit, to, value, data, access list, y, r, s]
 * 2 (EIP-1559)  02 [chain id, nonce, priority fee, max fee, gas limit, to, value, data,
 *                   access list, y, r, s]
 * 3 (EIP-4844)  03 [as 2 up to access list, max fee per blob gas, blob hashes, y, r, s]
 * 4 (EIP-7702)  04 [as 2 up to access list, authorizations, y, r, s]
 * access list = [[address (20), [key (32), ...]], ...]
 * authorizations = [[chain id, address (20), nonce, y, r, s], ...]
 * </pre>
 *
 * A transaction of another type is only counted, since its bytes have no meaning here.
 */
public final class TransactionReader {
  public static final int LEGACY = 0;
  public static final int ACCESS_LIST = 1;
  public static final int DYNAMIC_FEE = 2;
  public static final int BLOB = 3;
  public static final int SET_CODE = 4;

  private static final int WORD_BYTES = 32;
  private static final int ADDRESS_BYTES = 20;
  private static final byte BLOB_HASH_VERSION = 1;

  /** Legacy signatures since EIP-155 have v = 35 + 2 * chain id + y. Earlier ones have 27 + y. */
  private static final long PROTECTED_V_MIN = 35;

  /** The order of the curve secp256k1. */
  private static final byte[] ORDER =
      HexFormat.of().parseHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

  private static final byte[] HALF_ORDER_AND_1 =
      HexFormat.of().parseHex("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1");

  private final byte[] bytes;
  private final RlpReader items;
  private int index = -1;
  private int type;
  private long chainId;
  private boolean hasChainId;
  private long nonce;
  private final IntegerAt priorityFee = new IntegerAt();
  private final IntegerAt maxFee = new IntegerAt();
  private final IntegerAt blobFee = new IntegerAt();
  private final IntegerAt r = new IntegerAt();
  private final IntegerAt s = new IntegerAt();
  private long gasLimit;
  private boolean isCreation;
  private int dataAt;
  private int dataLength;
  private int addressCount;
  private int keyCount;
  private int blobCount;
  private boolean hasOddBlobHash;
  private int authorizationCount;
  private long yParity;
  private int signedAt;
  private int signedEnd;

  TransactionReader(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    items = new RlpReader(bytes, offset, length);
  }

  /**
   * Moves to the next transaction.
   *
   * @return false at the end
   * @throws RlpException if its bytes are not a transaction of its type
   */
  public boolean next() {
    if (!items.hasNext()) {
      return false;
    }
    items.next();
    index++;
    addressCount = 0;
    keyCount = 0;
    blobCount = 0;
    hasOddBlobHash = false;
    authorizationCount = 0;
    if (items.isList()) {
      type = LEGACY;
      legacy(new RlpReader(bytes, items.payloadAt(), items.payloadLength()));
      return true;
    }
    type = bytes[items.payloadAt()] & 0xff;
    if (type == LEGACY) {
      throw new RlpException(items.payloadAt(), "a legacy transaction in a string");
    }
    if (isKnown()) {
      RlpReader envelope = new RlpReader(bytes, items.payloadAt() + 1, items.payloadLength() - 1);
      typed(envelope.list());
      envelope.end();
    }
    return true;
  }

  private void legacy(RlpReader fields) {
    signedAt = fields.position();
    nonce = fields.unsignedLong();
    maxFee.read(fields);
    priorityFee.copy(maxFee);
    gasLimit = fields.unsignedLong();
    target(fields);
    signedEnd = fields.position();
    long v = fields.unsignedLong();
    hasChainId = Long.compareUnsigned(v, PROTECTED_V_MIN) >= 0;
    chainId = hasChainId ? (v - PROTECTED_V_MIN) >>> 1 : 0;
    yParity = hasChainId ? (v - PROTECTED_V_MIN) & 1 : v - 27;
    signature(fields);
  }

  private void typed(RlpReader fields) {
    signedAt = fields.position();
    hasChainId = true;
    chainId = fields.unsignedLong();
    nonce = fields.unsignedLong();
    priorityFee.read(fields);
    if (type == ACCESS_LIST) {
      maxFee.copy(priorityFee);
    } else {
      maxFee.read(fields);
    }
    gasLimit = fields.unsignedLong();
    target(fields);
    if (isCreation && (type == BLOB || type == SET_CODE)) {
      throw new RlpException(fields.position(), "a transaction of type " + type + " creates");
    }
    accessList(fields.list());
    if (type == BLOB) {
      blobFee.read(fields);
      blobHashes(fields.list());
    } else if (type == SET_CODE) {
      authorizations(fields.list());
    }
    signedEnd = fields.position();
    yParity = fields.unsignedLong();
    signature(fields);
  }

  private void target(RlpReader fields) {
    fields.nextString();
    isCreation = fields.payloadLength() == 0;
    if (!isCreation && fields.payloadLength() != ADDRESS_BYTES) {
      throw new RlpException(
          fields.itemAt(), "an address of " + fields.payloadLength() + " bytes instead of 20");
    }
    fields.nextInteger(WORD_BYTES);
    fields.nextString();
    dataAt = fields.payloadAt();
    dataLength = fields.payloadLength();
  }

  private void signature(RlpReader fields) {
    r.read(fields);
    s.read(fields);
    fields.end();
  }

  private void accessList(RlpReader entries) {
    while (entries.hasNext()) {
      RlpReader entry = entries.list();
      entry.nextString(ADDRESS_BYTES);
      addressCount++;
      RlpReader keys = entry.list();
      entry.end();
      while (keys.hasNext()) {
        keys.nextString(WORD_BYTES);
        keyCount++;
      }
    }
  }

  private void blobHashes(RlpReader hashes) {
    while (hashes.hasNext()) {
      hashes.nextString(Hash.BYTES);
      blobCount++;
      hasOddBlobHash |= bytes[hashes.payloadAt()] != BLOB_HASH_VERSION;
    }
  }

  private void authorizations(RlpReader tuples) {
    while (tuples.hasNext()) {
      RlpReader tuple = tuples.list();
      tuple.nextInteger(WORD_BYTES);
      tuple.nextString(ADDRESS_BYTES);
      tuple.nextInteger(Long.BYTES);
      tuple.nextInteger(1);
      tuple.nextInteger(WORD_BYTES);
      tuple.nextInteger(WORD_BYTES);
      tuple.end();
      authorizationCount++;
    }
  }

  /** Its place in the block; the first is 0. */
  public int index() {
    return index;
  }

  /** 0 for a legacy transaction, else the first byte of its payload. */
  public int type() {
    return type;
  }

  /** Whether its type is one of those above. If not, no other question has an answer. */
  public boolean isKnown() {
    return type <= SET_CODE;
  }

  /** Only a legacy transaction may be without. */
  public boolean hasChainId() {
    return hasChainId;
  }

  public long chainId() {
    return chainId;
  }

  /** Unsigned. */
  public long nonce() {
    return nonce;
  }

  /** Unsigned. */
  public long gasLimit() {
    return gasLimit;
  }

  /** The gas price if it has no other. 2^63 - 1 stands for this and anything above. */
  public long maxFeePerGas() {
    return maxFee.value();
  }

  public boolean isPriorityFeeAboveMaxFee() {
    return priorityFee.compareTo(maxFee) > 0;
  }

  /** Only of a blob transaction. */
  public BigInteger maxFeePerBlobGas() {
    return new BigInteger(1, bytes, blobFee.at, blobFee.length);
  }

  public boolean isCreation() {
    return isCreation;
  }

  public int dataLength() {
    return dataLength;
  }

  /** How many bytes of the data are 0. */
  public int zeroDataBytes() {
    int zeros = 0;
    for (int at = dataAt; at < dataAt + dataLength; at++) {
      zeros += bytes[at] == 0 ? 1 : 0;
    }
    return zeros;
  }

  /** Addresses of the access list. */
  public int addressCount() {
    return addressCount;
  }

  /** Storage keys of the access list. */
  public int keyCount() {
    return keyCount;
  }

  public int blobCount() {
    return blobCount;
  }

  /** Whether a blob hash is of another version than 1. */
  public boolean hasOddBlobHash() {
    return hasOddBlobHash;
  }

  public int authorizationCount() {
    return authorizationCount;
  }

  /** Which of the two keys of the signature signed. Every other number than 0 and 1 is wrong. */
  public long yParity() {
    return yParity;
  }

  /** Whether one of the two keys is named, and r and s lie from 1 to the order of the curve. */
  public boolean hasRightSignature() {
    return (yParity == 0 || yParity == 1) && r.isOnCurve() && s.isOnCurve();
  }

  /** Whether s is one of the two that fit and not the lower (EIP-2). */
  public boolean isHighS() {
    return !s.isBelow(HALF_ORDER_AND_1);
  }

  /** Writes r and s, 32 bytes each. */
  public void writeSignature(byte[] target) {
    r.write(target, 0);
    s.write(target, WORD_BYTES);
  }

  /** Writes the 32 bytes that were signed. */
  public void writeSigningHash(byte[] target) {
    byte[] tail = type == LEGACY && hasChainId ? protection() : new byte[0];
    int payload = signedEnd - signedAt + tail.length;
    byte[] prefix = new byte[RlpWriter.prefixLength(payload)];
    RlpWriter.writePrefix(prefix, 0, 0xc0, payload);
    RunningKeccak keccak = Keccak.ofThread();
    if (type != LEGACY) {
      keccak.update((byte) type);
    }
    keccak.update(prefix, 0, prefix.length);
    keccak.update(bytes, signedAt, signedEnd - signedAt);
    keccak.update(tail, 0, tail.length);
    keccak.finish(target, 0);
  }

  /** EIP-155 signs the chain id and two zeros in the place of the signature. */
  private byte[] protection() {
    return new RlpWriter(12).integer(chainId).integer(0).integer(0).toBytes();
  }

  /** Where an integer of at most 32 bytes lies. */
  private final class IntegerAt {
    private int at;
    private int length;

    void read(RlpReader fields) {
      fields.nextInteger(WORD_BYTES);
      at = fields.payloadAt();
      length = fields.payloadLength();
    }

    void copy(IntegerAt other) {
      at = other.at;
      length = other.length;
    }

    long value() {
      if (length > Long.BYTES) {
        return Long.MAX_VALUE;
      }
      long value = 0;
      for (int i = at; i < at + length; i++) {
        value = (value << 8) | (bytes[i] & 0xff);
      }
      return value < 0 ? Long.MAX_VALUE : value;
    }

    int compareTo(IntegerAt other) {
      return length != other.length
          ? Integer.compare(length, other.length)
          : Arrays.compareUnsigned(
              bytes, at, at + length, bytes, other.at, other.at + other.length);
    }

    boolean isOnCurve() {
      return length > 0 && isBelow(ORDER);
    }

    boolean isBelow(byte[] number) {
      return length < WORD_BYTES
          || Arrays.compareUnsigned(bytes, at, at + WORD_BYTES, number, 0, WORD_BYTES) < 0;
    }

    void write(byte[] target, int targetAt) {
      Arrays.fill(target, targetAt, targetAt + WORD_BYTES - length, (byte) 0);
      System.arraycopy(bytes, at, target, targetAt + WORD_BYTES - length, length);
    }
  }
}
