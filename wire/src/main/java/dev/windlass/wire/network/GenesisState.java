package dev.windlass.wire.network;

import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.chain.rlp.StateTrie;
import java.util.Arrays;

/**
 * The state root over the {@code alloc} of a genesis file, from its entries in their order.
 *
 * <pre>
 * accounts  keccak(address)  ->  [nonce, balance, storage root, keccak(code)]
 * storage   keccak(slot)     ->  value; no entry where it is 0
 * </pre>
 *
 * <p>Accounts without anything are accounts too. Of what is written twice the last one counts, as
 * with geth. Source: Yellow Paper, section 4.1. It holds no more than one account and two tries.
 */
final class GenesisState {
  private final StateTrie accounts = new StateTrie();

  /** The one whose slots come; null before the first. */
  private StateEntry account;

  private StateTrie storage;
  private byte[] slotKey;

  /** Takes the next row of {@link StateEntry}. */
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

  /** The root over all that was added; nothing can be added afterwards. */
  Hash root() {
    close();
    return accounts.root();
  }

  /** How far the keys have come, from 0 to 1: they are hashes, and lie evenly. */
  double done() {
    return account == null ? 0 : (account.accountKey()[0] & 0xff) / 256.0;
  }
}
