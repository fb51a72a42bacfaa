package dev.windlass.p2p;

import dev.windlass.chain.exchange.Question;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The questions of one kind that a peer has not answered, oldest first; its answers carry no id,
 * and come in the order of the questions.
 *
 * <p>Questions are added by one thread and answered on another. Bounded.
 */
final class OwedAnswers {
  /** At most one question is waited for, so all others of these are overdue: the peer is stuck. */
  static final int OWED_MAX = 16;

  private final Deque<Asked> owed = new ArrayDeque<>();

  record Asked(long ticket, Question<?> question) {}

  /** Notes a question before it is put; false where the peer owes too much to be asked more. */
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

  /** Takes out the question that the next answer is for; empty where nothing was asked. */
  synchronized Optional<Asked> next() {
    return Optional.ofNullable(owed.pollFirst());
  }

  /**
   * The same for an answer that shows what it belongs to: the oldest question that it fits. Those
   * before it stay unanswered, else each further answer would be taken for another question's. One
   * that fits none is for the oldest.
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
