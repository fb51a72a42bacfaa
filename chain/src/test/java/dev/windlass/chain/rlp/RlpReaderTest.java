package dev.windlass.chain.rlp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public final class RlpReaderTest {
  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static RlpException refusal(byte[] bytes) {
    return assertThrows(
        RlpException.class,
        () -> {
          RlpReader reader = new RlpReader(bytes);
          reader.checkDeep(100);
        },
        () -> HexFormat.of().formatHex(bytes));
  }

  /**
   * Writes the items read. If only the canonical form is accepted, the bytes are the same again.
   */
  private static void copy(RlpReader from, RlpWriter to) {
    while (from.hasNext()) {
      if (from.nextIsList()) {
        to.beginList();
        copy(from.list(), to);
        to.endList();
      } else {
        to.string(from.string(Integer.MAX_VALUE));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // what, bytes, offset of the fault
    "a byte below 0x80 with a prefix, 8100, 0",
    "the same at its upper end, 817f, 0",
    "the same inside a list, c3808105, 2",
    "the long form for a string of 0, b800, 0",
    "the long form for a string of 1, b801ff, 0",
    "a list of 0 in the long form, f800, 0",
    "a list of 3 in the long form, f803112233, 0",
    "a string's length that starts with a zero, b90040, 0",
    "a list's length that starts with a zero, f90003010203, 0",
    "a length of eight bytes, bfffffffffffffffff00, 0",
    "a list with a length of eight bytes, ffffffffffffffffff00, 0",
    "a length of five bytes, fc0100000000, 0",
    "a string cut off, 83646f, 0",
    "a list cut off, c3010, 0",
    "a string that runs over its list's end, c28261, 1",
    "a string inside that runs over its list, c2826161, 1",
    "a list inside that runs over its list, c3c48080, 1",
    "a length cut off, b9, 0",
    "a length cut off in the middle, ba0100, 0",
    "a long string cut off, b840ff, 0",
    "a second item that is bad, 808100, 1",
    "an item deep inside, c6c5c4c3c28100, 5"
  })
  void shouldRefuseWhatIsNotCanonicalAndSayWhere(String what, String digits, int offset) {
    byte[] bytes = hex(digits.length() % 2 == 0 ? digits : digits + "0");
    RlpException e = refusal(bytes);
    assertEquals(offset, e.offset(), what + ": " + e.getMessage());
    assertTrue(e.getMessage().startsWith("byte " + offset + ": "), e.getMessage());
    assertTrue(e.getMessage().endsWith(e.reason()), e.getMessage());
  }

  @Test
  void shouldSayHowMuchIsMissing() {
    assertEquals(
        "byte 0: an item of 3 bytes, but only 2 are left", refusal(hex("83646f")).getMessage());
    assertEquals(
        "byte 0: an item of 64 bytes, but only 1 are left", refusal(hex("b840ff")).getMessage());
  }

  @Test
  void shouldRefuseALongFormForEveryLengthThatFitsTheShortOne() {
    for (int length = 0; length <= 55; length++) {
      for (int base : new int[] {0xb8, 0xf8}) {
        byte[] bytes = new byte[2 + length];
        bytes[0] = (byte) base;
        bytes[1] = (byte) length;
        assertEquals(0, refusal(bytes).offset());
      }
    }
    for (int base : new int[] {0xb8, 0xf8}) {
      byte[] bytes = new byte[2 + 56];
      bytes[0] = (byte) base;
      bytes[1] = 56;
      RlpReader reader = new RlpReader(bytes);
      reader.next();
      assertEquals(56, reader.payloadLength());
      assertFalse(reader.hasNext());
    }
  }

  @Test
  void shouldRefuseEveryTruncation() {
    RlpWriter writer = new RlpWriter().beginList().string(new byte[300]).beginList();
    writer.string(new byte[60]).integer(5).beginList().endList().endList().integer(1L << 40);
    byte[] whole = writer.endList().toBytes();
    assertEquals(7, new RlpReader(whole).checkDeep(9));
    for (int length = 1; length < whole.length; length++) {
      refusal(Arrays.copyOf(whole, length));
    }
    // The same bytes in a larger array. No byte outside of the range is read.
    for (int length = 1; length < whole.length; length++) {
      RlpReader slice = new RlpReader(whole, 0, length);
      assertThrows(RlpException.class, () -> slice.checkDeep(9));
    }
  }

  @Test
  void shouldWalkAMillionNestedListsWithoutStack() {
    byte[] bytes = nested(1_000_000);
    assertEquals(1_000_000, new RlpReader(bytes).checkDeep(1_000_000));
    RlpException e = assertThrows(RlpException.class, () -> new RlpReader(bytes).checkDeep(16));
    assertTrue(e.getMessage().contains("deeper than 16"), e.getMessage());
    assertThrows(RlpException.class, () -> Block.decode(bytes));
    assertThrows(RlpException.class, () -> BlockHeader.decode(bytes));
  }

  /** Lists in lists, built from the inside out. */
  private static byte[] nested(int depth) {
    byte[] reversed = new byte[depth * 5];
    int length = 0;
    for (int i = 0; i < depth; i++) {
      byte[] prefix = new byte[RlpWriter.prefixLength(length)];
      RlpWriter.writePrefix(prefix, 0, 0xc0, length);
      for (int j = prefix.length - 1; j >= 0; j--) {
        reversed[length++] = prefix[j];
      }
    }
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = reversed[length - 1 - i];
    }
    return bytes;
  }

  @Test
  void shouldRefuseAGiantLengthBeforeAllocating() {
    byte[] bytes = hex("fb7fffffff");
    assertThrows(RlpException.class, () -> new RlpReader(bytes).item(Integer.MAX_VALUE));
    assertThrows(RlpException.class, () -> new RlpReader(hex("bb7fffffff")).string(100));
  }

  @Test
  void shouldRefuseMoreThanTheCallerAllows() {
    byte[] four = hex("8401020304");
    assertEquals(4, new RlpReader(four).string(4).length);
    assertThrows(RlpException.class, () -> new RlpReader(four).string(3));
    assertThrows(RlpException.class, () -> new RlpReader(four).item(3));
    assertThrows(RlpException.class, () -> new RlpReader(four).nextString(3));
    assertThrows(RlpException.class, () -> new RlpReader(four).nextInteger(3));
    assertThrows(RlpException.class, () -> new RlpReader(hex("c401020304")).list(3));
  }

  @Test
  void shouldTellListsFromStrings() {
    assertThrows(RlpException.class, () -> new RlpReader(hex("80")).list());
    assertThrows(RlpException.class, () -> new RlpReader(hex("c0")).string(9));
    assertThrows(RlpException.class, () -> new RlpReader(hex("c0")).unsignedLong());
    assertThrows(RlpException.class, () -> new RlpReader(new byte[0]).next());
    assertThrows(RlpException.class, () -> new RlpReader(new byte[0]).nextIsList());
    assertThrows(RlpException.class, () -> new RlpReader(hex("8080")).end());
  }

  @Test
  void shouldReadIntegersInTheirShortestFormOnly() {
    assertEquals(0, new RlpReader(hex("80")).unsignedLong());
    assertEquals(127, new RlpReader(hex("7f")).unsignedLong());
    assertEquals(-1, new RlpReader(hex("88ffffffffffffffff")).unsignedLong());
    assertEquals(
        BigInteger.ONE.shiftLeft(64), new RlpReader(hex("89010000000000000000")).integer(9));
    for (String wrong : List.of("00", "820001", "89010000000000000000")) {
      assertThrows(RlpException.class, () -> new RlpReader(hex(wrong)).unsignedLong(), wrong);
    }
    assertThrows(RlpException.class, () -> new RlpReader(hex("888000000000000000")).positiveLong());
    assertEquals(Long.MAX_VALUE, new RlpReader(hex("887fffffffffffffff")).positiveLong());
  }

  @Test
  void shouldReadBackEveryIntegerThatWasWritten() {
    SplittableRandom random = new SplittableRandom(1);
    for (int bits = 0; bits <= 64; bits++) {
      for (int i = 0; i < 50; i++) {
        long value = bits == 0 ? 0 : random.nextLong() >>> (64 - bits);
        byte[] written = new RlpWriter().integer(value).toBytes();
        assertEquals(value, new RlpReader(written).unsignedLong());
        BigInteger big = new BigInteger(Long.toUnsignedString(value));
        assertArrayEquals(written, new RlpWriter().integer(big).toBytes());
        assertEquals(big, new RlpReader(written).integer(8));
      }
    }
  }

  @Test
  void shouldReadBackRandomTreesToTheByte() {
    SplittableRandom random = new SplittableRandom(2);
    for (int round = 0; round < 2000; round++) {
      RlpWriter writer = new RlpWriter();
      writeTree(random, writer, 4);
      byte[] bytes = writer.toBytes();
      RlpWriter again = new RlpWriter();
      copy(new RlpReader(bytes), again);
      assertArrayEquals(bytes, again.toBytes());
    }
  }

  private static void writeTree(SplittableRandom random, RlpWriter writer, int depth) {
    int items = random.nextInt(5);
    for (int i = 0; i < items; i++) {
      if (depth > 0 && random.nextInt(3) == 0) {
        writer.beginList();
        writeTree(random, writer, depth - 1);
        writer.endList();
      } else {
        byte[] string = new byte[random.nextInt(4) == 0 ? random.nextInt(400) : random.nextInt(4)];
        random.nextBytes(string);
        writer.string(string);
      }
    }
  }

  @Test
  void shouldAcceptOfMutatedBytesOnlyWhatIsCanonical() {
    SplittableRandom random = new SplittableRandom(3);
    int accepted = 0;
    int refused = 0;
    for (int round = 0; round < 50_000; round++) {
      RlpWriter writer = new RlpWriter();
      writeTree(random, writer, 3);
      byte[] bytes = mutate(random, writer.toBytes());
      try {
        new RlpReader(bytes).checkDeep(50);
        RlpWriter again = new RlpWriter();
        copy(new RlpReader(bytes), again);
        assertArrayEquals(bytes, again.toBytes());
        accepted++;
      } catch (RlpException e) {
        assertTrue(e.offset() >= 0 && e.offset() <= bytes.length, e.getMessage());
        refused++;
      }
    }
    assertTrue(accepted > 5000 && refused > 5000, accepted + " accepted, " + refused + " refused");
  }

  public static byte[] mutate(SplittableRandom random, byte[] original) {
    byte[] bytes = original.clone();
    int hits = 1 + random.nextInt(3);
    for (int i = 0; i < hits && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        default -> {
          byte[] longer = new byte[bytes.length + 1];
          System.arraycopy(bytes, 0, longer, 0, at);
          longer[at] = (byte) random.nextInt(256);
          System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
          bytes = longer;
        }
      }
    }
    return bytes;
  }
}
