package dev.windlass.p2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.exchange.Question;
import dev.windlass.p2p.OwedAnswers.Asked;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OwedAnswersTest {
  private final OwedAnswers owed = new OwedAnswers();

  private static Hash hash(String name) {
    return Keccak.hash(name.getBytes(StandardCharsets.US_ASCII));
  }

  private static Question<?> blocks(String... names) {
    return new Question.Blocks(Stream.of(names).map(OwedAnswersTest::hash).toList());
  }

  private Optional<Long> next(String shown) {
    return owed.next(question -> ((Question.Blocks) question).hashes().contains(hash(shown)))
        .map(Asked::ticket);
  }

  @Test
  void shouldTakeAnswersInTheOrderOfTheQuestions() {
    assertTrue(owed.add(5, blocks("a")));
    assertTrue(owed.add(8, blocks("b")));
    assertEquals(Optional.of(new Asked(5, blocks("a"))), owed.next());
    assertEquals(Optional.of(new Asked(8, blocks("b"))), owed.next());
    assertEquals(Optional.empty(), owed.next());
  }

  @Test
  void shouldPassOverQuestionsThatStayedUnanswered() {
    owed.add(1, blocks("a", "b"));
    owed.add(2, blocks("c"));
    owed.add(3, blocks("d", "e"));
    owed.add(4, blocks("f"));
    assertEquals(Optional.of(3L), next("e"));
    assertEquals(Optional.of(4L), next("f"));
    assertEquals(Optional.empty(), next("a"));
  }

  @Test
  void shouldTakeWhatFitsSeveralForTheOldestOfThem() {
    owed.add(1, blocks("a"));
    owed.add(2, blocks("b", "c"));
    owed.add(3, blocks("c", "b"));
    assertEquals(Optional.of(2L), next("c"));
    assertEquals(Optional.of(3L), next("c"));
  }

  @Test
  void shouldTakeWhatFitsNoneForTheOldest() {
    owed.add(1, blocks("a"));
    owed.add(2, blocks("b"));
    assertTrue(owed.hasSeveral());
    assertEquals(Optional.of(1L), next("x"));
    assertFalse(owed.hasSeveral());
    assertEquals(Optional.of(2L), next("x"));
    assertEquals(Optional.empty(), next("x"));
  }

  @Test
  void shouldRefuseAQuestionWhenTooManyAreOwed() {
    for (int i = 0; i < OwedAnswers.OWED_MAX; i++) {
      assertTrue(owed.add(i, blocks("a")));
    }
    assertFalse(owed.add(99, blocks("a")));
    owed.next();
    assertTrue(owed.add(100, blocks("a")));
  }
}
