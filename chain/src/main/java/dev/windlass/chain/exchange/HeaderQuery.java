package dev.windlass.chain.exchange;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import java.util.Objects;

/**
 * Asks for {@code count} headers, newest first. The first is named by hash, or by number alone if
 * {@code from} is null.
 *
 * @param from hash of the first header, or null
 * @param fromNumber number of the first header, or {@link Head#NUMBER_UNKNOWN} where only the hash
 *     is known
 * @param count how many at most
 */
public record HeaderQuery(Hash from, long fromNumber, int count) {
  public HeaderQuery {
    if (from == null && fromNumber < 0) {
      throw new IllegalArgumentException("a header is asked for by hash or by number");
    }
    if (count < 1) {
      throw new IllegalArgumentException("count " + count);
    }
  }

  public static HeaderQuery byHash(Hash from, int count) {
    return new HeaderQuery(Objects.requireNonNull(from), Head.NUMBER_UNKNOWN, count);
  }

  public static HeaderQuery byNumber(long fromNumber, int count) {
    return new HeaderQuery(null, fromNumber, count);
  }

  public boolean isByHash() {
    return from != null;
  }
}
