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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hashes of chains that are known to be bad, each with its evidence.
 *
 * <p>Owned by the downloader. It never holds more than its bound. The oldest ban that is not
 * permanent is removed first.
 */
public final class BanSet {
  private static final Set<Hash> PERMANENT = new HashSet<>(BadHashes.PERMANENT);

  private static final String STANDS_ON = "stands on banned block ";
  private static final Pattern BELOW = Pattern.compile(STANDS_ON + "(?:\\d+ )?(0x[0-9a-f]{64})");

  private final int max;
  private final Map<Hash, String> bans = new LinkedHashMap<>();

  public BanSet(int max, Map<Hash, String> stored) {
    this.max = max;
    for (Hash hash : PERMANENT) {
      bans.put(hash, BadHashes.REASON);
    }
    stored.forEach(this::add);
  }

  /** The banned block on which another stands, if this evidence of the other's ban names one. */
  public static Optional<Hash> below(String evidence) {
    return Optional.of(BELOW.matcher(evidence))
        .filter(Matcher::matches)
        .map(matcher -> Hash.fromHex(matcher.group(1)));
  }

  /**
   * The evidence of a block that stands on a banned one. It names the block that is banned for its
   * own sake, so that all bans above end with that ban.
   */
  String standsOn(Hash banned) {
    String evidence = bans.getOrDefault(banned, "");
    return below(evidence).isPresent() ? evidence : STANDS_ON + banned;
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
