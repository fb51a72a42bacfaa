package dev.windlass.wire.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockHeader;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeaderFileTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 3_000, Shape.EMPTY);
  private static final ChainMaker FORK = CHAIN.forkAt(1_200, 2, 100);

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("headers.rlp");
  }

  private static List<BlockHeader> headers(ChainMaker chain, long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(chain::header).toList();
  }

  private static byte[] bytes(ChainMaker chain, long first, long last) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    headers(chain, first, last).forEach(header -> out.writeBytes(header.raw()));
    return out.toByteArray();
  }

  private void assertHolds(ChainMaker chain, long first, long last) throws IOException {
    assertArrayEquals(bytes(chain, first, last), Files.readAllBytes(file));
    HeaderFile opened = HeaderFile.open(file);
    assertEquals(chain.header(first).id(), opened.lowest());
    assertEquals(chain.header(last).id(), opened.tip());
    for (long number : new long[] {first, (first + last) / 2, last}) {
      assertEquals(chain.hashAt(number), opened.hashAt(number));
      assertEquals(chain.header(number), opened.header(number));
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void shouldAppendHeaders() throws IOException {
    HeaderFile made = HeaderFile.create(file, CHAIN.header(5));
    assertHolds(CHAIN, 5, 5);
    made.replaceAbove(5, headers(CHAIN, 6, 2_100));
    made.replaceAbove(2_100, headers(CHAIN, 2_101, 2_200));
    assertEquals(CHAIN.hashAt(2_150), made.hashAt(2_150));
    assertHolds(CHAIN, 5, 2_200);
  }

  @Test
  void shouldReplaceHeaders() throws IOException {
    HeaderFile made = HeaderFile.create(file, CHAIN.header(0));
    made.replaceAbove(0, headers(CHAIN, 1, 3_000));
    made.replaceAbove(1_200, headers(FORK, 1_201, 1_300));
    assertEquals(FORK.head(), made.tip());
    assertEquals(FORK.hashAt(1_250), made.hashAt(1_250));
    assertThrows(IndexOutOfBoundsException.class, () -> made.hashAt(1_301));
    assertHolds(FORK, 0, 1_300);
  }

  /** What a crash during an append leaves at each byte of the last header. */
  @Test
  void shouldOverwriteAHeaderThatIsCutOff() throws IOException {
    byte[] whole = bytes(CHAIN, 0, 3);
    int cut = CHAIN.header(3).size();
    for (int missing = 1; missing < cut; missing++) {
      Files.write(file, Arrays.copyOf(whole, whole.length - missing));
      HeaderFile opened = HeaderFile.open(file);
      assertEquals(2, opened.tip().number());
      opened.replaceAbove(2, headers(CHAIN, 3, 4));
      assertArrayEquals(bytes(CHAIN, 0, 4), Files.readAllBytes(file));
    }
  }

  private void assertRefused(String reason) {
    String line = assertThrows(FileChainException.class, () -> HeaderFile.open(file)).getMessage();
    assertTrue(line.startsWith(file + ": "), line);
    assertTrue(line.contains(reason), line);
    assertEquals(1, line.lines().count(), line);
  }

  @Test
  void shouldRefuseAFileThatHasNoLinkedHeaders() throws IOException {
    assertRefused("cannot be read");
    Files.write(file, new byte[0]);
    assertRefused("has no header");
    Files.writeString(file, "headers, surely");
    assertRefused("has no header at offset 0");
    Files.write(file, new byte[] {(byte) 0xfb, 1, 2, 3, 4});
    assertRefused("has no header at offset 0");
    Files.write(file, bytes(CHAIN, 0, 1));
    Files.write(file, CHAIN.block(2).rawBlock(), StandardOpenOption.APPEND);
    assertRefused("has no header at offset " + bytes(CHAIN, 0, 1).length);
    Files.write(file, bytes(CHAIN, 0, 1));
    Files.write(file, CHAIN.header(3).raw(), StandardOpenOption.APPEND);
    assertRefused("does not follow 1 0x");
  }

  @Test
  void shouldNotWriteWhatAnotherProgramHasChanged() throws IOException {
    HeaderFile made = HeaderFile.create(file, CHAIN.header(0));
    HeaderFile.open(file).replaceAbove(0, headers(CHAIN, 1, 2));
    FileChainException failure =
        assertThrows(FileChainException.class, () -> made.replaceAbove(0, headers(CHAIN, 1, 9)));
    assertTrue(failure.getMessage().contains("another program has changed it"));
    assertHolds(CHAIN, 0, 2);
    assertThrows(FileChainException.class, () -> HeaderFile.create(file, CHAIN.header(0)));
  }
}
