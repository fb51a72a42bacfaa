package dev.windlass.wire.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.fixtures.TestData;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccumulatorRootsTest {
  private static final String MAINNET_0 =
      "0x5ec1ffb8c3b146f42606c74ced973dc16ec5a107c0345858c343fc94780b4218";

  private static final Hash ONE = Hash.ofLongs(1, 2, 3, 4);
  private static final Hash OTHER = Hash.ofLongs(5, 6, 7, 8);

  @TempDir private Path folder;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("roots"), bytes);
  }

  private AccumulatorRoots text(String text) throws IOException {
    return AccumulatorRoots.read(file(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static ByteBuffer ssz(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void shouldMakeTheRootOfTheFirstEraOfMainnet() {
    Path file = TestData.path("mainnet/mainnet-00000-5ec1ffb8.era1");
    try (FileChain chain = FileChain.openEra(file)) {
      Hash root = chain.accumulator().orElseThrow();
      assertEquals(MAINNET_0, root.toString());
      EraName name = EraName.parse(file.getFileName().toString()).orElseThrow();
      assertEquals(Optional.of(root), AccumulatorRoots.of(List.of(root)).promisedBy(name));
    }
  }

  @Test
  void shouldReadALineForEachEra() throws IOException {
    AccumulatorRoots roots = text("# pre-merge\n\n" + ONE + " # era 0\r\n" + OTHER + "\n");
    assertEquals(2, roots.size());
    assertEquals(Optional.of(ONE), roots.of(0));
    assertEquals(Optional.of(OTHER), roots.of(1));
    assertEquals(Optional.empty(), roots.of(2));
  }

  @Test
  void shouldReadTheContainerOfTrin() throws IOException {
    byte[] bytes = ssz(68).putInt(4).put(ONE.toBytes()).put(OTHER.toBytes()).array();
    AccumulatorRoots roots = AccumulatorRoots.read(file(bytes));
    assertEquals(2, roots.size());
    assertEquals(Optional.of(OTHER), roots.of(1));
  }

  /** The records of the last era make its root. */
  @Test
  void shouldReadTheContainerOfNimbus() throws IOException {
    ByteBuffer bytes = ssz(8 + 32 + 2 * 64).putInt(8).putInt(40).put(ONE.toBytes());
    bytes.put(ONE.toBytes()).put((byte) 17).put(new byte[31]);
    bytes.put(OTHER.toBytes()).put((byte) 1).put((byte) 2).put(new byte[30]);
    EraAccumulator last = new EraAccumulator();
    last.add(ONE, BigInteger.valueOf(17));
    last.add(OTHER, BigInteger.valueOf(0x201));
    AccumulatorRoots roots = AccumulatorRoots.read(file(bytesOf(bytes)));
    assertEquals(2, roots.size());
    assertEquals(Optional.of(ONE), roots.of(0));
    assertEquals(Optional.of(last.root()), roots.of(1));
  }

  @Test
  void shouldNameTheLineOrByteThatIsWrong() throws IOException {
    assertRefused("\n" + ONE + "\n0x12\n", "line 3 is not an accumulator root: '0x12'. Expected");
    assertRefused("PK\u0003\u0004zip", "line 1 is not an accumulator root: 'PK??zip'");
    assertRefused("", "has no accumulator root");
    assertRefused("# none\n", "has no accumulator root");
    assertRefused(ssz(4).putInt(4), "has no accumulator root");
    assertRefused(ssz(66).putInt(4), "is truncated: the root at byte 36 has 30 bytes");
    assertRefused(ssz(40).putInt(8).putInt(41), "has 40 bytes, and its roots end at 41 by byte 4");
    assertRefused(ssz(50).putInt(8).putInt(40), "is truncated: the record at byte 40 has 10 bytes");
    assertRefused(ssz(6).putInt(8), "begins with the offset 8 at byte 0. Expected 4 or 8");
    assertRefused(ssz(68).putInt(4 + (1 << 16)), "begins with the offset 65540 at byte 0");
    assertRefused(ssz((2 << 20) + 1).putInt(4), "has more than 2097152 bytes");
    assertRefused(ssz(4 + 16_385 * 32).putInt(4), "has 16385 roots; at most 16384 are allowed");
  }

  private static byte[] bytesOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.rewind().get(bytes);
    return bytes;
  }

  private void assertRefused(ByteBuffer bytes, String problem) throws IOException {
    assertProblem(file(bytesOf(bytes)), problem);
  }

  private void assertRefused(String text, String problem) throws IOException {
    assertProblem(file(text.getBytes(StandardCharsets.ISO_8859_1)), problem);
  }

  private static void assertProblem(Path file, String problem) {
    String told =
        assertThrows(FileChainException.class, () -> AccumulatorRoots.read(file)).getMessage();
    assertTrue(told.startsWith(file + ": " + problem), told);
  }

  @Test
  void shouldSayThatTheFileIsAbsent() {
    String told =
        assertThrows(
                FileChainException.class, () -> AccumulatorRoots.read(folder.resolve("absent")))
            .getMessage();
    assertTrue(told.contains("absent: cannot be read"), told);
  }

  @Test
  void shouldCompareARootWithTheNameOfAFile() {
    AccumulatorRoots roots = AccumulatorRoots.of(List.of(Hash.fromHex(MAINNET_0)));
    EraName right = EraName.parse("mainnet-00000-5ec1ffb8.era1").orElseThrow();
    EraName other = EraName.parse("mainnet-00000-5ec1ffb9.era1").orElseThrow();
    EraName next = EraName.parse("mainnet-00001-5ec1ffb8.era1").orElseThrow();
    EraName ere = EraName.parse("mainnet-00000-5ec1ffb9.ere").orElseThrow();
    assertTrue(roots.promisedBy(right).isPresent());
    assertFalse(roots.contradicts(right));
    assertTrue(roots.promisedBy(other).isEmpty());
    assertTrue(roots.contradicts(other));
    assertFalse(roots.contradicts(next));
    assertFalse(roots.contradicts(ere), "its name has the hash of a block");
  }
}
