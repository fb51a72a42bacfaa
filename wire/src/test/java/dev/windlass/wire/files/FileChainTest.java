package dev.windlass.wire.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.fixtures.TestData;
import dev.windlass.wire.files.TestFiles.EraBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileChainTest {
  @TempDir Path folder;

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("blocks.bin"), bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static void proveAll(FileChain chain) {
    Block parent = null;
    for (long number = chain.lowest().number(); number <= chain.head().number(); number++) {
      Block block = Block.decode(chain.rawBlock(number));
      assertEquals(chain.hashAt(number), block.hash());
      assertEquals(OptionalLong.of(number), chain.numberOf(block.hash()));
      assertArrayEquals(block.header().raw(), chain.rawHeader(number));
      assertArrayEquals(block.rawBody(), chain.rawBody(number));
      assertEquals(Optional.empty(), BlockRules.check(block));
      if (parent != null) {
        assertTrue(BlockRules.isLinked(parent.header(), block.header()));
      }
      parent = block;
    }
  }

  private void assertSame(List<Block> blocks, byte[] bytes) throws IOException {
    try (FileChain chain = FileChain.open(write(bytes))) {
      assertEquals(blocks.get(0).id(), chain.lowest());
      assertEquals(blocks.get(blocks.size() - 1).id(), chain.head());
      for (Block block : blocks) {
        assertArrayEquals(block.rawBlock(), chain.rawBlock(block.number()));
      }
      proveAll(chain);
      assertEquals(OptionalLong.empty(), chain.numberOf(Hash.ZERO));
      long above = chain.head().number() + 1;
      assertThrows(IndexOutOfBoundsException.class, () -> chain.rawBlock(above));
      long below = chain.lowest().number() - 1;
      assertThrows(IndexOutOfBoundsException.class, () -> chain.hashAt(below));
    }
  }

  /** The reason of the refusal. The message must be one line that names the file. */
  private String refusal(byte[] bytes) throws IOException {
    return refusal(write(bytes));
  }

  private static String refusal(Path file) {
    FileChainException e = assertThrows(FileChainException.class, () -> FileChain.open(file));
    String message = e.getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    assertFalse(message.contains("\n"), message);
    return message.substring(file.toString().length() + 2);
  }

  @Test
  void shouldServeEachBlockWhateverTheLengthOfItsPrefix() throws Exception {
    // Blocks whose length has one, two or three bytes, on both sides of 2^16.
    List<Block> blocks = TestFiles.linked(7, 0, 32, 64_900, 64_950, 65_000, 65_100, 100_000, 1);
    assertSame(blocks, TestFiles.rlp(blocks));
    assertSame(blocks, gzip(TestFiles.rlp(blocks)));
  }

  @Test
  void shouldTakeTheFirstBlockAsTheLowest() throws Exception {
    List<Block> blocks = TestFiles.linked(4_370_000, 1, 2);
    assertSame(blocks, TestFiles.rlp(blocks));
    assertSame(blocks.subList(1, 2), TestFiles.rlp(blocks.subList(1, 2)));
  }

  @Test
  void shouldNameEveryTruncationOfRlp() throws Exception {
    byte[] whole = TestFiles.rlp(TestFiles.linked(0, 0, 0));
    int first = whole.length / 2;
    // Each length near the prefixes, and every 13th of the rest.
    for (int length = 1; length < whole.length; length += length % first < 20 ? 1 : 13) {
      if (length != first) {
        String refusal = refusal(Arrays.copyOf(whole, length));
        assertTrue(refusal.startsWith("is truncated: "), refusal);
        assertTrue(refusal.contains("block " + (length < first ? 1 : 2) + " of"), refusal);
      }
    }
  }

  @Test
  void shouldNameEveryTruncationOfGzip() throws Exception {
    byte[] whole = gzip(TestFiles.rlp(TestFiles.linked(0, 0, 0)));
    for (int length = 2; length < whole.length; length++) {
      String refusal = refusal(Arrays.copyOf(whole, length));
      assertTrue(refusal.startsWith("is truncated: its gzip data ends after "), refusal);
    }
    whole[whole.length - 6] ^= 1;
    assertTrue(refusal(whole).startsWith("is damaged: gzip reports"), refusal(whole));
  }

  @Test
  void shouldSayWhatIsWrongWhereNothingCanBeRead() throws Exception {
    assertEquals("no such file", refusal(folder.resolve("absent.rlp")));
    assertEquals("is a folder, not a file of blocks", refusal(folder));
    assertEquals("is empty", refusal(new byte[0]));
    assertEquals(
        "begins with 0x7b226861: neither RLP of blocks, nor gzip, nor era1",
        refusal("{\"hash\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertEquals("is empty", refusal(gzip(new byte[0])));
  }

  @Test
  void shouldNameTheBlockThatIsNoBlock() throws Exception {
    byte[] bytes = TestFiles.rlp(TestFiles.linked(0, 0, 0));
    int second = bytes.length / 2;
    byte[] noList = bytes.clone();
    noList[second] = 0x55;
    assertEquals(
        "block 2 of the file, at offset " + second + ", is not RLP of a block: it begins with 0x55",
        refusal(noList));
    byte[] wrongField = bytes.clone();
    wrongField[second + 6] = (byte) 0x9f;
    String refusal = refusal(wrongField);
    assertTrue(
        refusal.startsWith("block 2 of the file, at offset " + second + ", is not a block: "),
        refusal);
    assertTrue(refusal.endsWith(" at offset " + (second + 6)), refusal);
    byte[] giant = {(byte) 0xfb, 0x7f, 0, 0, 0, 0};
    assertTrue(
        refusal(giant).contains("at most " + Block.BYTES_MAX + " are accepted"), refusal(giant));
    byte[] eight = {(byte) 0xff, 1, 1, 1, 1, 1, 1, 1, 1};
    assertTrue(refusal(eight).contains("a length of 8 bytes"), refusal(eight));
  }

  @Test
  void shouldNameTheBlockThatIsNotLinked() throws Exception {
    List<Block> blocks = TestFiles.linked(3, 0, 0, 0);
    byte[] gap = TestFiles.rlp(List.of(blocks.get(0), blocks.get(2)));
    String refusal = refusal(gap);
    assertTrue(refusal.startsWith("is not one chain: at offset " + gap.length / 2), refusal);
    assertTrue(refusal.contains(blocks.get(2).toString()), refusal);
    refusal(TestFiles.rlp(List.of(blocks.get(0), blocks.get(0))));
    Block wrongNumber = new TestBlock().number(9).parent(blocks.get(2).hash()).block();
    refusal(TestFiles.rlp(List.of(blocks.get(2), wrongNumber)));
  }

  @Test
  void shouldServeEra1AndEre() throws Exception {
    List<Block> blocks = TestFiles.linked(8192, 0, 5, 900);
    EraBuilder era1 = new EraBuilder().era1Blocks(blocks).accumulator().index(8192, 3);
    assertSame(blocks, era1.bytes());
    assertSame(blocks, gzip(era1.bytes()));
    EraBuilder ere = new EraBuilder();
    for (Block block : blocks) {
      ere.header(block);
    }
    for (Block block : blocks) {
      ere.body(block);
    }
    assertSame(blocks, ere.entry(0x0a, new byte[5]).dynamicIndex(8192).bytes());
  }

  @Test
  void shouldNameEveryTruncationOfEra1() throws Exception {
    byte[] whole =
        new EraBuilder().era1Blocks(TestFiles.linked(0, 0, 0)).accumulator().index(0, 2).bytes();
    for (int length = 2; length < whole.length; length += 3) {
      String refusal = refusal(Arrays.copyOf(whole, length));
      assertTrue(refusal.startsWith("is truncated: "), refusal);
    }
  }

  @Test
  void shouldSayWhereAnEra1ContradictsItself() throws Exception {
    List<Block> blocks = TestFiles.linked(0, 0, 0);
    EraBuilder wrongTotal = new EraBuilder();
    wrongTotal.header(blocks.get(0)).body(blocks.get(0)).total(blocks.get(0), 0);
    wrongTotal.header(blocks.get(1)).body(blocks.get(1)).total(blocks.get(1), 1);
    String refusal = refusal(wrongTotal.accumulator().index(0, 2).bytes());
    assertTrue(refusal.contains("total difficulty"), refusal);

    refusal =
        refusal(
            new EraBuilder()
                .era1Blocks(blocks)
                .entry(EntryReader.ACCUMULATOR, new byte[32])
                .index(0, 2)
                .bytes());
    assertTrue(refusal.startsWith("its blocks make the accumulator 0x"), refusal);

    EraBuilder noBody = new EraBuilder().header(blocks.get(0)).total(blocks.get(0), 0);
    refusal = refusal(noBody.accumulator().index(0, 1).bytes());
    assertTrue(refusal.startsWith("is no era1 file: it has 1 headers, 0 bodies"), refusal);

    refusal = refusal(new EraBuilder().era1Blocks(blocks).accumulator().index(0, 3).bytes());
    assertTrue(refusal.contains("index of 3 blocks, but the file has 2"), refusal);
    refusal = refusal(new EraBuilder().era1Blocks(blocks).accumulator().index(5, 2).bytes());
    assertTrue(refusal.contains("index from block 5, but the file's first is 0"), refusal);

    EraBuilder moved = new EraBuilder().era1Blocks(blocks).accumulator();
    moved.headerOffsets.set(1, moved.headerOffsets.get(1) + 8);
    refusal = refusal(moved.index(0, 2).bytes());
    assertTrue(refusal.contains("places block 1 at offset"), refusal);

    EraBuilder twice = new EraBuilder().era1Blocks(blocks).accumulator().index(0, 2);
    refusal = refusal(twice.entry(EntryReader.RECEIPTS, new byte[0]).bytes());
    assertTrue(refusal.contains("comes after the index"), refusal);

    refusal = refusal(new EraBuilder().accumulator().index(0, 0).bytes());
    assertEquals("has no blocks", refusal);
  }

  @Test
  void shouldNameTheEntryThatCannotBeUnpacked() throws Exception {
    List<Block> blocks = TestFiles.linked(0, 0, 300);
    EraBuilder era1 = new EraBuilder().era1Blocks(blocks).accumulator().index(0, 2);
    byte[] bytes = era1.bytes();
    byte[] headerHit = bytes.clone();
    int second = (int) (long) era1.headerOffsets.get(1);
    headerHit[second + 8 + 30] ^= 1;
    String refusal = refusal(headerHit);
    assertTrue(refusal.startsWith("the entry at offset " + second + " cannot be"), refusal);

    // A body is read only when it is asked for, and fails then.
    byte[] bodyHit = bytes.clone();
    int body = (int) (long) era1.bodyOffsets.get(1);
    bodyHit[body + 8 + 15] ^= 1;
    try (FileChain chain = FileChain.open(write(bodyHit))) {
      chain.rawBlock(0);
      FileChainException e = assertThrows(FileChainException.class, () -> chain.rawBody(1));
      assertTrue(e.getMessage().contains("the entry at offset " + body), e.getMessage());
    }
  }

  @Test
  void shouldRefuseAHeaderThatUnpacksWithoutEnd() throws Exception {
    byte[] bomb = TestFiles.packed(new byte[BlockHeader.BYTES_MAX + 1]);
    String refusal = refusal(new EraBuilder().entry(EntryReader.HEADER, bomb).bytes());
    assertTrue(refusal.contains("unpacks to more than " + BlockHeader.BYTES_MAX), refusal);
  }

  /** Blocks of ten to sixteen mebibytes were accepted, and then never served. */
  @Test
  void shouldRefuseABlockThatIsTooLargeToBeHandedOn() throws Exception {
    List<Block> blocks = TestFiles.linked(0, 0, 0);
    byte[] body = TestFiles.bodyOf(Block.BYTES_MAX - 400);
    byte[] tooLarge = TestFiles.join(blocks.get(1).header(), body);
    byte[] file = Arrays.copyOf(blocks.get(0).rawBlock(), blocks.get(0).size() + tooLarge.length);
    System.arraycopy(tooLarge, 0, file, blocks.get(0).size(), tooLarge.length);
    assertEquals(
        String.format(
            "block 2 of the file, at offset %d, is %s",
            blocks.get(0).size(), Block.tooLarge(tooLarge.length)),
        refusal(file));

    EraBuilder era1 = new EraBuilder().era1Blocks(blocks.subList(0, 1)).header(blocks.get(1));
    era1.entry(EntryReader.BODY, TestFiles.packed(body)).total(blocks.get(1), 0);
    String refusal = refusal(era1.accumulator().index(0, 2).bytes());
    assertTrue(refusal.contains("cannot be used: " + Block.tooLarge(tooLarge.length)), refusal);

    EraBuilder bomb = new EraBuilder().era1Blocks(blocks.subList(0, 1)).header(blocks.get(1));
    bomb.entry(EntryReader.BODY, TestFiles.packed(new byte[12 << 20])).total(blocks.get(1), 0);
    String ofBomb = refusal(bomb.accumulator().index(0, 2).bytes());
    assertTrue(ofBomb.contains("unpacks to more than " + Block.BYTES_MAX), ofBomb);
  }

  @Test
  void shouldRefuseTheRealFileWithAGiantBlock() throws Exception {
    String refusal = refusal(TestData.path("tried/giant-block/chain.rlp.gz"));
    assertTrue(refusal.contains("at most " + Block.BYTES_MAX + " are accepted"), refusal);
  }

  @Test
  void shouldTellAFileOfTheConsensusLayerFromATruncatedOne() throws Exception {
    String why =
        "is an era file of the consensus layer; the blocks of the execution layer are in era1 and"
            + " ere files";
    for (int type : new int[] {EntryReader.BEACON_BLOCK, EntryReader.BEACON_STATE, 0x3269}) {
      assertEquals(why, refusal(new EraBuilder().entry(type, new byte[50]).bytes()));
    }
    assertEquals(why, refusal(TestData.path("tried/consensus-era/consensus.era")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tried/aura/chain.rlp", "tried/op-isthmus/chain.rlp"})
  void shouldServeChainsOfOtherNetworks(String name) throws Exception {
    try (FileChain chain = FileChain.open(TestData.path(name))) {
      assertEquals(5, chain.head().number() - chain.lowest().number());
      proveAll(chain);
    }
  }

  @Test
  void shouldServeTheFirstEraOfMainnet() throws Exception {
    Path file = TestData.path("mainnet/mainnet-00000-5ec1ffb8.era1");
    try (FileChain chain = FileChain.open(file)) {
      assertEquals(0, chain.lowest().number());
      assertEquals(8191, chain.head().number());
      assertEquals(
          Hash.fromHex("0xa6860fefa339c963e1bb622526cc8dd4344eedd2a9b969e74de5cccc445fbed4"),
          chain.head().hash());
      proveAll(chain);
    }
  }

  @Test
  void shouldServeTheRealRlpFilesThatAreOneChain() throws Exception {
    try (FileChain chain = FileChain.open(TestData.path("mainnet/0-999.blocks.rlp"))) {
      assertEquals(999, chain.head().number());
      proveAll(chain);
    }
    try (FileChain chain = FileChain.open(TestData.path("all-forks/chain.rlp"))) {
      assertEquals(54, chain.head().number() - chain.lowest().number() + 1);
      proveAll(chain);
    }
    String refusal = refusal(TestData.path("mainnet/fork-blocks.rlp"));
    assertTrue(refusal.startsWith("is not one chain: "), refusal);
  }
}
