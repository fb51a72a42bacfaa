package dev.windlass.server;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpWriter;

/** Blocks for tests that need one, not a right one. */
public final class TestBlocks {
  private TestBlocks() {}

  /** A block with this number and this many unsigned transactions. */
  public static Block block(long number, int transactions) {
    RlpWriter rlp = new RlpWriter();
    rlp.beginList().beginList();
    rlp.hash(Hash.ZERO).hash(Keccak.EMPTY_LIST).string(new byte[20]);
    rlp.hash(Hash.ZERO).hash(Keccak.EMPTY_TRIE).hash(Keccak.EMPTY_TRIE);
    rlp.string(new byte[256]).integer(1).integer(number).integer(0).integer(0).integer(number);
    rlp.string(new byte[0]).hash(Hash.ZERO).string(new byte[8]);
    rlp.endList().beginList();
    for (int i = 0; i < transactions; i++) {
      rlp.beginList().integer(i).endList();
    }
    rlp.endList().beginList().endList().endList();
    return Block.decode(rlp.toBytes());
  }
}
