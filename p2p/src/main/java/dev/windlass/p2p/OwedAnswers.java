package dev.windlass.p2p;

import dev.windlass.chain.exchange.Question;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The unanswered questions of one kind to a peer, oldest first. Its answers have no id, and come in
 * the order of the questions.
 *
 * <p>Thread-safe and bounded.
 */
final class OwedAnswers {
  /** At most one question has a deadline ahead, so all others are overdue and the peer is stuck. */
  static final int OWED_MAX = 16;

  private final Deque<Asked> owed = new ArrayDeque<>();

  record Asked(long ticket, Question<?> question) {}

  /** Adds a question before it is sent. False if the peer owes too many answers. */
  synchronized boolean add(long ticket, Question<?> question) {
    if (owed.size() >= OWED_MAX) {
      return false;
    }
    owed.addLast(new Asked(ticket, question));
    return true;
  }

  /** Whether an answer may belong to a question. */
  synchronized boolean hasAny() {
    return !owed.isEmpty();
  }

  /** Whether an answer may belong to more than one question. */
  synchronized boolean hasSeveral() {
    return owed.size() > 1;
  }

  /** Removes and returns the question of the next answer. Empty if there is none. */
  synchronized Optional<Asked> next() {
    return Optional.ofNullable(owed.pollFirst());
  }

  /**
   * The same for an answer that shows its question: returns the oldest question that it fits.
   * Earlier questions stay open, or each later answer would be matched to the wrong question. An
   * answer that fits none is matched to the oldest.
   */
  synchronized Optional<Asked> next(Predicate<Question<?>> fits) {
    if (owed.stream().anyMatch(asked -> fits.test(asked.question))) {
      while (!fits.test(owed.element().question)) {
        owed.remove();
      }
    }
    return next();
  }
}
