package dev.windlass.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorTimeTest {
  @ParameterizedTest
  @CsvSource({"1s,1", "90s,90", "10m,600", "2h,7200", "24h,86400", "86400s,86400"})
  void shouldReadATime(String text, long seconds) {
    assertEquals(seconds, OperatorTime.PAUSE.parse(text).toSeconds());
    assertEquals(seconds + "s", OperatorTime.text(OperatorTime.PAUSE.parse(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0s", "1", "s", "-1s", "1d", "25h", "86401s", "999999h", "1 m", "1.5h", "10M"})
  void shouldRefuseWhatIsNoTimeOfAPause(String text) {
    assertThrows(IllegalArgumentException.class, () -> OperatorTime.PAUSE.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"1s,1", "7d,604800", "365d,31536000"})
  void shouldReadTheTimeOfABan(String text, long seconds) {
    assertEquals(seconds, OperatorTime.BAN.parse(text).toSeconds());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0d", "366d", "1w", "8761h"})
  void shouldRefuseWhatIsNoTimeOfABan(String text) {
    assertThrows(IllegalArgumentException.class, () -> OperatorTime.BAN.parse(text));
  }
}
