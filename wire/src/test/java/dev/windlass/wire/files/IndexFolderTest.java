package dev.windlass.wire.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.HashIndex;
import dev.windlass.wire.files.TestFiles.EraBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class IndexFolderTest {
  private static final int BLOCKS = 40;

  @TempDir Path temporary;

  private final List<Block> blocks = TestFiles.linked(700, new int[BLOCKS]);
  private Path folder;
  private IndexFolder indexes;
  private Path file;

  @BeforeEach
  void writeAFile() throws IOException {
    folder = temporary.resolve("made").resolve("indexes");
    indexes = IndexFolder.at(folder);
    file = Files.write(temporary.resolve("blocks.rlp"), TestFiles.rlp(blocks));
  }

  private void assertServed(List<Block> expected) {
    try (FileChain chain = FileChain.open(file, indexes)) {
      assertEquals(expected.get(0).id(), chain.lowest());
      assertEquals(expected.get(expected.size() - 1).id(), chain.head());
      for (Block block : expected) {
        assertArrayEquals(block.rawBlock(), chain.rawBlock(block.number()));
        assertArrayEquals(block.header().raw(), chain.rawHeader(block.number()));
        assertArrayEquals(block.rawBody(), chain.rawBody(block.number()));
        assertEquals(block.hash(), chain.hashAt(block.number()));
        assertEquals(OptionalLong.of(block.number()), chain.numberOf(block.hash()));
      }
    }
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  private Path index() throws IOException {
    List<Path> kept = kept();
    assertEquals(1, kept.size(), kept::toString);
    return kept.get(0);
  }

  /** A value that changes each time an index is written. */
  private Object written() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(index(), BasicFileAttributes.class);
    return attributes.fileKey() + " " + attributes.lastModifiedTime();
  }

  private void assertKept(List<Block> expected) throws IOException {
    assertServed(expected);
    Object first = written();
    assertServed(expected);
    assertEquals(first, written(), "it was walked again");
  }

  @Test
  void shouldWalkOverAFileOnce() throws Exception {
    assertKept(blocks);
  }

  @Test
  void shouldWalkOverAPackedFileOnce() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(TestFiles.rlp(blocks));
    }
    Files.write(file, packed.toByteArray());
    assertKept(blocks);
  }

  private static byte[] era1(List<Block> blocks) throws IOException {
    EraBuilder era = new EraBuilder().era1Blocks(blocks).accumulator();
    return era.index(blocks.get(0).number(), blocks.size()).bytes();
  }

  @Test
  void shouldWalkOverAnEraFileOnce() throws Exception {
    Files.write(file, era1(blocks));
    assertKept(blocks);
  }

  @Test
  void shouldWalkAgainOverAFileThatWasChanged() throws Exception {
    assertServed(blocks.subList(0, BLOCKS));
    Object first = written();
    Files.write(file, TestFiles.rlp(blocks.subList(0, 30)));
    assertServed(blocks.subList(0, 30));
    assertNotEquals(first, written());
  }

  /** As with {@code cp -p} and {@code rsync -t}. */
  @Test
  void shouldWalkAgainOverAnotherFileOfTheSameSizeAndTime() throws Exception {
    assertServed(blocks);
    FileTime time = Files.getLastModifiedTime(file);
    List<Block> others = TestFiles.linked(800, new int[BLOCKS]);
    byte[] bytes = TestFiles.rlp(others);
    assertEquals(Files.size(file), bytes.length);
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, time);
    assertServed(others);
  }

  @Test
  void shouldWalkAgainWhereTheEndsAreNotAsIndexed() throws Exception {
    assertServed(blocks);
    IndexFolder.State state = indexes.state(file).orElseThrow();
    Path other = Files.write(temporary.resolve("b"), TestFiles.rlp(TestFiles.linked(800, 0)));
    indexes.keep(file, Optional.of(state), indexed(other));
    assertServed(blocks);
  }

  private static WalkedIndex indexed(Path other) {
    IndexFolder folder = IndexFolder.at(other.resolveSibling("other"));
    FileChain.open(other, folder).close();
    HashIndex hashes = HashIndex.offHeap(1);
    PlaceList places = PlaceList.none();
    try (FileIndex kept = folder.find(other).orElseThrow()) {
      for (int i = 0; i < kept.size(); i++) {
        hashes.add(kept.hash(i));
        places.add(kept.first(i), kept.second(i));
      }
      return new WalkedIndex(kept.firstNumber(), hashes, places);
    }
  }

  /** A mapped file that is truncated throws at any later point, even while a lock is taken. */
  @Test
  void shouldSayThatAnIndexInUseWasCutShort() throws Exception {
    assertServed(blocks);
    try (FileChain chain = FileChain.open(file, indexes)) {
      Files.write(index(), new byte[100]);
      Hash last = blocks.get(BLOCKS - 1).hash();
      for (Executable question :
          List.<Executable>of(
              chain::head,
              () -> chain.numberOf(last),
              () -> chain.hashAt(710),
              () -> chain.rawHeader(710),
              () -> chain.rawBody(710),
              () -> chain.rawBlock(710))) {
        String message = assertThrows(FileChainException.class, question).getMessage();
        assertTrue(message.contains("start again"), message);
      }
    }
    assertServed(blocks);
  }

  @Test
  void shouldPassOverADamagedIndex() throws Exception {
    assertServed(blocks);
    byte[] whole = Files.readAllBytes(index());
    for (int i = 0; i < whole.length; i += i < 64 ? 1 : 211) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 0x10;
      Files.write(index(), damaged);
      assertTrue(indexes.find(file).isEmpty(), "byte " + i);
    }
    for (int length : new int[] {0, 1, 51, 52, 100, whole.length - 1}) {
      Files.write(index(), Arrays.copyOf(whole, length));
      assertTrue(indexes.find(file).isEmpty(), length + " bytes");
    }
    assertKept(blocks);
  }

  @Test
  void shouldServeWhereNothingCanBeKept() throws Exception {
    Files.createDirectories(folder.getParent());
    Files.createFile(folder);
    assertServed(blocks);
    assertTrue(indexes.trouble().isPresent());
  }

  @Test
  void shouldDeleteTheIndexesOfOtherFiles() throws Exception {
    assertServed(blocks);
    Path mine = index();
    Path other = Files.copy(file, temporary.resolve("other.rlp"));
    FileChain.open(other, indexes).close();
    Files.createFile(folder.resolve("new-1.unfinished"));
    Path foreign = Files.createFile(folder.resolve("notes.txt"));
    indexes.keepOnly(List.of(file));
    assertEquals(
        List.of(mine, foreign).stream().sorted().toList(), kept().stream().sorted().toList());
  }
}
