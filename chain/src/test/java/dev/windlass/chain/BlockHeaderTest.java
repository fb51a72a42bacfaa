package dev.windlass.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReaderTest;
import dev.windlass.chain.rlp.RlpWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BlockHeaderTest {
  private static final int FIELDS_MAX = 64;

  @Test
  void shouldCarryEveryFieldOfEveryForkAndThoseOfLaterOnes() {
    for (int count = 15; count <= FIELDS_MAX; count++) {
      TestBlock made = new TestBlock().fields(count).extra(1, 2, 3);
      made.number = 77;
      byte[] raw = made.rawHeader();
      BlockHeader header = BlockHeader.decode(raw);
      assertEquals(count, header.fieldCount());
      assertEquals(Keccak.hash(raw), header.hash());
      assertEquals(77, header.number());
      assertEquals(made.parent, header.parentHash());
      assertEquals(Keccak.EMPTY_LIST, header.unclesHash());
      assertEquals(Hash.ofLongs(4, 4, 4, 4), header.stateRoot());
      assertEquals(Keccak.EMPTY_TRIE, header.transactionsRoot());
      assertEquals(Hash.ofLongs(6, 6, 6, 6), header.receiptsRoot());
      assertEquals(BigInteger.valueOf(131_072), header.difficulty());
      assertEquals(21_000, header.gasUsed());
      assertEquals(1_438_269_988L, header.timestamp());
      assertArrayEquals(new byte[] {1, 2, 3}, header.extraData());
      assertEquals(
          count > 16 ? Optional.of(Keccak.EMPTY_TRIE) : Optional.empty(), header.withdrawalsRoot());
      assertArrayEquals(raw, header.raw());
      assertEquals(raw.length, header.size());
    }
    byte[] over = new TestBlock().fields(FIELDS_MAX + 1).rawHeader();
    assertThrows(RlpException.class, () -> BlockHeader.decode(over));
  }

  @Test
  void shouldReadASmallDifficultyAsItReadsAnyOther() {
    for (long difficulty : new long[] {0, 1, 127, 128, 255, 256, 131_072, (1L << 56) - 1}) {
      BlockHeader header = BlockHeader.decode(new TestBlock().difficulty(difficulty).rawHeader());
      assertEquals(difficulty, header.smallDifficulty());
      assertEquals(BigInteger.valueOf(difficulty), header.difficulty());
      assertEquals(difficulty == 0, header.hasNoDifficulty());
    }
    for (long large : new long[] {1L << 56, Long.MAX_VALUE}) {
      BlockHeader header = BlockHeader.decode(new TestBlock().difficulty(large).rawHeader());
      assertEquals(-1, header.smallDifficulty());
      assertEquals(BigInteger.valueOf(large), header.difficulty());
    }
  }

  @Test
  void shouldReadTheSameFromASliceOfALargerArray() {
    byte[] raw = new TestBlock().fields(21).extra(5).rawHeader();
    byte[] larger = new byte[raw.length + 20];
    Arrays.fill(larger, (byte) 0xff);
    System.arraycopy(raw, 0, larger, 13, raw.length);
    BlockHeader header = BlockHeader.decode(larger, 13, raw.length);
    BlockHeader whole = BlockHeader.decode(raw);
    assertEquals(whole, header);
    assertEquals(whole.parentHash(), header.parentHash());
    assertEquals(whole.withdrawalsRoot(), header.withdrawalsRoot());
    assertEquals(whole.difficulty(), header.difficulty());
    assertArrayEquals(whole.extraData(), header.extraData());
    assertArrayEquals(raw, header.raw());
    byte[] target = new byte[raw.length + 2];
    header.writeTo(target, 1);
    assertArrayEquals(raw, Arrays.copyOfRange(target, 1, raw.length + 1));
    assertEquals(Hash.ZERO, BlockHeader.trusted(larger, 13, raw.length, Hash.ZERO).hash());
  }

  @Test
  void shouldRefuseAFieldOfTheWrongLength() {
    List<byte[]> right = new TestBlock().fields(21).headerFields();
    List<Integer> fixed = List.of(0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 19, 20);
    for (int field : fixed) {
      int length = right.get(field).length;
      for (int wrong : new int[] {0, 1, length - 2, length}) {
        assertRefused(right, field, new RlpWriter().string(new byte[wrong]).toBytes());
      }
    }
    List<Integer> integers = List.of(7, 8, 9, 10, 11, 15, 17, 18);
    for (int field : integers) {
      assertRefused(right, field, new byte[] {0});
      assertRefused(right, field, new byte[] {(byte) 0x82, 0, 1});
      byte[] tooLong = new byte[33];
      Arrays.fill(tooLong, (byte) 1);
      assertRefused(right, field, new RlpWriter().string(tooLong).toBytes());
    }
    for (int field = 0; field < 21; field++) {
      assertRefused(right, field, new byte[] {(byte) 0xc0});
    }
  }

  /** Gnosis and POA before their merge. */
  @Test
  void shouldCarryTheSealOfAura() {
    for (int count : new int[] {15, 16, 17}) {
      List<byte[]> fields = new ArrayList<>(new TestBlock().fields(count).headerFields());
      fields.set(13, new RlpWriter().integer(333_333_333).toBytes());
      fields.set(14, new RlpWriter().string(new byte[65]).toBytes());
      byte[] raw = TestBlock.listOf(fields);
      BlockHeader header = BlockHeader.decode(raw);
      assertEquals(Keccak.hash(raw), header.hash());
      assertEquals(count, header.fieldCount());
      assertEquals(count > 16, header.withdrawalsRoot().isPresent());
      assertRefused(fields, 13, new RlpWriter().string(new byte[9]).toBytes());
      assertRefused(fields, 13, new RlpWriter().string(new byte[32]).toBytes());
      assertRefused(fields, 13, new byte[] {0});
      assertRefused(fields, 14, new RlpWriter().string(new byte[64]).toBytes());
      assertRefused(fields, 14, new RlpWriter().string(new byte[8]).toBytes());
    }
  }

  private static void assertRefused(List<byte[]> right, int field, byte[] wrong) {
    List<byte[]> fields = new ArrayList<>(right);
    fields.set(field, wrong);
    byte[] raw = TestBlock.listOf(fields);
    assertThrows(RlpException.class, () -> BlockHeader.decode(raw), "field " + field);
  }

  @Test
  void shouldRefuseANumberAboveWhatALongHolds() {
    TestBlock made = new TestBlock();
    made.number = -1;
    assertThrows(RlpException.class, () -> BlockHeader.decode(made.rawHeader()));
    made.number = Long.MAX_VALUE;
    assertEquals(Long.MAX_VALUE, BlockHeader.decode(made.rawHeader()).number());
  }

  @Test
  void shouldRefuseEveryTruncationAndWhateverFollows() {
    byte[] raw = new TestBlock().fields(21).rawHeader();
    for (int length = 0; length < raw.length; length++) {
      byte[] cut = Arrays.copyOf(raw, length);
      assertThrows(RlpException.class, () -> BlockHeader.decode(cut));
    }
    assertThrows(RlpException.class, () -> BlockHeader.decode(Arrays.copyOf(raw, raw.length + 1)));
    List<byte[]> fields = new TestBlock().headerFields();
    for (int count = 0; count < BlockHeader.FIELDS_MIN; count++) {
      byte[] fewer = TestBlock.listOf(fields.subList(0, count));
      assertThrows(RlpException.class, () -> BlockHeader.decode(fewer));
    }
  }

  @Test
  void shouldNeverTakeAMutatedHeaderForTheSame() {
    SplittableRandom random = new SplittableRandom(5);
    byte[] raw = new TestBlock().fields(21).extra(1, 2, 3, 4).rawHeader();
    Hash hash = BlockHeader.decode(raw).hash();
    int decoded = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] mutated = RlpReaderTest.mutate(random, raw);
      if (Arrays.equals(mutated, raw)) {
        continue;
      }
      try {
        BlockHeader header = BlockHeader.decode(mutated);
        assertNotEquals(hash, header.hash());
        assertArrayEquals(mutated, header.raw());
        decoded++;
      } catch (RlpException e) {
        assertTrue(e.offset() <= mutated.length);
      }
    }
    assertTrue(decoded > 1000, decoded + " decoded");
  }
}
