package dev.windlass.wire.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.wire.files.TestFiles.EraBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before it is unpacked, since unpacking it would take too much room. */
final class SnappyFramesTest {
  private static final byte[] IDENTIFIER = {(byte) 0xff, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'};

  @TempDir Path folder;

  private static byte[] chunk(int type, int... data) {
    byte[] chunk = Arrays.copyOf(IDENTIFIER, IDENTIFIER.length + 4 + data.length);
    chunk[IDENTIFIER.length] = (byte) type;
    chunk[IDENTIFIER.length + 1] = (byte) data.length;
    for (int i = 0; i < data.length; i++) {
      chunk[IDENTIFIER.length + 4 + i] = (byte) data[i];
    }
    return chunk;
  }

  @Test
  void shouldObjectToNothingThatIsPackedAsUsual() throws IOException {
    Random random = new Random(1);
    for (int size : List.of(0, 1, 65_535, 65_536, 65_537, 1_000_000)) {
      byte[] bytes = new byte[size];
      assertEquals(Optional.empty(), SnappyFrames.objection(TestFiles.packed(bytes)));
      random.nextBytes(bytes);
      byte[] packed = TestFiles.packed(bytes);
      assertEquals(Optional.empty(), SnappyFrames.objection(packed));
      assertTrue(packed.length <= SnappyFrames.packedMax(size), size + " to " + packed.length);
    }
  }

  @Test
  void shouldObjectToAChunkThatClaimsMoreThanChunksMayHave() {
    // 65,536 and 65,537 as varints.
    assertEquals(Optional.empty(), SnappyFrames.objection(chunk(0, 0, 0, 0, 0, 0x80, 0x80, 4)));
    assertTrue(SnappyFrames.objection(chunk(0, 0, 0, 0, 0, 0x81, 0x80, 4)).isPresent());
    assertTrue(SnappyFrames.objection(chunk(0, 0, 0, 0, 0, 0x80)).isPresent());
    assertTrue(SnappyFrames.objection(chunk(0, 0, 0)).isPresent());
    assertTrue(SnappyFrames.objection(chunk(1, 0, 0, 0)).isPresent());
  }

  @Test
  void shouldObjectToDataThatIsCutOffAnywhereInAChunk() throws IOException {
    byte[] packed = TestFiles.packed(new byte[100]);
    for (int length = IDENTIFIER.length + 1; length < packed.length; length++) {
      assertTrue(SnappyFrames.objection(Arrays.copyOf(packed, length)).isPresent(), "" + length);
    }
  }

  private String refusal(byte[] file) throws IOException {
    Path path = Files.write(folder.resolve("mainnet-00000-00000000.era1"), file);
    return assertThrows(FileChainException.class, () -> FileChain.openEra(path).close())
        .getMessage();
  }

  @Test
  void shouldReadNoEntryThatIsTooLargeToBeWhatItIs() throws IOException {
    byte[] large = new byte[(int) SnappyFrames.packedMax(BlockHeader.BYTES_MAX) + 1];
    String refusal = refusal(new EraBuilder().entry(EntryReader.HEADER, large).bytes());
    assertTrue(refusal.contains("packed bytes"), refusal);
    refusal = refusal(new EraBuilder().entry(EntryReader.DYNAMIC_BLOCK_INDEX, large).bytes());
    assertTrue(refusal.contains("is an index of more than"), refusal);
  }

  @Test
  void shouldUnpackNothingButAnEraFileOfAnotherMachine() throws IOException {
    List<Block> blocks = TestFiles.linked(0, 0, 0);
    assertTrue(refusal(TestFiles.rlp(blocks)).contains(": no era file"));
    assertTrue(refusal(new byte[] {0x1f, (byte) 0x8b, 8, 0}).contains(": no era file"));
    assertTrue(refusal(new byte[0]).contains("is empty"));
  }
}
