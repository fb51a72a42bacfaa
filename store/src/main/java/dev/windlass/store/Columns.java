package dev.windlass.store;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.EvidenceCodec;
import java.nio.ByteBuffer;

/**
 * The columns of the database and their keys. The first byte of each key names its column.
 *
 * <p>An id that was ever used stays listed, and no other column gets it. Numbers are big-endian, so
 * that keys sort as numbers do.
 *
 * <pre>
 * column          key after the column's byte             value
 * HEADER          number (8) ‖ hash (32)                  the header's RLP
 * BODY            number (8) ‖ hash (32)                  RLP of [transactions, uncles, withdrawals?]
 * RECEIPTS        reserved: number (8) ‖ hash (32)        (not written yet)
 * NUMBER_TO_HASH  number (8)                              hash (32) of the canonical block
 * HASH_TO_NUMBER  hash (32)                               number (8) of a whole, known block
 * SEGMENTS        segment id (8)                          {@link StoredSegment}
 * LINKS           segment id (8) ‖ last position (8)      {@link LinkRow}
 * BANS            sequence (8)                            {@link StoredBan}
 * META            name (1)                                {@link Meta}
 * GAPS            first number (8)                        last number (8) without a body
 * PEER_BANS       sequence (8)                            a ban, in {@link StoredConduct}
 * BAN_EVIDENCE    sequence (8) of its ban                 {@link EvidenceCodec}
 * PEER_SCORES     sequence (8)                            a score, in {@link StoredConduct}
 * TOTALS          number (8), a multiple of 16 ‖ hash (32)
 *                                                         total difficulty from the root on
 *                                                         (big-endian, up to 40)
 * PLACES          number (8) ‖ hash (32)                  {@link BodyPlace} in a body file
 * EPOCHS          epoch (8)                               {@link EpochRecord}
 * </pre>
 */
public final class Columns {
  public static final byte HEADER = 1;
  public static final byte BODY = 2;

  /** Reserved. */
  public static final byte RECEIPTS = 3;

  public static final byte NUMBER_TO_HASH = 4;
  public static final byte HASH_TO_NUMBER = 5;
  public static final byte SEGMENTS = 6;
  public static final byte LINKS = 7;
  public static final byte BANS = 8;
  public static final byte META = 9;
  public static final byte GAPS = 10;
  public static final byte PEER_BANS = 11;
  public static final byte BAN_EVIDENCE = 12;
  public static final byte PEER_SCORES = 13;
  public static final byte TOTALS = 14;
  public static final byte PLACES = 15;
  public static final byte EPOCHS = 16;

  private Columns() {}

  public static byte[] headerKey(long number, Hash hash) {
    return numberAndHash(HEADER, number, hash);
  }

  public static byte[] headerKey(BlockId id) {
    return headerKey(id.number(), id.hash());
  }

  public static byte[] bodyKey(BlockId id) {
    return bodyKey(id.number(), id.hash());
  }

  public static byte[] placeKey(BlockId id) {
    return placeKey(id.number(), id.hash());
  }

  static byte[] placeKey(long number, Hash hash) {
    return numberAndHash(PLACES, number, hash);
  }

  static byte[] bodyKey(long number, Hash hash) {
    return numberAndHash(BODY, number, hash);
  }

  public static byte[] epochKey(long epoch) {
    return eightBytes(EPOCHS, epoch);
  }

  public static byte[] totalKey(BlockId id) {
    return numberAndHash(TOTALS, id.number(), id.hash());
  }

  public static byte[] numberToHashKey(long number) {
    return eightBytes(NUMBER_TO_HASH, number);
  }

  public static byte[] hashToNumberKey(Hash hash) {
    byte[] key = new byte[1 + Hash.BYTES];
    key[0] = HASH_TO_NUMBER;
    hash.writeTo(key, 1);
    return key;
  }

  public static byte[] segmentKey(long id) {
    return eightBytes(SEGMENTS, id);
  }

  /** The key of the row whose last, that is lowest, link lies at this position. */
  public static byte[] linksKey(long segmentId, long lastPosition) {
    return ByteBuffer.allocate(17).put(LINKS).putLong(segmentId).putLong(lastPosition).array();
  }

  public static byte[] banKey(long sequence) {
    return eightBytes(BANS, sequence);
  }

  public static byte[] gapKey(long first) {
    return eightBytes(GAPS, first);
  }

  public static byte[] peerBanKey(long sequence) {
    return eightBytes(PEER_BANS, sequence);
  }

  public static byte[] banEvidenceKey(long sequence) {
    return eightBytes(BAN_EVIDENCE, sequence);
  }

  public static byte[] peerScoreKey(long sequence) {
    return eightBytes(PEER_SCORES, sequence);
  }

  public static byte[] metaKey(byte name) {
    return new byte[] {META, name};
  }

  /** The lowest key of a column. The one of the next column ends its range. */
  static byte[] start(int column) {
    return new byte[] {(byte) column};
  }

  static Hash hashOfHashToNumberKey(byte[] key) {
    return Hash.of(key, 1);
  }

  static Hash hashOfHeaderKey(byte[] key) {
    return Hash.of(key, 9);
  }

  /** The block of a key that has number and hash after its column. */
  static BlockId idOfKey(byte[] key) {
    return new BlockId(numberOfKey(key), Hash.of(key, 9));
  }

  static long lastPositionOfLinksKey(byte[] key) {
    return ByteBuffer.wrap(key).getLong(9);
  }

  /** The lowest key of a column for a number. */
  static byte[] numberKey(byte column, long number) {
    return eightBytes(column, number);
  }

  /** The number in a key that has one after its column. */
  static long numberOfKey(byte[] key) {
    return ByteBuffer.wrap(key).getLong(1);
  }

  private static byte[] eightBytes(byte column, long number) {
    return ByteBuffer.allocate(9).put(column).putLong(number).array();
  }

  private static byte[] numberAndHash(byte column, long number, Hash hash) {
    byte[] key = new byte[9 + Hash.BYTES];
    ByteBuffer.wrap(key).put(column).putLong(number);
    hash.writeTo(key, 9);
    return key;
  }
}
