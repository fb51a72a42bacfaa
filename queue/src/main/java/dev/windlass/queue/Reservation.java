package dev.windlass.queue;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * Hashes promised to one peer. Only the answer to them closes the reservation.
 *
 * @param id never used again
 * @param numbers the numbers of the hashes, ascending; as many as there are hashes
 * @param headers the proven headers of the same blocks if {@code kind} is {@link Kind#BODIES}, else
 *     empty
 * @param promisedBytes bytes of the window that are reserved for the answer
 * @param isHedged whether these hashes are promised to another peer too, on purpose
 */
public record Reservation(
    long id,
    PeerId peer,
    Kind kind,
    List<Long> numbers,
    List<Hash> hashes,
    List<BlockHeader> headers,
    long promisedBytes,
    boolean isHedged) {

  /** What is asked for. */
  public enum Kind {
    /** Headers with their bodies, as a hash peer serves them. */
    WHOLE_BLOCKS,
    /** Bodies of links whose header is proven. */
    BODIES,
    /** Headers of links that are only claimed. */
    HEADERS
  }

  public Reservation {
    Objects.requireNonNull(peer);
    Objects.requireNonNull(kind);
    numbers = Collections.unmodifiableList(numbers);
    hashes = Collections.unmodifiableList(hashes);
    headers = Collections.unmodifiableList(headers);
    if (hashes.isEmpty() || numbers.size() != hashes.size()) {
      throw new IllegalArgumentException("a reservation of " + hashes.size() + " hashes");
    }
  }

  Reservation hedged() {
    return isHedged
        ? this
        : new Reservation(id, peer, kind, numbers, hashes, headers, promisedBytes, true);
  }

  /** Whether this peer owes blocks for it. */
  boolean isOf(PeerId other) {
    return kind != Kind.HEADERS && peer.equals(other);
  }

  public int size() {
    return hashes.size();
  }

  public long firstNumber() {
    return numbers.get(0);
  }

  public long lastNumber() {
    return numbers.get(numbers.size() - 1);
  }

  /** The question to its peer. Numbers of a reservation of headers have no holes. */
  public Question<?> question() {
    return switch (kind) {
      case WHOLE_BLOCKS -> new Question.Blocks(hashes);
      case BODIES -> new Question.Bodies(headers);
      case HEADERS -> new Question.Headers(headerQuery());
    };
  }

  private HeaderQuery headerQuery() {
    return HeaderQuery.byHash(hashes.get(hashes.size() - 1), hashes.size());
  }
}
