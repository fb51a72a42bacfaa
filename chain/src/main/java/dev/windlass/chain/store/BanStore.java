package dev.windlass.chain.store;

import dev.windlass.chain.Hash;
import java.util.Map;

/** Refused hashes. */
public interface BanStore {
  /** Refused hashes and why, in the order in which they were added. */
  Map<Hash, String> bans();

  void putBan(Hash hash, String evidence);

  void removeBan(Hash hash);
}
