package dev.windlass.chain.rlp;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The root of the Merkle-Patricia trie (Yellow Paper, appendix D) whose keys are hashes. By it a
 * header commits to the accounts, and an account to its storage.
 *
 * <p>Entries come in the order of their keys, each once. A node that no later key can reach is
 * hashed at once. So only the branches on the way to the last key are held: 64 at most, 35 KB. All
 * keys have 64 nibbles, so no key is a prefix of another, and no branch holds a value. One owner.
 */
public final class StateTrie {
  private static final int NIBBLES = 2 * Hash.BYTES;
  private static final int BRANCHES = 16;
  private static final byte[] NOTHING = {(byte) 0x80};

  /** The branches that may still grow, deepest first. The last key goes through each. */
  private final Deque<Branch> open = new ArrayDeque<>();

  private byte[] lastKey;
  private byte[] lastValue;

  /** A branch, at one nibble of the keys below it. */
  private static final class Branch {
    private final int depth;
    private final byte[][] children = new byte[BRANCHES][];

    Branch(int depth) {
      this.depth = depth;
      Arrays.fill(children, NOTHING);
    }

    byte[] toBytes() {
      RlpWriter branch = new RlpWriter().beginList();
      for (byte[] child : children) {
        branch.raw(child);
      }
      return branch.raw(NOTHING).endList().toBytes();
    }
  }

  /** Adds the next entry. Its value is not empty. */
  public void add(byte[] key, byte[] value) {
    if (key.length != Hash.BYTES || value.length == 0) {
      throw new IllegalArgumentException(key.length + " bytes, value of " + value.length);
    }
    if (lastKey != null) {
      int mismatch = Arrays.mismatch(lastKey, key);
      if (mismatch < 0 || Byte.compareUnsigned(lastKey[mismatch], key[mismatch]) > 0) {
        throw new IllegalArgumentException("a key that does not come after the last one");
      }
      int depth = 2 * mismatch;
      fork(nibble(lastKey, depth) == nibble(key, depth) ? depth + 1 : depth);
    }
    lastKey = key.clone();
    lastValue = value.clone();
  }

  /** The root over all entries. No entry can be added afterwards. */
  public Hash root() {
    if (lastKey == null) {
      return Keccak.EMPTY_TRIE;
    }
    Branch lowest = closeBelow(-1);
    return Keccak.hash(lowest == null ? leaf(0) : below(0, lowest));
  }

  /**
   * The next key differs from the last one at this nibble. Makes a branch there, if there is none.
   */
  private void fork(int depth) {
    Branch closed = closeBelow(depth);
    if (open.isEmpty() || open.peek().depth < depth) {
      open.push(new Branch(depth));
    }
    attach(open.peek(), closed);
  }

  /** Closes the branches that lie deeper. Returns the last one, or null if there was none. */
  private Branch closeBelow(int depth) {
    Branch closed = null;
    while (!open.isEmpty() && open.peek().depth > depth) {
      Branch branch = open.pop();
      attach(branch, closed);
      closed = branch;
    }
    return closed;
  }

  /**
   * Makes the parent refer to the node on the way to the last key: a closed branch, or the leaf.
   */
  private void attach(Branch parent, Branch closed) {
    int depth = parent.depth + 1;
    byte[] node = closed == null ? leaf(depth) : below(depth, closed);
    parent.children[nibble(lastKey, parent.depth)] = reference(node);
  }

  private byte[] leaf(int depth) {
    return new RlpWriter()
        .beginList()
        .string(path(depth, NIBBLES, true))
        .string(lastValue)
        .endList()
        .toBytes();
  }

  /** The branch, behind an extension if it lies deeper. */
  private byte[] below(int depth, Branch branch) {
    byte[] bytes = branch.toBytes();
    if (branch.depth == depth) {
      return bytes;
    }
    return new RlpWriter()
        .beginList()
        .string(path(depth, branch.depth, false))
        .raw(reference(bytes))
        .endList()
        .toBytes();
  }

  /** A node below 32 bytes is its own reference. */
  private static byte[] reference(byte[] node) {
    return node.length < Hash.BYTES
        ? node
        : new RlpWriter(1 + Hash.BYTES).hash(Keccak.hash(node)).toBytes();
  }

  private static int nibble(byte[] key, int depth) {
    int both = key[depth / 2];
    return (depth % 2 == 0 ? both >> 4 : both) & 0xf;
  }

  /** Nibbles of the last key in hex-prefix encoding. */
  private byte[] path(int from, int to, boolean isLeaf) {
    int count = to - from;
    byte[] path = new byte[1 + count / 2];
    int flag = (isLeaf ? 0x20 : 0) | (count % 2 == 1 ? 0x10 | nibble(lastKey, from) : 0);
    path[0] = (byte) flag;
    int next = from + count % 2;
    for (int i = 1; i < path.length; i++, next += 2) {
      path[i] = (byte) (nibble(lastKey, next) << 4 | nibble(lastKey, next + 1));
    }
    return path;
  }
}
