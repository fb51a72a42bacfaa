package dev.windlass.chain.rlp;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.KeccakDigest;

/**
 * The root of the Merkle-Patricia trie (Yellow Paper, appendix D) over the items of one RLP list,
 * each under the RLP of its index. By it a header commits to its transactions and withdrawals.
 *
 * <p>The value of a list is the whole item. The value of a string is its payload, as the typed
 * transactions of EIP-2718 need it. The items are hashed in place, never copied. The keys are known
 * beforehand. None is longer than {@link #KEY_NIBBLES_MAX}, so the descent is bounded. None is a
 * prefix of another, so no branch holds a value. One object makes one root.
 */
public final class TrieRoot {
  /** The key of an index below 2^24 has at most four bytes. */
  private static final int KEY_NIBBLES_MAX = 8;

  private static final int ITEMS_MAX = 1 << 24;
  private static final int BRANCH_BYTES_MAX = 3 + 16 * (1 + Hash.BYTES) + 1;

  private final byte[] bytes;
  private final int[] itemsAt;
  private final int count;
  private final int zeroRank;
  private final KeccakDigest keccak = Keccak.ofThread();
  private final byte[][] branches = new byte[KEY_NIBBLES_MAX + 1][];
  private final byte[] small = new byte[64];

  private TrieRoot(byte[] bytes, int[] itemsAt, int count) {
    this.bytes = bytes;
    this.itemsAt = itemsAt;
    this.count = count;
    this.zeroRank = Math.min(count, 128) - 1;
  }

  /**
   * The root over the items in these bytes, which are the payload of a list.
   *
   * @throws RlpException if they are not a sequence of RLP items
   */
  public static Hash of(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return Keccak.EMPTY_TRIE;
    }
    int[] itemsAt = new int[Math.min(length, 256) + 1];
    int count = 0;
    RlpReader items = new RlpReader(bytes, offset, length);
    while (items.hasNext()) {
      items.next();
      if (count == ITEMS_MAX) {
        throw new RlpException(items.itemAt(), "more than " + ITEMS_MAX + " items");
      }
      if (count + 1 == itemsAt.length) {
        itemsAt = Arrays.copyOf(itemsAt, count * 2 + 2);
      }
      itemsAt[count++] = items.itemAt();
      itemsAt[count] = items.position();
    }
    return new TrieRoot(bytes, itemsAt, count).root();
  }

  private Hash root() {
    byte[] reference = new byte[1 + Hash.BYTES];
    refer(0, count, 0, reference, 0, true);
    return Hash.of(reference, 1);
  }

  /** The item that has this rank among the sorted keys: 1 to 127, then 0 (0x80), then the rest. */
  private int indexAt(int rank) {
    if (rank < zeroRank) {
      return rank + 1;
    }
    return rank == zeroRank ? 0 : rank;
  }

  /** The key of an index, as hexadecimal digits from the highest of the four bytes downwards. */
  private static int key(int index) {
    if (index < 0x80) {
      return (index == 0 ? 0x80 : index) << 24;
    }
    if (index < 0x100) {
      return (0x81 << 24) | (index << 16);
    }
    return index < 0x10000 ? (0x82 << 24) | (index << 8) : (0x83 << 24) | index;
  }

  private static int keyNibbles(int index) {
    if (index < 0x80) {
      return 2;
    }
    if (index < 0x100) {
      return 4;
    }
    return index < 0x10000 ? 6 : 8;
  }

  private static int nibble(int key, int depth) {
    return (key >>> (28 - 4 * depth)) & 0xf;
  }

  /**
   * Writes the reference to the node over the ranks {@code from} to {@code to}, whose keys agree in
   * their first {@code depth} nibbles; returns its length. A node below 32 bytes is its own
   * reference, unless it is the root.
   */
  private int refer(int from, int to, int depth, byte[] target, int at, boolean isRoot) {
    if (to - from == 1) {
      return referLeaf(indexAt(from), depth, target, at, isRoot);
    }
    int first = key(indexAt(from));
    int last = key(indexAt(to - 1));
    int split = Integer.numberOfLeadingZeros(first ^ last) / 4;
    if (split == depth) {
      return referBranch(from, to, depth, target, at, isRoot);
    }
    byte[] extension = new byte[1 + 1 + KEY_NIBBLES_MAX / 2 + 1 + 1 + Hash.BYTES];
    int pathEnd = writePath(extension, 1, first, depth, split, false);
    int end = pathEnd + referBranch(from, to, split, extension, pathEnd, false);
    extension[0] = (byte) (0xc0 + end - 1);
    return close(extension, 0, end, target, at, isRoot);
  }

  private int referBranch(int from, int to, int depth, byte[] target, int at, boolean isRoot) {
    byte[] branch = branches[depth];
    if (branch == null) {
      branch = branches[depth] = new byte[BRANCH_BYTES_MAX];
    }
    int length = 3;
    int rank = from;
    for (int digit = 0; digit < 16; digit++) {
      int first = rank;
      while (rank < to && nibble(key(indexAt(rank)), depth) == digit) {
        rank++;
      }
      if (rank == first) {
        branch[length++] = (byte) 0x80;
      } else {
        length += refer(first, rank, depth + 1, branch, length, false);
      }
    }
    branch[length++] = (byte) 0x80;
    int payload = length - 3;
    int start = 3 - RlpWriter.prefixLength(payload);
    RlpWriter.writePrefix(branch, start, 0xc0, payload);
    return close(branch, start, length - start, target, at, isRoot);
  }

  private int referLeaf(int index, int depth, byte[] target, int at, boolean isRoot) {
    int itemAt = itemsAt[index];
    int itemEnd = itemsAt[index + 1];
    boolean isList = (bytes[itemAt] & 0xff) >= 0xc0;
    int itemLength = itemEnd - itemAt;
    // The leaf has a string as the list has it; a list is wrapped into a string.
    int wrap = isList ? RlpWriter.prefixLength(itemLength) : 0;
    int pathBytes = writePath(small, 16, key(index), depth, keyNibbles(index), true) - 16;
    int payload = pathBytes + wrap + itemLength;
    int prefix = RlpWriter.prefixLength(payload);
    RlpWriter.writePrefix(small, 16 - prefix, 0xc0, payload);
    if (isList) {
      RlpWriter.writePrefix(small, 16 + pathBytes, 0x80, itemLength);
    }
    int ahead = prefix + pathBytes + wrap;
    if (ahead + itemLength < Hash.BYTES && !isRoot) {
      System.arraycopy(small, 16 - prefix, target, at, ahead);
      System.arraycopy(bytes, itemAt, target, at + ahead, itemLength);
      return ahead + itemLength;
    }
    keccak.update(small, 16 - prefix, ahead);
    keccak.update(bytes, itemAt, itemLength);
    target[at] = (byte) (0x80 + Hash.BYTES);
    keccak.doFinal(target, at + 1);
    return 1 + Hash.BYTES;
  }

  /**
   * Writes nibbles {@code from} to {@code to} in hex-prefix encoding as a string; returns its end.
   */
  private static int writePath(byte[] target, int at, int key, int from, int to, boolean isLeaf) {
    int nibbles = to - from;
    int flag = (isLeaf ? 0x20 : 0) | ((nibbles & 1) == 1 ? 0x10 | nibble(key, from) : 0);
    int next = from + (nibbles & 1);
    int length = 1 + nibbles / 2;
    int position = at;
    if (length > 1) {
      target[position++] = (byte) (0x80 + length);
    }
    target[position++] = (byte) flag;
    for (; next < to; next += 2) {
      target[position++] = (byte) ((nibble(key, next) << 4) | nibble(key, next + 1));
    }
    return position;
  }

  private int close(byte[] node, int start, int length, byte[] target, int at, boolean isRoot) {
    if (length < Hash.BYTES && !isRoot) {
      System.arraycopy(node, start, target, at, length);
      return length;
    }
    target[at] = (byte) (0x80 + Hash.BYTES);
    keccak.update(node, start, length);
    keccak.doFinal(target, at + 1);
    return 1 + Hash.BYTES;
  }
}
