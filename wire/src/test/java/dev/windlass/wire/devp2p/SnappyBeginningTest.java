package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

class SnappyBeginningTest {
  private static byte[] beginning(byte[] packed, int count) {
    return SnappyBeginning.of(packed, 0, packed.length, count);
  }

  /** Long runs, short runs or none, which give literals and copies of every kind. */
  private static byte[] payload(SplittableRandom random) {
    byte[] payload = new byte[random.nextInt(1 << random.nextInt(1, 18))];
    int kinds = random.nextInt(1, 256);
    int period = random.nextInt(1, 70_000);
    for (int i = 0; i < payload.length; i++) {
      payload[i] = i >= period ? payload[i - period] : (byte) random.nextInt(kinds);
    }
    return payload;
  }

  @Test
  void shouldUnpackTheSameAsSnappyDoes() throws IOException {
    for (int seed = 0; seed < 500; seed++) {
      byte[] payload = payload(new SplittableRandom(seed));
      byte[] packed = Snappy.compress(payload);
      for (int count : new int[] {0, 1, 16, 100_000}) {
        byte[] expected = Arrays.copyOf(payload, Math.min(count, payload.length));
        assertArrayEquals(expected, beginning(packed, count), "seed " + seed);
      }
    }
  }

  @Test
  void shouldStopWhereTheBytesEnd() throws IOException {
    byte[] payload = payload(new SplittableRandom(9));
    byte[] packed = Snappy.compress(payload);
    for (int length = 0; length < Math.min(300, packed.length); length++) {
      byte[] begun = SnappyBeginning.of(packed, 0, length, payload.length);
      assertTrue(Arrays.equals(begun, Arrays.copyOf(payload, begun.length)), "length " + length);
    }
  }

  @Test
  void shouldGoThroughAnyBytes() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 20_000; i++) {
      byte[] packed = new byte[random.nextInt(40)];
      random.nextBytes(packed);
      assertTrue(beginning(packed, 100).length <= 100);
    }
  }

  /** One copy of each kind, each of "ab". */
  @Test
  void shouldKnowCopiesOfEveryKind() {
    byte[] packed = HexFormat.of().parseHex("64" + "046162" + "0102" + "160200" + "1702000000");
    String unpacked = new String(beginning(packed, 100), StandardCharsets.US_ASCII);
    assertEquals("ab".repeat(9), unpacked);
    assertEquals(2, beginning(HexFormat.of().parseHex("6404616201ff"), 100).length);
  }
}
