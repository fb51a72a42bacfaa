package dev.windlass.chain;

import java.util.List;
import java.util.Set;

/**
 * Hashes that every ban set refuses for ever, as the network agreed in 2015. They are never
 * evicted.
 */
public final class BadHashes {
  public static final List<Hash> PERMANENT =
      List.of(
          Hash.fromHex("f269c503aed286caaa0d114d6a5320e70abbc2febe37953207e76a2873f2ba79"),
          Hash.fromHex("38f5bbbffd74804820ffa4bab0cd540e9de229725afb98c1a7e57936f4a714bc"),
          Hash.fromHex("7064455b364775a16afbdecd75370e912c6e2879f202eda85b9beae547fff3ac"),
          Hash.fromHex("5b7c80070a6eff35f3eb3181edb023465c776d40af2885571e1bc4689f3a44d8"));

  /** Why they are refused. */
  public static final String REASON = "one of the permanently bad hashes";

  private static final Set<Hash> ALL = Set.copyOf(PERMANENT);

  /** Has a bit for each, by the last six bits of its code. Each stored block is looked up. */
  private static final long CODES =
      PERMANENT.stream().mapToLong(hash -> 1L << hash.hashCode()).reduce(0, (a, b) -> a | b);

  private BadHashes() {}

  public static boolean has(Hash hash) {
    return (CODES & 1L << hash.hashCode()) != 0 && ALL.contains(hash);
  }
}
