package dev.windlass.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.node.OwedAnswers.Asked;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwedAnswersTest {
  private final OwedAnswers<List<String>> owed = new OwedAnswers<>();

  private Optional<Long> next(String shown) {
    return owed.next(question -> question.contains(shown)).map(Asked::ticket);
  }

  @Test
  void shouldTakeAnswersInTheOrderOfTheQuestions() {
    assertTrue(owed.add(5, List.of("a"), 500));
    assertTrue(owed.add(8, List.of("b"), 800));
    assertEquals(Optional.of(new Asked<>(5, List.of("a"), 500)), owed.next());
    assertEquals(Optional.of(new Asked<>(8, List.of("b"), 800)), owed.next());
    assertEquals(Optional.empty(), owed.next());
  }

  @Test
  void shouldPassOverQuestionsThatStayedUnanswered() {
    owed.add(1, List.of("a", "b"), 0);
    owed.add(2, List.of("c"), 0);
    owed.add(3, List.of("d", "e"), 0);
    owed.add(4, List.of("f"), 0);
    assertEquals(Optional.of(3L), next("e"));
    assertEquals(Optional.of(4L), next("f"));
    assertEquals(Optional.empty(), next("a"));
  }

  @Test
  void shouldTakeWhatFitsSeveralForTheOldestOfThem() {
    owed.add(1, List.of("a"), 0);
    owed.add(2, List.of("b", "c"), 0);
    owed.add(3, List.of("c", "b"), 0);
    assertEquals(Optional.of(2L), next("c"));
    assertEquals(Optional.of(3L), next("c"));
  }

  @Test
  void shouldTakeWhatFitsNoneForTheOldest() {
    owed.add(1, List.of("a"), 0);
    owed.add(2, List.of("b"), 0);
    assertTrue(owed.hasSeveral());
    assertEquals(Optional.of(1L), next("x"));
    assertFalse(owed.hasSeveral());
    assertEquals(Optional.of(2L), next("x"));
    assertEquals(Optional.empty(), next("x"));
  }

  @Test
  void shouldRefuseAQuestionWhenTooManyAreOwed() {
    for (int i = 0; i < OwedAnswers.OWED_MAX; i++) {
      assertTrue(owed.add(i, List.of("a"), 0));
    }
    assertFalse(owed.add(99, List.of("a"), 0));
    owed.next();
    assertTrue(owed.add(100, List.of("a"), 0));
  }
}
