package dev.windlass.chain.rlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Compares with a simple, slow trie, which has keys as strings of digits and nodes as lists. */
final class TrieRootsTest {
  private static Hash slowRoot(List<byte[]> items) {
    NavigableMap<String, byte[]> entries = new TreeMap<>();
    for (int i = 0; i < items.size(); i++) {
      byte[] item = items.get(i);
      byte[] value =
          (item[0] & 0xff) >= 0xc0 ? item : new RlpReader(item).string(Integer.MAX_VALUE);
      entries.put(HexFormat.of().formatHex(new RlpWriter().integer(i).toBytes()), value);
    }
    return Keccak.hash(entries.isEmpty() ? new byte[] {(byte) 0x80} : node(entries));
  }

  private static byte[] node(NavigableMap<String, byte[]> entries) {
    String first = entries.firstKey();
    if (entries.size() == 1) {
      byte[] value = new RlpWriter().string(entries.get(first)).toBytes();
      return pair(hexPrefix(first, true), value);
    }
    String last = entries.lastKey();
    int shared = 0;
    while (first.charAt(shared) == last.charAt(shared)) {
      shared++;
    }
    if (shared > 0) {
      String path = first.substring(0, shared);
      return pair(hexPrefix(path, false), reference(node(below(entries, path))));
    }
    RlpWriter branch = new RlpWriter().beginList();
    for (int digit = 0; digit < 16; digit++) {
      NavigableMap<String, byte[]> below = below(entries, Integer.toHexString(digit));
      branch.raw(below.isEmpty() ? new byte[] {(byte) 0x80} : reference(node(below)));
    }
    return branch.string(new byte[0]).endList().toBytes();
  }

  /** The entries whose keys have this prefix, without the prefix. */
  private static NavigableMap<String, byte[]> below(
      NavigableMap<String, byte[]> entries, String path) {
    NavigableMap<String, byte[]> below = new TreeMap<>();
    entries
        .subMap(path, true, path + "~", true)
        .forEach((key, value) -> below.put(key.substring(path.length()), value));
    return below;
  }

  private static byte[] pair(byte[] path, byte[] second) {
    return new RlpWriter().beginList().string(path).raw(second).endList().toBytes();
  }

  private static byte[] reference(byte[] node) {
    return node.length < 32 ? node : new RlpWriter().hash(Keccak.hash(node)).toBytes();
  }

  private static byte[] hexPrefix(String digits, boolean isLeaf) {
    boolean isOdd = digits.length() % 2 == 1;
    int flag = (isLeaf ? 2 : 0) + (isOdd ? 1 : 0);
    String whole = Integer.toHexString(flag) + (isOdd ? "" : "0") + digits;
    return HexFormat.of().parseHex(whole);
  }

  private static void compare(List<byte[]> items) {
    RlpWriter payload = new RlpWriter();
    items.forEach(payload::raw);
    byte[] bytes = new RlpWriter().integer(9).raw(payload.toBytes()).integer(9).toBytes();
    assertEquals(
        slowRoot(items), TrieRoots.of(bytes, 1, bytes.length - 2), items.size() + " items");
  }

  private static List<byte[]> items(SplittableRandom random, int count, int bytesMax) {
    List<byte[]> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] content = new byte[1 + random.nextInt(bytesMax)];
      random.nextBytes(content);
      RlpWriter item = new RlpWriter();
      items.add(
          random.nextBoolean()
              ? item.string(content).toBytes()
              : item.beginList().string(content).endList().toBytes());
    }
    return items;
  }

  @Test
  void shouldMakeTheRootOfEveryCountUpTo300() {
    SplittableRandom random = new SplittableRandom(1);
    for (int count = 0; count <= 300; count++) {
      compare(items(random, count, 120));
    }
  }

  @Test
  void shouldMakeTheRootWhereNodesAreTooShortToBeHashed() {
    SplittableRandom random = new SplittableRandom(2);
    for (int count = 0; count <= 300; count++) {
      compare(items(random, count, 3));
      compare(items(random, count, 30));
    }
  }

  @Test
  void shouldMakeTheRootWhereKeysHaveTwoAndThreeBytes() {
    SplittableRandom random = new SplittableRandom(3);
    for (int count : new int[] {127, 128, 129, 255, 256, 257, 5000, 65_535, 65_536, 65_600}) {
      compare(items(random, count, 3));
    }
  }

  /** The waves run between some of the lists, and in the middle of the long ones. */
  @Test
  void shouldMakeTheRootsOfManyListsTogether() {
    SplittableRandom random = new SplittableRandom(4);
    TrieRoots roots = new TrieRoots();
    List<Hash> expected = new ArrayList<>();
    for (int list = 0; list < 600; list++) {
      int count = random.nextInt(20) == 0 ? random.nextInt(2_500) : random.nextInt(40);
      List<byte[]> items = items(random, count, random.nextBoolean() ? 200 : 20);
      RlpWriter payload = new RlpWriter();
      items.forEach(payload::raw);
      byte[] bytes = payload.toBytes();
      roots.add(bytes, 0, bytes.length);
      expected.add(slowRoot(items));
    }

    assertEquals(expected, roots.takeAll());
    assertEquals(List.of(), roots.takeAll());
  }

  @Test
  void shouldRefuseWhatIsNoSequenceOfItems() {
    byte[] cut = {(byte) 0x83, 1, 2};
    assertThrows(RlpException.class, () -> TrieRoots.of(cut, 0, 3));

    TrieRoots roots = new TrieRoots();
    assertThrows(RlpException.class, () -> roots.add(cut, 0, 3));
    roots.add(cut, 1, 2);
    assertEquals(List.of(TrieRoots.of(cut, 1, 2)), roots.takeAll());
  }

  @Test
  void shouldForgetListsThatAreDropped() {
    SplittableRandom random = new SplittableRandom(5);
    TrieRoots roots = new TrieRoots();
    for (int round = 0; round < 20; round++) {
      List<byte[]> items = items(random, 100, 200);
      RlpWriter payload = new RlpWriter();
      items.forEach(payload::raw);
      byte[] bytes = payload.toBytes();
      roots.add(bytes, 0, bytes.length);
      roots.clear();
      roots.add(bytes, 0, bytes.length);

      assertEquals(List.of(slowRoot(items)), roots.takeAll());
    }
  }
}
