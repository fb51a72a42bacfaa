package dev.windlass.wire.network;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * An account or a slot of its storage, as a row of bytes whose order is that of the state trie.
 *
 * <pre>
 * account    keccak(address) (32)  ~turn (4)  0  nonce (8)  balance (up to 32)
 * with code  keccak(address) (32)  ~turn (4)  1  nonce (8)  keccak(code) (32)  balance (up to 32)
 * slot       keccak(address) (32)  ~turn (4)  2  keccak(slot) (32)  ~place (4)  value (up to 32)
 * </pre>
 *
 * <p>The turn counts the accounts of a file, and the place its slots. Each is inverted, so that
 * among entries with the same key the last one in the file comes first. Numbers are big-endian.
 */
final class StateEntry {
  private static final byte ACCOUNT = 0;
  private static final byte WITH_CODE = 1;
  private static final byte SLOT = 2;
  private static final Hash NO_CODE = Keccak.hash(new byte[0]);
  private static final int KIND_AT = Hash.BYTES + Integer.BYTES;
  private static final int BODY_AT = KIND_AT + 1;
  private static final int AFTER_NONCE_AT = BODY_AT + Long.BYTES;
  private static final int VALUE_AT = BODY_AT + Hash.BYTES + Integer.BYTES;

  private final byte[] bytes;

  StateEntry(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * An account.
   *
   * @param key keccak of its address
   * @param code its hash, if there is any
   */
  static byte[] account(Hash key, int turn, long nonce, BigInteger balance, Optional<Hash> code) {
    byte[] amount = unsigned(balance);
    byte kind = code.isPresent() ? WITH_CODE : ACCOUNT;
    byte[] row = new byte[AFTER_NONCE_AT + (code.isPresent() ? Hash.BYTES : 0) + amount.length];
    ByteBuffer body = start(row, key, turn, kind).putLong(nonce);
    code.ifPresent(hash -> body.put(hash.toBytes()));
    body.put(amount);
    return row;
  }

  /** A slot of the account with this turn. */
  static byte[] slot(Hash key, int turn, byte[] slot, int place, BigInteger value) {
    byte[] word = unsigned(value);
    byte[] row = new byte[VALUE_AT + word.length];
    start(row, key, turn, SLOT).put(Keccak.hash(slot).toBytes()).putInt(~place).put(word);
    return row;
  }

  private static ByteBuffer start(byte[] row, Hash key, int turn, byte kind) {
    return ByteBuffer.wrap(row).put(key.toBytes()).putInt(~turn).put(kind);
  }

  private static byte[] unsigned(BigInteger value) {
    byte[] signed = value.toByteArray();
    return signed[0] == 0 ? Arrays.copyOfRange(signed, 1, signed.length) : signed;
  }

  boolean isSlot() {
    return bytes[KIND_AT] == SLOT;
  }

  /** The key of the account in the state trie. */
  byte[] accountKey() {
    return Arrays.copyOf(bytes, Hash.BYTES);
  }

  boolean isOfAccount(StateEntry other) {
    return Arrays.equals(bytes, 0, Hash.BYTES, other.bytes, 0, Hash.BYTES);
  }

  /** Whether both are of the same account, at the same place of the file. */
  boolean isOfTurn(StateEntry other) {
    return Arrays.equals(bytes, 0, KIND_AT, other.bytes, 0, KIND_AT);
  }

  long nonce() {
    return ByteBuffer.wrap(bytes).getLong(BODY_AT);
  }

  Hash codeHash() {
    return hasCode() ? Hash.of(bytes, AFTER_NONCE_AT) : NO_CODE;
  }

  private boolean hasCode() {
    return bytes[KIND_AT] == WITH_CODE;
  }

  BigInteger balance() {
    return number(AFTER_NONCE_AT + (hasCode() ? Hash.BYTES : 0));
  }

  /** The key of the slot in the storage trie. */
  byte[] slotKey() {
    return Arrays.copyOfRange(bytes, BODY_AT, BODY_AT + Hash.BYTES);
  }

  BigInteger value() {
    return number(VALUE_AT);
  }

  private BigInteger number(int at) {
    return new BigInteger(1, bytes, at, bytes.length - at);
  }
}
