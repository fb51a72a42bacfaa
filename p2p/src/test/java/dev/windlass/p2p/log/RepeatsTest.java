package dev.windlass.p2p.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class RepeatsTest {
  private static final long SECOND = 1_000_000_000L;

  private final Repeats<String> repeats = new Repeats<>(3);

  /** What happens each ten seconds for six hours. */
  @Test
  void shouldSayItOnceThenAtGrowingIntervalsUpToAnHour() {
    List<Long> saidAt = new ArrayList<>();
    for (long second = 0; second <= 6 * 3_600; second += 10) {
      if (repeats.isDue("x", second * SECOND)) {
        saidAt.add(second / 60);
      }
    }
    assertEquals(List.of(0L, 1L, 3L, 7L, 15L, 31L, 63L, 123L, 183L, 243L, 303L), saidAt);
  }

  @Test
  void shouldSayWhatIsNewAtOnceAndTheOldForDebug() {
    assertEquals(Level.WARN, repeats.level(Level.WARN, "x", 0));
    assertEquals(Level.WARN, repeats.level(Level.WARN, "y", 0));
    assertEquals(Level.DEBUG, repeats.level(Level.WARN, "x", SECOND));
    repeats.clear();
    assertEquals(Level.WARN, repeats.level(Level.WARN, "x", SECOND));
  }

  @Test
  void shouldSayLittleOfManyThatAreInvented() {
    int said = 0;
    for (int i = 0; i < 1_000; i++) {
      said += repeats.isDue("name " + i, i) ? 1 : 0;
    }
    assertEquals(4, said);
  }

  @Test
  void shouldMakeRoomForTheNewByForgettingWhatIsDueAnyway() {
    for (String name : List.of("a", "b", "c")) {
      assertTrue(repeats.isDue(name, 0));
    }
    assertTrue(repeats.isDue("d", 61 * SECOND));
    assertTrue(repeats.isDue("e", 61 * SECOND));
    assertFalse(repeats.isDue("d", 62 * SECOND));
  }
}
