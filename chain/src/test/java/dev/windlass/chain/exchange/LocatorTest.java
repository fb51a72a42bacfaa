package dev.windlass.chain.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocatorTest {
  @Test
  void shouldBeginWithTwelveNeighboursAndThenDoubleItsStep() {
    assertEquals(
        List.of(17L, 16L, 15L, 14L, 13L, 12L, 11L, 10L, 9L, 8L, 7L, 6L, 4L, 0L),
        Locator.heights(0, 17));
  }

  @Test
  void shouldEndWithTheLowestBlock() {
    assertEquals(List.of(7L), Locator.heights(7, 7));
    assertEquals(List.of(9L, 8L, 7L), Locator.heights(7, 9));
    List<Long> aboveAFloor = Locator.heights(1_000, 1_017);
    assertEquals(
        Locator.heights(0, 17).stream().map(height -> height + 1_000).toList(), aboveAFloor);
  }

  /** One for each of the first twelve blocks above the lowest, then one for each doubling. */
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 2",
    "11, 12",
    "12, 13",
    "13, 13",
    "14, 14",
    "17, 14",
    "18, 15",
    "25, 15",
    "26, 16",
    "5000, 24",
    "20000000, 36",
    "9223372036854775807, 74"
  })
  void shouldHaveAsManyEntriesAsBitcoinHas(long tip, int entries) {
    assertEquals(entries, Locator.heights(0, tip).size());
  }

  /** The lengths of btcd's TestChainView, for each height. */
  @Test
  void shouldHaveOneMoreEntryForEachDoubling() {
    for (long tip = 0; tip <= 12; tip++) {
      assertEquals(tip + 1, Locator.heights(0, tip).size());
    }
    for (long tip = 13; tip <= 70_000; tip++) {
      int doublings = 63 - Long.numberOfLeadingZeros(tip - 10);
      assertEquals(12 + doublings, Locator.heights(0, tip).size());
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 1", "0, 10, 11", "5, 10, 12", "0, 0, 5000", "0, 799, 4905", "3, 7, 999999999"})
  void shouldSpreadItsEntriesBetweenACommonAndAnUnknownBlock(
      long lowest, long common, long unknown) {
    List<Long> heights = Locator.between(lowest, common, unknown);

    assertTrue(heights.size() <= Locator.ENTRIES_MAX, () -> heights.size() + " entries");
    assertEquals(
        heights, heights.stream().distinct().sorted((a, b) -> Long.compare(b, a)).toList());
    assertTrue(heights.get(0) < unknown);
    List<Long> below = Locator.heights(lowest, common);
    int spread = heights.size() - below.size();
    assertEquals(below, heights.subList(spread, heights.size()));
    long widest =
        LongStream.rangeClosed(0, spread)
            .map(i -> (i == 0 ? unknown : heights.get((int) i - 1)) - heights.get((int) i))
            .max()
            .orElseThrow();
    long gap = unknown - common;
    assertTrue(widest <= gap / (Locator.ENTRIES_MAX - below.size()) + 1, widest + " of " + gap);
  }
}
