package dev.windlass.server.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BarRowTest {
  private static final long SECOND = 1_000_000_000L;

  private static BarRow row(long done, long whole, double perSecond, long etaSeconds) {
    return new BarRow(
        new PhaseProgress(
            "blocks",
            done,
            OptionalLong.of(whole),
            perSecond,
            OptionalLong.of(etaSeconds * SECOND)),
        List.of("peers 8", "PEERS_BUSY"));
  }

  private static final BarRow HALF = row(52_480, 120_000, 2_560, 26);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      textBlock =
          """
          200|blocks [==============                   ] 43.7%  eta 26s      52,480/120,000    2,560/s  peers 8  PEERS_BUSY
          80|blocks [=====        ] 43.7%  eta 26s      52,480/120,000    2,560/s  peers 8
          79|blocks [=====        ] 43.7%  eta 26s      52,480/120,000    2,560/s  peers 8
          60|blocks [====      ] 43.7%  eta 26s      52,480/120,000
          40|blocks [===     ] 43.7%  eta 26s
          34|[===     ] 43.7%  eta 26s
          26|43.7%  eta 26s
          10|43.7%  et
          1|''
          """)
  void shouldKeepPercentAndTimeLongestWhenTheTerminalIsNarrow(int columns, String expected) {
    assertEquals(expected, HALF.fitted(columns));
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 80, 81, 120, 200})
  void shouldKeepThePlaceOfEachPartWhileItRuns(int columns) {
    String first = row(1, 1_000_000, 3, 3_599).fitted(columns);
    for (long done = 1; done <= 1_000_000; done += 49_999) {
      String row = row(done, 1_000_000, (double) done, 1_000_000 - done).fitted(columns);
      assertEquals(first.indexOf(']'), row.indexOf(']'), row);
      assertEquals(first.indexOf('%'), row.indexOf('%'), row);
      assertEquals(first.indexOf("eta"), row.indexOf("eta"), row);
      assertEquals(first.indexOf('/'), row.indexOf('/'), row);
      assertEquals(first.indexOf("/s"), row.indexOf("/s"), row);
      assertEquals(first.indexOf("peers"), row.indexOf("peers"), row);
    }
  }

  @Test
  void shouldFitALongChainOnAnOrdinaryTerminal() {
    assertEquals(
        "blocks [=======      ] 54.4%  eta 2h03m   12,052,480/22,120,000    1,350/s",
        row(12_052_480, 22_120_000, 1_350, 7_380).fitted(80));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 27, 40, 79, 80, 81, 200})
  void shouldNeverBeAsWideAsTheTerminal(int columns) {
    for (long done = 0; done <= 1_000; done += 50) {
      String row = row(done, 1_000, (double) done * done, 1_000 - done).fitted(columns);
      assertTrue(row.length() < columns, row);
    }
  }

  @Test
  void shouldSayThatItDoesNotKnowWhenTheLengthIsUnknown() {
    PhaseProgress course =
        new PhaseProgress("hashes", 500, OptionalLong.empty(), 500, OptionalLong.empty());

    assertEquals(
        "hashes [             ]     ?  eta ?       500      500/s  peers 2",
        new BarRow(course, List.of("peers 2")).fitted(80));
  }
}
