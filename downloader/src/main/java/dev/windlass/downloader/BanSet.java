package dev.windlass.downloader;

import dev.windlass.chain.BadHashes;
import dev.windlass.chain.Hash;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The hashes of chains that are known to be bad, each with its evidence.
 *
 * <p>Owned by the downloader. It never holds more than its bound. The oldest ban that is not
 * permanent is removed first.
 */
public final class BanSet {
  private static final Set<Hash> PERMANENT = new HashSet<>(BadHashes.PERMANENT);

  private final int max;
  private final Map<Hash, String> bans = new LinkedHashMap<>();

  public BanSet(int max, Map<Hash, String> stored) {
    this.max = max;
    for (Hash hash : PERMANENT) {
      bans.put(hash, BadHashes.REASON);
    }
    stored.forEach(this::add);
  }

  public boolean has(Hash hash) {
    return bans.containsKey(hash);
  }

  /** Adds a ban. Returns the ban that was removed for it, if any. */
  public Optional<Hash> add(Hash hash, String evidence) {
    bans.putIfAbsent(hash, evidence);
    if (bans.size() <= max) {
      return Optional.empty();
    }
    Iterator<Hash> oldestFirst = bans.keySet().iterator();
    Hash oldest = oldestFirst.next();
    while (PERMANENT.contains(oldest)) {
      oldest = oldestFirst.next();
    }
    oldestFirst.remove();
    return Optional.of(oldest);
  }

  public int size() {
    return bans.size();
  }

  public Map<Hash, String> all() {
    return Collections.unmodifiableMap(bans);
  }
}
