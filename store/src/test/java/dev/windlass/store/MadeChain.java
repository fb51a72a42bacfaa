package dev.windlass.store;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Makes empty linked blocks that pass every rule. Their extra data names their branch. */
final class MadeChain {
  private static final byte[] EMPTY_BODY = {(byte) 0xc2, (byte) 0xc0, (byte) 0xc0};

  private MadeChain() {}

  static Block root() {
    return block(Hash.ZERO, 0, 0);
  }

  /** Blocks on a parent, oldest first. Another branch number makes different blocks. */
  static List<Block> on(Block parent, int count, long branch) {
    List<Block> blocks = new ArrayList<>(count);
    Block last = parent;
    for (int i = 0; i < count; i++) {
      last = block(last.hash(), last.number() + 1, branch);
      blocks.add(last);
    }
    return blocks;
  }

  /** The same with headers of at least so many bytes. */
  static List<Block> wide(Block parent, int count, int headerBytes) {
    List<Block> blocks = new ArrayList<>(count);
    Block last = parent;
    for (int i = 0; i < count; i++) {
      last = block(last.hash(), last.number() + 1, new byte[headerBytes]);
      blocks.add(last);
    }
    return blocks;
  }

  static Block block(Hash parent, long number, long branch) {
    return block(parent, number, ByteBuffer.allocate(8).putLong(branch).array());
  }

  private static Block block(Hash parent, long number, byte[] extra) {
    RlpWriter header =
        new RlpWriter()
            .beginList()
            .hash(parent)
            .hash(Keccak.EMPTY_LIST)
            .string(new byte[20])
            .hash(Hash.ZERO)
            .hash(Keccak.EMPTY_TRIE)
            .hash(Keccak.EMPTY_TRIE)
            .string(new byte[256])
            .integer(1)
            .integer(number)
            .integer(30_000_000)
            .integer(0)
            .integer(1_600_000_000 + number)
            .string(extra)
            .hash(Hash.ZERO)
            .string(new byte[8])
            .endList();
    return Block.of(BlockHeader.decode(header.toBytes()), EMPTY_BODY);
  }

  static List<BlockHeader> headersNewestFirst(List<Block> oldestFirst) {
    List<BlockHeader> headers = new ArrayList<>(oldestFirst.stream().map(Block::header).toList());
    Collections.reverse(headers);
    return headers;
  }

  static List<Hash> hashesNewestFirst(List<Block> oldestFirst) {
    return headersNewestFirst(oldestFirst).stream().map(BlockHeader::hash).toList();
  }

  static Block last(List<Block> blocks) {
    return blocks.get(blocks.size() - 1);
  }
}
