package dev.windlass.chain.rlp;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.keccak.KeccakBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The roots of the Merkle-Patricia tries (Yellow Paper, appendix D) over the items of RLP lists,
 * each item under the RLP of its index. By them a header commits to its transactions and
 * withdrawals.
 *
 * <p>The value of a list is the whole item. The value of a string is its payload, as the typed
 * transactions of EIP-2718 need it. The items are hashed in place, never copied. The keys are known
 * beforehand. None is longer than {@link #KEY_NIBBLES_MAX}, so the descent is bounded. None is a
 * prefix of another, so no branch holds a value.
 *
 * <p>The length of a node does not depend on the hashes in it. So the nodes of all lists are
 * written first, with holes. Then they are hashed in waves of equal height, the leaves first, and
 * each hash is written into the hole of its parent. The nodes of a wave are independent, and {@link
 * KeccakBatch} hashes several at once. After {@link #PENDING_MAX} nodes the waves run early, so the
 * memory is bounded. It can be used again and again. One owner.
 */
public final class TrieRoots {
  /** The most items of a list. */
  public static final int ITEMS_MAX = 1 << 24;

  /** The key of an index below 2^24 has at most four bytes. */
  private static final int KEY_NIBBLES_MAX = 8;

  private static final int BRANCH_BYTES_MAX = 3 + 16 * (1 + Hash.BYTES) + 1;
  private static final int EXTENSION_BYTES_MAX = 1 + 1 + KEY_NIBBLES_MAX / 2 + 1 + 1 + Hash.BYTES;

  /** A leaf before its item: the prefixes of two lists of 2^31 bytes, and the path between them. */
  private static final int LEAF_HEAD_BYTES_MAX = 5 + (2 + KEY_NIBBLES_MAX / 2) + 5;

  private static final int PREFIX_BYTES_MAX = 5;

  /** Nodes that wait for their hash. Each has at most {@link #BRANCH_BYTES_MAX} bytes here. */
  private static final int PENDING_MAX = 1024;

  private static final int FIRST_PAGE_BYTES = 2 << 10;
  private static final int PAGE_BYTES = 64 << 10;

  /** A node without hashes is of height 0. Each nibble adds a branch or an extension. */
  private final KeccakBatch[] waves = new KeccakBatch[KEY_NIBBLES_MAX + 2];

  private final List<byte[]> references = new ArrayList<>();
  private int pending;
  private byte[] page = new byte[FIRST_PAGE_BYTES];
  private int pageUsed;

  // The list that is being written.
  private byte[] bytes;
  private int[] itemsAt;
  private int zeroRank;

  /** The height of the node that was referred to last. -1 if its parent holds it. */
  private int height;

  /**
   * The root over the items in these bytes, which are the payload of a list.
   *
   * @throws RlpException if they are not a sequence of RLP items
   */
  public static Hash of(byte[] bytes, int offset, int length) {
    TrieRoots roots = new TrieRoots();
    roots.add(bytes, offset, length);
    return roots.takeAll().get(0);
  }

  /**
   * Adds the items in these bytes, which are the payload of a list. The bytes must not change
   * before the roots are taken.
   *
   * @throws RlpException if they are not a sequence of RLP items. Nothing is added then
   */
  public void add(byte[] list, int offset, int length) {
    byte[] reference = new byte[1 + Hash.BYTES];
    if (length == 0) {
      Keccak.EMPTY_TRIE.writeTo(reference, 1);
      references.add(reference);
      return;
    }
    bytes = list;
    int count = findItems(new RlpReader(list, offset, length), Math.min(length, 256));
    zeroRank = Math.min(count, 128) - 1;
    refer(0, count, 0, reference, 0, true);
    references.add(reference);
    if (pending > PENDING_MAX / 2) {
      runWaves();
      // No branch is open now, so nothing that is still needed lies in the page.
      pageUsed = 0;
    }
  }

  /** The roots of all lists, in the order in which they were added. No list is left. */
  public List<Hash> takeAll() {
    runWaves();
    List<Hash> roots = new ArrayList<>(references.size());
    for (byte[] reference : references) {
      roots.add(Hash.of(reference, 1));
    }
    clear();
    return roots;
  }

  /** Drops all lists. */
  public void clear() {
    for (KeccakBatch wave : waves) {
      if (wave != null) {
        wave.clear();
      }
    }
    references.clear();
    pending = 0;
    pageUsed = 0;
    bytes = null;
    itemsAt = null;
  }

  private int findItems(RlpReader items, int countGuess) {
    itemsAt = new int[countGuess + 1];
    int count = 0;
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
    return count;
  }

  private void runWaves() {
    for (KeccakBatch wave : waves) {
      if (wave != null) {
        wave.run();
      }
    }
    pending = 0;
  }

  /** The wave of this height, to which one node more is added. */
  private KeccakBatch wave(int ofHeight) {
    if (pending == PENDING_MAX) {
      runWaves();
    }
    pending++;
    if (waves[ofHeight] == null) {
      waves[ofHeight] = new KeccakBatch();
    }
    return waves[ofHeight];
  }

  /** Makes room for a node in the page. The room is taken when its length is known. */
  private void room(int most) {
    if (page.length - pageUsed < most) {
      page = new byte[PAGE_BYTES];
      pageUsed = 0;
    }
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
    room(EXTENSION_BYTES_MAX);
    byte[] extension = page;
    int start = pageUsed;
    pageUsed += EXTENSION_BYTES_MAX;
    int pathEnd = writePath(extension, start + 1, first, depth, split, false);
    int end = pathEnd + referBranch(from, to, split, extension, pathEnd, false);
    extension[start] = (byte) (0xc0 + end - start - 1);
    height++;
    return close(extension, start, end - start, target, at, isRoot);
  }

  private int referBranch(int from, int to, int depth, byte[] target, int at, boolean isRoot) {
    room(BRANCH_BYTES_MAX);
    byte[] branch = page;
    int payloadAt = pageUsed + 3;
    pageUsed += BRANCH_BYTES_MAX;
    int end = payloadAt;
    int highest = -1;
    int rank = from;
    for (int digit = 0; digit < 16; digit++) {
      int first = rank;
      while (rank < to && nibble(key(indexAt(rank)), depth) == digit) {
        rank++;
      }
      if (rank == first) {
        branch[end++] = (byte) 0x80;
      } else {
        end += refer(first, rank, depth + 1, branch, end, false);
        highest = Math.max(highest, height);
      }
    }
    branch[end++] = (byte) 0x80;
    int start = payloadAt - RlpWriter.prefixLength(end - payloadAt);
    RlpWriter.writePrefix(branch, start, 0xc0, end - payloadAt);
    height = highest + 1;
    return close(branch, start, end - start, target, at, isRoot);
  }

  private int referLeaf(int index, int depth, byte[] target, int at, boolean isRoot) {
    int itemAt = itemsAt[index];
    int itemEnd = itemsAt[index + 1];
    boolean isList = (bytes[itemAt] & 0xff) >= 0xc0;
    int itemLength = itemEnd - itemAt;
    // The leaf has a string as the list has it; a list is wrapped into a string.
    int wrap = isList ? RlpWriter.prefixLength(itemLength) : 0;
    room(LEAF_HEAD_BYTES_MAX);
    int pathAt = pageUsed + PREFIX_BYTES_MAX;
    int pathBytes = writePath(page, pathAt, key(index), depth, keyNibbles(index), true) - pathAt;
    int payload = pathBytes + wrap + itemLength;
    int prefix = RlpWriter.prefixLength(payload);
    RlpWriter.writePrefix(page, pathAt - prefix, 0xc0, payload);
    if (isList) {
      RlpWriter.writePrefix(page, pathAt + pathBytes, 0x80, itemLength);
    }
    int ahead = prefix + pathBytes + wrap;
    if (ahead + itemLength < Hash.BYTES && !isRoot) {
      System.arraycopy(page, pathAt - prefix, target, at, ahead);
      System.arraycopy(bytes, itemAt, target, at + ahead, itemLength);
      height = -1;
      return ahead + itemLength;
    }
    pageUsed += LEAF_HEAD_BYTES_MAX;
    height = 0;
    KeccakBatch leaves = wave(0);
    leaves.add(bytes, itemAt, itemLength, target, at + 1);
    leaves.head(page, pathAt - prefix, ahead);
    target[at] = (byte) (0x80 + Hash.BYTES);
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

  /** Refers to a node that is written, but for the hashes in it. Its height is set. */
  private int close(byte[] node, int start, int length, byte[] target, int at, boolean isRoot) {
    if (length < Hash.BYTES && !isRoot) {
      System.arraycopy(node, start, target, at, length);
      height = -1;
      return length;
    }
    target[at] = (byte) (0x80 + Hash.BYTES);
    wave(height).add(node, start, length, target, at + 1);
    return 1 + Hash.BYTES;
  }
}
