package dev.windlass.wire.network;

import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.chain.rlp.StateTrie;
import java.util.Arrays;

/**
 * The state root of the {@code alloc} of a genesis file, from its sorted entries.
 *
 * <pre>
 * accounts  keccak(address)  ->  [nonce, balance, storage root, keccak(code)]
 * storage   keccak(slot)     ->  value; no entry if it is 0
 * </pre>
 *
 * <p>Empty accounts count too. If an account or slot is written twice, the last one counts, as in
 * geth. Source: Yellow Paper, section 4.1. It holds no more than one account and two tries.
 */
final class GenesisState {
  private final StateTrie accounts = new StateTrie();

  /** The account whose slots come next. Null before the first. */
  private StateEntry account;

  private StateTrie storage;
  private byte[] slotKey;

  /** Adds the next row of {@link StateEntry}. */
  void add(byte[] row) {
    StateEntry entry = new StateEntry(row);
    if (account != null && entry.isOfAccount(account)) {
      if (entry.isSlot() && entry.isOfTurn(account)) {
        addSlot(entry);
      }
      return;
    }
    close();
    account = entry;
    storage = new StateTrie();
    slotKey = null;
  }

  private void addSlot(StateEntry slot) {
    byte[] key = slot.slotKey();
    boolean isReplaced = Arrays.equals(key, slotKey);
    slotKey = key;
    if (!isReplaced && slot.value().signum() != 0) {
      storage.add(key, new RlpWriter().integer(slot.value()).toBytes());
    }
  }

  private void close() {
    if (account == null) {
      return;
    }
    byte[] leaf =
        new RlpWriter()
            .beginList()
            .integer(account.nonce())
            .integer(account.balance())
            .hash(storage.root())
            .hash(account.codeHash())
            .endList()
            .toBytes();
    accounts.add(account.accountKey(), leaf);
  }

  /** The root over all entries. No entry can be added afterwards. */
  Hash root() {
    close();
    return accounts.root();
  }

  /**
   * The progress, from 0 to 1. It follows from the last key, since keys are hashes and so spread
   * evenly.
   */
  double done() {
    return account == null ? 0 : (account.accountKey()[0] & 0xff) / 256.0;
  }
}
