package dev.windlass.wire.devp2p.genesis;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.RlpWriter;
import dev.windlass.chain.StateTrie;
import java.math.BigInteger;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The state root over the {@code alloc} of a genesis file.
 *
 * <pre>
 * accounts  keccak(address)  ->  [nonce, balance, storage root, keccak(code)]
 * storage   keccak(slot)     ->  value; no entry where it is 0
 * </pre>
 *
 * <p>Accounts without anything are accounts too. Source: Yellow Paper, section 4.1.
 */
final class GenesisState {
  private static final int ADDRESS_BYTES = 20;
  private static final int WORD_BITS = 256;

  private GenesisState() {}

  static Hash root(GenesisObject alloc) {
    SortedMap<Hash, byte[]> accounts = new TreeMap<>();
    for (String name : alloc.names()) {
      BigInteger address = alloc.wordNamed(name);
      if (GenesisObject.withoutPrefix(name).length() != 2 * ADDRESS_BYTES) {
        throw alloc.fault(name, "is no address of 20 bytes");
      }
      Hash key = Keccak.hash(padded(address, ADDRESS_BYTES));
      if (accounts.put(key, account(alloc.requiredObject(name))) != null) {
        throw alloc.fault(name, "is there twice");
      }
    }
    return StateTrie.root(accounts);
  }

  private static byte[] account(GenesisObject account) {
    byte[] code = account.bytes("code").orElseGet(() -> new byte[0]);
    return new RlpWriter()
        .beginList()
        .integer(account.integer("nonce", Long.SIZE).orElse(BigInteger.ZERO))
        .integer(account.integer("balance", WORD_BITS).orElse(BigInteger.ZERO))
        .hash(account.object("storage").map(GenesisState::storageRoot).orElse(Keccak.EMPTY_TRIE))
        .hash(Keccak.hash(code))
        .endList()
        .toBytes();
  }

  private static Hash storageRoot(GenesisObject storage) {
    SortedMap<Hash, byte[]> slots = new TreeMap<>();
    for (String name : storage.names()) {
      Hash key = Keccak.hash(padded(storage.wordNamed(name), Hash.BYTES));
      BigInteger value = storage.word(name);
      if (value.signum() != 0 && slots.put(key, rlp(value)) != null) {
        throw storage.fault(name, "is there twice");
      }
    }
    return StateTrie.root(slots);
  }

  private static byte[] rlp(BigInteger value) {
    return new RlpWriter().integer(value).toBytes();
  }

  private static byte[] padded(BigInteger value, int length) {
    byte[] bytes = value.toByteArray();
    byte[] padded = new byte[length];
    int count = Math.min(bytes.length, length);
    System.arraycopy(bytes, bytes.length - count, padded, length - count, count);
    return padded;
  }
}
