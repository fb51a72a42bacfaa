package dev.windlass.peerset;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Question;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a request asks for.
 *
 * @param origin where a question of a walk begins
 * @param item what its hashes name
 * @param hashes of the blocks or headers that it asks for. Empty if it names none
 * @param items how many hashes, headers or blocks it asks for
 * @param bytes expected size of the answer; 0 if it is not known
 * @param isReserved whether the queue has reserved it, which promises nothing twice by itself
 */
public record Wanted(
    Optional<Origin> origin,
    Item item,
    List<Hash> hashes,
    int items,
    long bytes,
    boolean isReserved) {
  /** What a hash names. A body is a part of its block. */
  public enum Item {
    HEADER,
    BLOCK
  }

  public Wanted {
    Objects.requireNonNull(origin);
    Objects.requireNonNull(item);
    Objects.requireNonNull(hashes);
  }

  /** What a question of a walk asks for, which names no more than its origin. */
  public static Wanted walked(Question<?> question, long bytes) {
    return new Wanted(Origin.of(question), Item.HEADER, List.of(), question.size(), bytes, false);
  }

  /** What a question names: blocks, or a single header. */
  public static Wanted of(Question<?> question) {
    boolean isHeader =
        question instanceof Question.Headers asked && asked.query().isByHash() && asked.size() == 1;
    List<Hash> hashes =
        isHeader ? List.of(((Question.Headers) question).query().from()) : question.blocks();
    Item item = isHeader ? Item.HEADER : Item.BLOCK;
    return new Wanted(Origin.of(question), item, hashes, question.size(), 0, false);
  }

  /** Whether the answer is a sample of the peer's capacity for blocks. */
  boolean isSample() {
    return isReserved && item == Item.BLOCK;
  }

  /** The same without its hashes, to be remembered for longer. */
  Wanted withoutHashes() {
    return hashes.isEmpty() ? this : new Wanted(origin, item, List.of(), items, bytes, isReserved);
  }
}
