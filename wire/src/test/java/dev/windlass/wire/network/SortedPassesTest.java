package dev.windlass.wire.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortedPassesTest {
  private static final int COUNT = 1_000;
  private static final int LENGTH = 40;
  private static final HexFormat HEX = HexFormat.of();

  private int passes;

  private List<String> sorted(List<byte[]> entries, long bytesMax) {
    List<String> sorted = new ArrayList<>();
    passes = 0;
    SortedPasses.sort(
        taker -> {
          passes++;
          entries.forEach(taker);
        },
        bytesMax,
        entry -> sorted.add(HEX.formatHex(entry)));
    return sorted;
  }

  private static List<byte[]> random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      byte[] entry = new byte[LENGTH];
      random.nextBytes(entry);
      entries.add(entry);
    }
    return entries;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 100, 5_000, 36_000, 1_000_000})
  void shouldGiveEachEntryOnceAndInOrder(long bytesMax) {
    List<byte[]> entries = random(bytesMax);
    List<String> expected =
        new ArrayList<>(new TreeSet<>(entries.stream().map(HEX::formatHex).toList()));
    assertEquals(expected, sorted(entries, bytesMax));
  }

  @Test
  void shouldReadAsOftenAsTheRoomDemandsAndNoMore() {
    List<byte[]> entries = random(7);
    sorted(entries, 1_000_000);
    assertEquals(1, passes);
    // A fifth of the entries fits. A pass ends with at least three quarters of that.
    sorted(entries, COUNT * (LENGTH + 32L) / 5);
    assertTrue(passes >= 5 && passes <= 7, () -> passes + " passes");
  }

  @Test
  void shouldReadOnceIfThereIsNothing() {
    assertEquals(List.of(), sorted(List.of(), 100));
    assertEquals(1, passes);
  }
}
