package dev.windlass.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.HeaderQuery;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class HashTest {
  @Test
  void shouldKeepItsBytesThroughEveryForm() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      Hash hash = Hash.of(bytes);
      assertArrayEquals(bytes, hash.toBytes());
      assertEquals(hash, Hash.fromHex(hash.toString()));
      assertEquals(hash, Hash.fromHex(hash.toString().substring(2)));
      assertEquals(hash.hashCode(), Hash.of(bytes).hashCode());
      byte[] target = new byte[40];
      hash.writeTo(target, 5);
      assertEquals(hash, Hash.of(target, 5));
      ByteBuffer buffer = ByteBuffer.allocateDirect(40);
      hash.writeTo(buffer, 3);
      assertEquals(hash, Hash.of(buffer, 3));
      assertTrue(hash.equalsBytes(buffer, 3));
      assertEquals(ByteBuffer.wrap(bytes).getLong(), hash.firstLong());
    }
  }

  @Test
  void shouldDifferWhereAnyBitDiffers() {
    byte[] bytes = new byte[32];
    Hash zero = Hash.of(bytes);
    ByteBuffer buffer = ByteBuffer.allocate(32);
    assertEquals(Hash.ZERO, zero);
    for (int bit = 0; bit < 256; bit++) {
      byte[] other = new byte[32];
      other[bit / 8] = (byte) (1 << (bit % 8));
      assertNotEquals(zero, Hash.of(other));
      assertEquals(-1, Integer.signum(zero.compareTo(Hash.of(other))));
      assertTrue(!Hash.of(other).equalsBytes(buffer, 0));
    }
  }

  @Test
  void shouldSortAsUnsignedBytes() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 500; i++) {
      byte[] one = new byte[32];
      random.nextBytes(one);
      byte[] two = one.clone();
      random.nextBytes(one);
      int at = random.nextInt(32);
      System.arraycopy(one, at, two, at, 32 - at);
      assertEquals(
          Integer.signum(Arrays.compareUnsigned(one, two)),
          Integer.signum(Hash.of(one).compareTo(Hash.of(two))));
    }
  }

  @Test
  void shouldRefuseWhatIsNoHash() {
    String good = Hash.ZERO.toString();
    for (String wrong :
        List.of("", "0x", good + "0", good.substring(1), good.replace("0x0", "0xg"), " " + good)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> Hash.fromHex(wrong), wrong);
      assertTrue(e.getMessage().contains("'" + wrong + "'"), e.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> Hash.of(new byte[31]));
    assertThrows(IndexOutOfBoundsException.class, () -> Hash.of(new byte[40], 9));
  }

  @Test
  void shouldHashAsKeccakDoes() {
    assertEquals(
        Hash.fromHex("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        Keccak.hash(new byte[0]));
    byte[] abc = "xabcx".getBytes(StandardCharsets.US_ASCII);
    assertEquals(
        Hash.fromHex("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        Keccak.hash(abc, 1, 3));
    assertEquals(
        Hash.fromHex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"),
        Keccak.EMPTY_TRIE);
    assertEquals(
        Hash.fromHex("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"),
        Keccak.EMPTY_LIST);
  }

  @Test
  void shouldNameTheFourHashesThatAreRefusedForEver() {
    assertEquals(4, BadHashes.PERMANENT.size());
    assertEquals(
        List.of(
            "0xf269c503aed286caaa0d114d6a5320e70abbc2febe37953207e76a2873f2ba79",
            "0x38f5bbbffd74804820ffa4bab0cd540e9de229725afb98c1a7e57936f4a714bc",
            "0x7064455b364775a16afbdecd75370e912c6e2879f202eda85b9beae547fff3ac",
            "0x5b7c80070a6eff35f3eb3181edb023465c776d40af2885571e1bc4689f3a44d8"),
        BadHashes.PERMANENT.stream().map(Hash::toString).toList());
    assertThrows(UnsupportedOperationException.class, () -> BadHashes.PERMANENT.remove(Hash.ZERO));
  }

  @Test
  void shouldAskForHeadersByHashOrByNumber() {
    assertTrue(HeaderQuery.byHash(Hash.ZERO, 1).isByHash());
    assertEquals(Head.NUMBER_UNKNOWN, HeaderQuery.byHash(Hash.ZERO, 1).fromNumber());
    assertTrue(!HeaderQuery.byNumber(0, 1024).isByHash());
    assertThrows(IllegalArgumentException.class, () -> HeaderQuery.byNumber(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> HeaderQuery.byNumber(5, 0));
    assertThrows(IllegalArgumentException.class, () -> HeaderQuery.byHash(Hash.ZERO, -3));
    assertThrows(NullPointerException.class, () -> HeaderQuery.byHash(null, 1));
  }
}
