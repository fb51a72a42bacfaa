package dev.windlass.store;

import dev.windlass.chain.Hash;
import java.util.List;

/**
 * Hashes of a segment at consecutive positions, as one value of the links column. The key has the
 * segment's id and the position of the last hash.
 *
 * <pre>
 * 0          hash (32) at position last - n + 1, the newest
 * 32         hash (32) at the next position
 * 32(n - 1)  hash (32) at position last, the oldest
 * </pre>
 */
final class LinkRow {
  private final long last;
  private final byte[] hashes;

  private LinkRow(long last, byte[] hashes) {
    this.last = last;
    this.hashes = hashes;
  }

  static LinkRow of(long firstPosition, List<Hash> newestFirst) {
    byte[] hashes = new byte[newestFirst.size() * Hash.BYTES];
    int at = 0;
    for (Hash hash : newestFirst) {
      hash.writeTo(hashes, at);
      at += Hash.BYTES;
    }
    return new LinkRow(firstPosition + newestFirst.size() - 1, hashes);
  }

  static LinkRow decode(long segmentId, long last, byte[] value) {
    if (value.length == 0
        || value.length % Hash.BYTES != 0
        || last + 1 < value.length / Hash.BYTES) {
      throw Damage.of("the links of segment " + segmentId + " up to " + last + " are truncated");
    }
    return new LinkRow(last, value);
  }

  /** The value, not copied. */
  byte[] encode() {
    return hashes;
  }

  int count() {
    return hashes.length / Hash.BYTES;
  }

  /** Position of the last hash. */
  long last() {
    return last;
  }

  long first() {
    return last - count() + 1;
  }

  Hash at(long position) {
    return Hash.of(hashes, (int) (position - first()) * Hash.BYTES);
  }
}
