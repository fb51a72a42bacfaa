package dev.windlass.p2p;

import dev.windlass.chain.Hash;
import java.util.LinkedHashSet;
import java.util.Set;

/** The blocks that one node is known to have: the newest 1,024, as in 2015. Any thread may ask. */
final class KnownHashes {
  static final int HASHES_MAX = 1_024;

  private final Set<Hash> hashes = new LinkedHashSet<>();

  /** False where it was known. */
  synchronized boolean add(Hash hash) {
    boolean isNew = hashes.add(hash);
    if (hashes.size() > HASHES_MAX) {
      hashes.remove(hashes.iterator().next());
    }
    return isNew;
  }

  synchronized boolean has(Hash hash) {
    return hashes.contains(hash);
  }
}
