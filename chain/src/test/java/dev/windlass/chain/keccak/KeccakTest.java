package dev.windlass.chain.keccak;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.junit.jupiter.api.Test;

/** Compares with the published vectors and with Bouncy Castle. */
final class KeccakTest {
  private static final int RATE = KeccakLanes.RATE_BYTES;

  /** Lanes that are permuted one after the other, so that a batch has several without vectors. */
  private record SlowLanes(int count) implements KeccakLanes {
    @Override
    public void begin(long[] states, int lane, byte[] block, int at) {
      for (int word = 0; word < WORDS; word++) {
        states[word * count + lane] = 0;
      }
      mix(states, lane, block, at);
    }

    @Override
    public void mix(long[] states, int lane, byte[] block, int at) {
      for (int word = 0; word < RATE_WORDS; word++) {
        states[word * count + lane] ^= (long) WORD.get(block, at + word * Long.BYTES);
      }
    }

    @Override
    public void permute(long[] states, long[] spare) {
      long[] state = new long[WORDS];
      for (int lane = 0; lane < count; lane++) {
        for (int word = 0; word < WORDS; word++) {
          state[word] = states[word * count + lane];
        }
        ScalarLanes.INSTANCE.permute(state, new long[WORDS]);
        for (int word = 0; word < WORDS; word++) {
          states[word * count + lane] = state[word];
        }
      }
      Arrays.fill(spare, -1);
    }
  }

  private static byte[] library(byte[] bytes, int offset, int length) {
    KeccakDigest digest = new KeccakDigest(256);
    digest.update(bytes, offset, length);
    byte[] hash = new byte[32];
    digest.doFinal(hash, 0);
    return hash;
  }

  private static byte[] bytes(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Zero to four blocks, often with an end beside the end of a block. */
  private static int length(SplittableRandom random) {
    return random.nextBoolean()
        ? random.nextInt(4 * RATE + 1)
        : Math.max(0, RATE * random.nextInt(5) + random.nextInt(-2, 3));
  }

  /** Known answers of Keccak-256 with the padding of before FIPS 202. */
  @Test
  void shouldHashAsPublished() {
    assertEquals("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", hash(""));
    assertEquals("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45", hash("abc"));
    assertEquals(
        "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15",
        hash("The quick brown fox jumps over the lazy dog"));
    assertEquals(
        "45d3b367a6904e6e8d502ee04999a7c27647f91fa845d456525fd352ae3d7371",
        hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
  }

  private static String hash(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    RunningKeccak keccak = new RunningKeccak();
    keccak.update(bytes, 0, bytes.length);
    byte[] hash = new byte[32];
    keccak.finish(hash, 0);
    return HexFormat.of().formatHex(hash);
  }

  @Test
  void shouldHashEachLengthAsTheLibraryDoes() {
    SplittableRandom random = new SplittableRandom(1);
    byte[] source = bytes(random, 5 * RATE);
    RunningKeccak keccak = new RunningKeccak();
    byte[] hash = new byte[40];
    for (int length = 0; length <= 4 * RATE + 2; length++) {
      int offset = random.nextInt(source.length - length);
      keccak.update(source, offset, length);
      keccak.finish(hash, 3);
      assertArrayEquals(
          library(source, offset, length), Arrays.copyOfRange(hash, 3, 35), length + " bytes");
    }
  }

  @Test
  void shouldHashAMessageInParts() {
    SplittableRandom random = new SplittableRandom(2);
    RunningKeccak keccak = new RunningKeccak();
    byte[] hash = new byte[32];
    for (int round = 0; round < 20_000; round++) {
      KeccakDigest digest = new KeccakDigest(256);
      for (int part = random.nextInt(5); part >= 0; part--) {
        byte[] bytes = bytes(random, length(random));
        if (bytes.length > 0 && random.nextInt(4) == 0) {
          keccak.update(bytes[0]);
          digest.update(bytes[0]);
        } else {
          keccak.update(bytes, 0, bytes.length);
          digest.update(bytes, 0, bytes.length);
        }
        if (random.nextInt(3) == 0) {
          byte[] expected = new byte[32];
          new KeccakDigest(digest).doFinal(expected, 0);
          keccak.peek(hash, 0);
          assertArrayEquals(expected, hash);
        }
      }
      byte[] expected = new byte[32];
      digest.doFinal(expected, 0);
      keccak.finish(hash, 0);
      assertArrayEquals(expected, hash);
    }
  }

  @Test
  void shouldRefuseARangeOutsideAndGoOn() {
    RunningKeccak keccak = new RunningKeccak();
    assertThrows(IndexOutOfBoundsException.class, () -> keccak.update(new byte[300], 10, 291));
    byte[] hash = new byte[32];
    keccak.finish(hash, 0);

    assertArrayEquals(library(new byte[0], 0, 0), hash);
  }

  @Test
  void shouldHashABatchOfUnequalMessagesOnAnyNumberOfLanes() {
    for (int lanes : new int[] {1, 2, 3, 4, 8}) {
      SplittableRandom random = new SplittableRandom(lanes);
      KeccakBatch batch = new KeccakBatch(lanes == 1 ? KeccakBatch.scalar() : new SlowLanes(lanes));
      for (int round = 0; round < 2_000; round++) {
        checkBatch(batch, random, random.nextInt(40));
      }
    }
  }

  private static void checkBatch(KeccakBatch batch, SplittableRandom random, int count) {
    List<byte[]> expected = new ArrayList<>();
    byte[] hashes = new byte[32 * count];
    for (int i = 0; i < count; i++) {
      int length = length(random) * (random.nextInt(10) == 0 ? 5 : 1);
      byte[] whole = bytes(random, length + 6);
      int head = random.nextBoolean() ? 0 : random.nextInt(length + 1);
      byte[] start = new byte[head + 2];
      System.arraycopy(whole, 4, start, 1, head);
      batch.add(whole, 4 + head, length - head, hashes, 32 * i);
      if (head > 0) {
        batch.head(start, 1, head);
      }
      expected.add(library(whole, 4, length));
    }
    assertEquals(count, batch.size());
    batch.run();
    assertEquals(0, batch.size());
    for (int i = 0; i < count; i++) {
      assertArrayEquals(expected.get(i), Arrays.copyOfRange(hashes, 32 * i, 32 * i + 32));
    }
  }

  @Test
  void shouldRefuseAMessageOrATargetOutside() {
    KeccakBatch batch = new KeccakBatch();
    byte[] bytes = new byte[40];
    assertThrows(IndexOutOfBoundsException.class, () -> batch.add(bytes, 30, 11, bytes, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> batch.add(bytes, 0, 40, bytes, 9));
    batch.add(bytes, 0, 40, new byte[32], 0);
    assertThrows(IndexOutOfBoundsException.class, () -> batch.head(bytes, -1, 3));
    assertEquals(1, batch.size());
  }

  /** Vectors take a second to be ready, so a short sync goes without. */
  @Test
  void shouldSayOnceThatManyMessagesWereHashed() {
    List<String> said = new ArrayList<>();
    KeccakBatch.whenBusy(() -> said.add("busy"));
    byte[] bytes = new byte[32];
    for (int messages = 0; messages < KeccakBatch.BUSY_MESSAGES; messages += 1_000) {
      assertEquals(List.of(), said);
      KeccakBatch batch = new KeccakBatch();
      for (int i = 0; i < 1_000; i++) {
        batch.add(bytes, 0, 1, bytes, 0);
      }
      batch.run();
    }
    assertEquals(List.of("busy"), said);
    hashOne(bytes);
    assertEquals(List.of("busy"), said);
  }

  private static void hashOne(byte[] bytes) {
    KeccakBatch batch = new KeccakBatch();
    batch.add(bytes, 0, 1, bytes, 0);
    batch.run();
  }
}
