package dev.windlass.chain.rlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Nodes are written by hand, from the Yellow Paper. GenesisFileTest proves whole states. */
final class StateTrieTest {
  private static final String ZEROS = "00".repeat(31);

  private final SortedMap<Hash, byte[]> entries = new TreeMap<>();

  private void put(String key, String value) {
    entries.put(Hash.fromHex(key), HexFormat.of().parseHex(value));
  }

  private Hash root() {
    StateTrie trie = new StateTrie();
    entries.forEach((key, value) -> trie.add(key.toBytes(), value));
    return trie.root();
  }

  private static byte[] node(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void shouldBeTheEmptyTrieWhenThereIsNothing() {
    assertEquals(Keccak.EMPTY_TRIE, root());
  }

  @Test
  void shouldBeOneLeafWithTheWholeKey() {
    put("11".repeat(32), "2a");
    // [20 11..11 (33 bytes), 2a]
    assertEquals(Keccak.hash(node("e3a120" + "11".repeat(32) + "2a")), root());
  }

  @Test
  void shouldPutASmallNodeIntoItsParent() {
    put(ZEROS + "01", "05");
    put(ZEROS + "03", "8182");
    // Leaves without a nibble left, below 32 bytes: [20, 05] and [20, 8182].
    String branch = "d7" + "80" + "c22005" + "80" + "c420828182" + "80".repeat(12) + "80";
    // An extension by 63 zeros, an odd number: 10 00..00 (32 bytes).
    String extension = "f839" + "a0" + "10" + ZEROS + branch;
    assertEquals(Keccak.hash(node(extension)), root());
  }

  @Test
  void shouldHashALargeNodeIntoItsParent() {
    put("0" + "1".repeat(63), "ff".repeat(40));
    put("f" + "2".repeat(63), "03");
    // Leaves with 63 nibbles left: 31 11..11 and 32 22..22 (32 bytes).
    String first = "f84a" + "a031" + "11".repeat(31) + "a8" + "ff".repeat(40);
    String last = "e2" + "a032" + "22".repeat(31) + "03";
    String branch =
        "f851"
            + "a0"
            + HexFormat.of().formatHex(Keccak.hash(node(first)).toBytes())
            + "80".repeat(14)
            + "a0"
            + HexFormat.of().formatHex(Keccak.hash(node(last)).toBytes())
            + "80";
    assertEquals(Keccak.hash(node(branch)), root());
  }

  @Test
  void shouldChangeWithEveryKeyAndValue() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 300; i++) {
      Hash key = Hash.ofLongs(random.nextLong(), i, i, i);
      Hash before = root();
      entries.put(key, new byte[] {1});
      Hash with = root();
      assertNotEquals(before, with);
      entries.put(key, new byte[] {2});
      assertNotEquals(with, root());
      entries.remove(key);
      assertEquals(before, root());
      entries.put(key, new byte[] {1});
    }
  }

  @Test
  void shouldTakeEveryEntryOnceAndInOrder() {
    StateTrie trie = new StateTrie();
    byte[] first = Hash.fromHex("80".repeat(32)).toBytes();
    trie.add(first, new byte[] {1});
    byte[] below = Hash.fromHex("7f".repeat(32)).toBytes();
    assertThrows(IllegalArgumentException.class, () -> trie.add(first, new byte[] {1}));
    assertThrows(IllegalArgumentException.class, () -> trie.add(below, new byte[] {1}));
    assertThrows(IllegalArgumentException.class, () -> trie.add(new byte[31], new byte[] {1}));
  }
}
