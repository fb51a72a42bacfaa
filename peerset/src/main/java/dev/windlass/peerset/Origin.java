package dev.windlass.peerset;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.Question;
import java.util.Optional;

/**
 * Where a question begins. Questions with the same origin are equal to a peer that has nothing
 * there, however many items they ask for.
 *
 * @param label of the kind of question
 * @param hash of the first item, or null
 * @param number of the first item if it has no hash
 */
public record Origin(String label, Hash hash, long number) {
  /** The origin of a question of a walk. Empty for blocks, which are named one by one. */
  public static Optional<Origin> of(Question<?> question) {
    if (question instanceof Question.Headers asked) {
      HeaderQuery query = asked.query();
      return Optional.of(query.isByHash() ? header(query.from()) : header(query.fromNumber()));
    }
    return question instanceof Question.Hashes asked
        ? Optional.of(new Origin(Question.HASHES, asked.from(), Head.NUMBER_UNKNOWN))
        : Optional.empty();
  }

  public static Origin header(Hash hash) {
    return new Origin(Question.HEADERS, hash, Head.NUMBER_UNKNOWN);
  }

  public static Origin header(long number) {
    return new Origin(Question.HEADERS, null, number);
  }

  /** A whole block, or its body. */
  public static Origin block(Hash hash) {
    return new Origin(Question.BLOCKS, hash, Head.NUMBER_UNKNOWN);
  }
}
