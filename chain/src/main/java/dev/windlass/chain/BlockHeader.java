package dev.windlass.chain;

import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReader;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A block header as a view over its RLP. Its hash is the keccak of exactly these bytes.
 *
 * <p>A header is a list of 15 fields; London added the base fee (16), Shanghai the withdrawals root
 * (17), Cancun three (20), Prague the requests hash (21). Fields that later forks append are
 * carried and hashed, but not read. Immutable as long as its maker does not write to the array that
 * it was made from. The array is kept, not copied.
 *
 * <pre>
 * 0 parent hash    1 uncles hash    2 coinbase (20)  3 state root  4 transactions root
 * 5 receipts root  6 bloom (256)    7 difficulty     8 number      9 gas limit
 * 10 gas used      11 timestamp     12 extra data    13 mix hash   14 nonce (8)
 *                                        or, of AuRa, 13 step       14 signature (65)
 * 15 base fee      16 withdrawals root  17 blob gas used  18 excess blob gas
 * 19 parent beacon root  20 requests hash  ...
 * </pre>
 */
public final class BlockHeader {
  /** Fewest fields a header ever had. */
  public static final int FIELDS_MIN = 15;

  /** Headers are 0.5 to 0.7 KB; Clique epochs carry some KB of signers in the extra data. */
  public static final int BYTES_MAX = 1 << 20;

  private static final int FIELDS_MAX = 64;
  private static final int DIFFICULTY_BYTES_MAX = 32;
  private static final int SMALL_BYTES_MAX = 7;
  private static final int NONCE_BYTES = 8;
  private static final int SIGNATURE_BYTES = 65;
  // The first seven fields have fixed lengths, so these lie at fixed places of the payload.
  private static final int PARENT_AT = 1;
  private static final int UNCLES_AT = PARENT_AT + 33;
  private static final int STATE_AT = UNCLES_AT + 32 + 21 + 1;
  private static final int TRANSACTIONS_AT = STATE_AT + 33;
  private static final int RECEIPTS_AT = TRANSACTIONS_AT + 33;

  private final byte[] bytes;
  private final int offset;
  private final int length;
  private final Hash hash;
  private final long number;
  private final long gasLimit;
  private final long gasUsed;
  private final long timestamp;
  private final int payloadAt;
  private final int difficultyAt;
  private final int extraAt;
  private final int laterAt;
  private final int withdrawalsRootAt;
  private final int fieldCount;

  private BlockHeader(byte[] bytes, int offset, int length, Hash known) {
    RlpReader outer = new RlpReader(bytes, offset, length);
    RlpReader fields = outer.list(BYTES_MAX);
    outer.end();
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
    payloadAt = fields.position();
    fields.nextString(Hash.BYTES);
    fields.nextString(Hash.BYTES);
    fields.nextString(20);
    fields.nextString(Hash.BYTES);
    fields.nextString(Hash.BYTES);
    fields.nextString(Hash.BYTES);
    fields.nextString(256);
    fields.nextInteger(DIFFICULTY_BYTES_MAX);
    difficultyAt = fields.itemAt();
    number = fields.positiveLong();
    gasLimit = fields.unsignedLong();
    gasUsed = fields.unsignedLong();
    timestamp = fields.unsignedLong();
    fields.nextString();
    extraAt = fields.itemAt();
    seal(fields);
    laterAt = fields.position();
    int count = FIELDS_MIN;
    int withdrawalsAt = 0;
    while (fields.hasNext()) {
      switch (count) {
        case 15 -> fields.nextInteger(32);
        case 16 -> {
          fields.nextString(Hash.BYTES);
          withdrawalsAt = fields.payloadAt();
        }
        case 17, 18 -> fields.nextInteger(Long.BYTES);
        case 19, 20 -> fields.nextString(Hash.BYTES);
        case FIELDS_MAX ->
            throw new RlpException(fields.position(), "a header of over " + FIELDS_MAX + " fields");
        default -> fields.nextString();
      }
      count++;
    }
    fieldCount = count;
    withdrawalsRootAt = withdrawalsAt;
    hash = known != null ? known : Keccak.hash(bytes, offset, length);
  }

  /** AuRa sealed Gnosis and POA until their merge (source: OpenEthereum). */
  private static void seal(RlpReader fields) {
    if (fields.nextIsString(Hash.BYTES)) {
      fields.nextString(Hash.BYTES);
      fields.nextString(NONCE_BYTES);
    } else {
      fields.nextInteger(Long.BYTES);
      fields.nextString(SIGNATURE_BYTES);
    }
  }

  /**
   * Decodes and hashes the header that is the whole array.
   *
   * @throws RlpException if the array is not a header, or its number is above 2^63 - 1
   */
  public static BlockHeader decode(byte[] raw) {
    return new BlockHeader(raw, 0, raw.length, null);
  }

  /** The same for a slice of the array. The array is kept, not copied. */
  public static BlockHeader decode(byte[] raw, int offset, int length) {
    return new BlockHeader(raw, offset, length, null);
  }

  /** A header whose hash is known, as of one from the store. It is decoded, not hashed. */
  public static BlockHeader trusted(byte[] raw, int offset, int length, Hash hash) {
    return new BlockHeader(raw, offset, length, hash);
  }

  public Hash hash() {
    return hash;
  }

  public long number() {
    return number;
  }

  public BlockId id() {
    return new BlockId(number, hash);
  }

  public Hash parentHash() {
    return Hash.of(bytes, payloadAt + PARENT_AT);
  }

  public Hash unclesHash() {
    return Hash.of(bytes, payloadAt + UNCLES_AT);
  }

  /** Whether it commits to uncles. */
  public boolean hasUncles() {
    return !unclesHash().equals(Keccak.EMPTY_LIST);
  }

  public Hash stateRoot() {
    return Hash.of(bytes, payloadAt + STATE_AT);
  }

  public Hash transactionsRoot() {
    return Hash.of(bytes, payloadAt + TRANSACTIONS_AT);
  }

  public Hash receiptsRoot() {
    return Hash.of(bytes, payloadAt + RECEIPTS_AT);
  }

  /** Present from Shanghai on. */
  public Optional<Hash> withdrawalsRoot() {
    return withdrawalsRootAt == 0
        ? Optional.empty()
        : Optional.of(Hash.of(bytes, withdrawalsRootAt));
  }

  /** Seconds since 1970, unsigned. */
  public long timestamp() {
    return timestamp;
  }

  /** Unsigned. */
  public long gasUsed() {
    return gasUsed;
  }

  /** Unsigned. */
  public long gasLimit() {
    return gasLimit;
  }

  public BigInteger difficulty() {
    return from(difficultyAt).integer(DIFFICULTY_BYTES_MAX);
  }

  /** The difficulty if it is below 2^56, else -1. It makes no object. */
  public long smallDifficulty() {
    int first = bytes[difficultyAt] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = first - 0x80;
    if (length > SMALL_BYTES_MAX) {
      return -1;
    }
    long value = 0;
    for (int i = 1; i <= length; i++) {
      value = (value << 8) | (bytes[difficultyAt + i] & 0xff);
    }
    return value;
  }

  /** Whether the difficulty is 0, as it is of each block since the merge. */
  public boolean hasNoDifficulty() {
    return bytes[difficultyAt] == (byte) 0x80;
  }

  public byte[] coinbase() {
    int at = payloadAt + STATE_AT - 1 - 20;
    return Arrays.copyOfRange(bytes, at, at + 20);
  }

  public byte[] extraData() {
    return from(extraAt).string(length);
  }

  /** Length of the extra data in bytes. */
  public int extraDataSize() {
    int first = bytes[extraAt] & 0xff;
    if (first < 0x80) {
      return 1;
    }
    if (first < 0xb8) {
      return first - 0x80;
    }
    RlpReader extra = from(extraAt);
    extra.nextString();
    return extra.payloadLength();
  }

  /** Absent in a header that AuRa sealed. */
  public Optional<Hash> mixHash() {
    return isAuRa() ? Optional.empty() : Optional.of(Hash.of(bytes, laterAt - 9 - Hash.BYTES));
  }

  /** The eight bytes as a number. Absent in a header that AuRa sealed. */
  public OptionalLong nonce() {
    if (isAuRa()) {
      return OptionalLong.empty();
    }
    long nonce = 0;
    for (int at = laterAt - NONCE_BYTES; at < laterAt; at++) {
      nonce = (nonce << 8) | (bytes[at] & 0xff);
    }
    return OptionalLong.of(nonce);
  }

  private boolean isAuRa() {
    RlpReader fields = from(extraAt);
    fields.nextString();
    return !fields.nextIsString(Hash.BYTES);
  }

  /** Present from London on. */
  public Optional<BigInteger> baseFee() {
    return fieldCount > 15 ? Optional.of(from(laterAt).integer(32)) : Optional.empty();
  }

  /** Unsigned. Present from Cancun on. */
  public OptionalLong blobGasUsed() {
    return fieldCount > 17
        ? OptionalLong.of(from(withdrawalsRootAt + Hash.BYTES).unsignedLong())
        : OptionalLong.empty();
  }

  /** Unsigned. Present from Cancun on. */
  public OptionalLong excessBlobGas() {
    if (fieldCount <= 18) {
      return OptionalLong.empty();
    }
    RlpReader blobs = from(withdrawalsRootAt + Hash.BYTES);
    blobs.nextString();
    return OptionalLong.of(blobs.unsignedLong());
  }

  private RlpReader from(int at) {
    return new RlpReader(bytes, at, offset + length - at);
  }

  public int fieldCount() {
    return fieldCount;
  }

  /** Length of the RLP in bytes. */
  public int size() {
    return length;
  }

  /** A copy of the RLP. */
  public byte[] raw() {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  /** Copies the RLP to {@code size()} bytes of the target. */
  public void writeTo(byte[] target, int targetOffset) {
    System.arraycopy(bytes, offset, target, targetOffset, length);
  }

  /** Headers are equal if their hashes are. */
  @Override
  public boolean equals(Object other) {
    return other instanceof BlockHeader that && hash.equals(that.hash);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return number + " " + hash;
  }
}
