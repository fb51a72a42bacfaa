package dev.windlass.p2p;

import dev.windlass.chain.Hash;
import java.util.LinkedHashSet;
import java.util.Set;

/** The newest 1,024 blocks that one node is known to have, as in 2015. Thread-safe. */
final class KnownHashes {
  static final int HASHES_MAX = 1_024;

  private final Set<Hash> hashes = new LinkedHashSet<>();

  /** False if it was known. */
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
