package dev.windlass.chain;

import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;

/**
 * The root of the Merkle-Patricia trie (Yellow Paper, appendix D) whose keys are hashes: how a
 * header commits to the accounts, and an account to its storage.
 *
 * <p>For the little state that a genesis file brings: all of it is in memory, and every node is
 * hashed once. No key begins another, as all have 64 nibbles, so no branch holds a value.
 */
public final class StateTrie {
  private static final int NIBBLES = 2 * Hash.BYTES;
  private static final int BRANCHES = 16;

  /** In the order of the values. */
  private final byte[][] keys;

  private final byte[][] values;

  private StateTrie(SortedMap<Hash, byte[]> entries) {
    keys = new byte[entries.size()][];
    values = new byte[entries.size()][];
    Iterator<Map.Entry<Hash, byte[]>> each = entries.entrySet().iterator();
    for (int i = 0; each.hasNext(); i++) {
      Map.Entry<Hash, byte[]> entry = each.next();
      keys[i] = entry.getKey().toBytes();
      values[i] = entry.getValue();
    }
  }

  /** The root over these values; none of them is empty. */
  public static Hash root(SortedMap<Hash, byte[]> entries) {
    if (entries.isEmpty()) {
      return Keccak.EMPTY_TRIE;
    }
    return Keccak.hash(new StateTrie(entries).node(0, entries.size(), 0));
  }

  /** The node over the keys {@code from} to {@code to}, which agree in the nibbles before depth. */
  private byte[] node(int from, int to, int depth) {
    if (to - from == 1) {
      return new RlpWriter()
          .beginList()
          .string(path(from, depth, NIBBLES, true))
          .string(values[from])
          .endList()
          .toBytes();
    }
    int split = depth;
    while (nibble(from, split) == nibble(to - 1, split)) {
      split++;
    }
    byte[] branch = branch(from, to, split);
    if (split == depth) {
      return branch;
    }
    RlpWriter extension = new RlpWriter().beginList().string(path(from, depth, split, false));
    refer(extension, branch);
    return extension.endList().toBytes();
  }

  private byte[] branch(int from, int to, int depth) {
    RlpWriter branch = new RlpWriter().beginList();
    int first = from;
    for (int digit = 0; digit < BRANCHES; digit++) {
      int next = first;
      while (next < to && nibble(next, depth) == digit) {
        next++;
      }
      if (next == first) {
        branch.string(new byte[0]);
      } else {
        refer(branch, node(first, next, depth + 1));
      }
      first = next;
    }
    return branch.string(new byte[0]).endList().toBytes();
  }

  /** A node below 32 bytes stands for itself. */
  private static void refer(RlpWriter parent, byte[] node) {
    if (node.length < Hash.BYTES) {
      parent.raw(node);
    } else {
      parent.hash(Keccak.hash(node));
    }
  }

  private int nibble(int index, int depth) {
    int both = keys[index][depth / 2];
    return (depth % 2 == 0 ? both >> 4 : both) & 0xf;
  }

  /** Nibbles of a key in hex-prefix encoding. */
  private byte[] path(int index, int from, int to, boolean isLeaf) {
    int count = to - from;
    byte[] path = new byte[1 + count / 2];
    int flag = (isLeaf ? 0x20 : 0) | (count % 2 == 1 ? 0x10 | nibble(index, from) : 0);
    path[0] = (byte) flag;
    int next = from + count % 2;
    for (int i = 1; i < path.length; i++, next += 2) {
      path[i] = (byte) (nibble(index, next) << 4 | nibble(index, next + 1));
    }
    return path;
  }
}
