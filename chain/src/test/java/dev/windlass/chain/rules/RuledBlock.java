package dev.windlass.chain.rules;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.chain.rlp.TrieRoots;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** A builder of blocks for one rule at a time. Each field has a value that a test may change. */
final class RuledBlock {
  Hash parent = Hash.ZERO;
  long number = 100;
  long difficulty;
  long gasLimit = 30_000_000;
  long gasUsed = 15_000_000;
  long time = 1_000;
  byte[] extra = new byte[0];
  Hash mixHash = Hash.ZERO;
  long nonce;
  BigInteger baseFee = BigInteger.valueOf(1_000);
  long blobGasUsed;
  long excessBlobGas;
  int fieldCount = 20;
  byte[] coinbase = new byte[20];
  final List<byte[]> transactions = new ArrayList<>();
  final List<BlockHeader> uncles = new ArrayList<>();

  /** The child of a block, 12 seconds later, with the same values. */
  static RuledBlock after(Block parent) {
    RuledBlock child = new RuledBlock();
    child.parent = parent.hash();
    child.number = parent.number() + 1;
    child.time = parent.header().timestamp() + 12;
    return child;
  }

  private static byte[] joined(List<byte[]> items) {
    RlpWriter writer = new RlpWriter();
    items.forEach(writer::raw);
    return writer.toBytes();
  }

  private byte[] uncleList() {
    RlpWriter list = new RlpWriter().beginList();
    uncles.forEach(uncle -> list.raw(uncle.raw()));
    return list.endList().toBytes();
  }

  private byte[] rawHeader() {
    byte[] payload = joined(transactions);
    RlpWriter header = new RlpWriter().beginList();
    header.hash(parent).hash(Keccak.hash(uncleList())).string(coinbase).hash(Hash.ZERO);
    header.hash(TrieRoots.of(payload, 0, payload.length)).hash(Hash.ZERO).string(new byte[256]);
    header.integer(difficulty).integer(number).integer(gasLimit).integer(gasUsed).integer(time);
    header.string(extra).hash(mixHash).string(eightBytes(nonce));
    for (int field = 15; field < fieldCount; field++) {
      switch (field) {
        case 15 -> header.integer(baseFee);
        case 16 -> header.hash(Keccak.EMPTY_TRIE);
        case 17 -> header.integer(blobGasUsed);
        case 18 -> header.integer(excessBlobGas);
        default -> header.hash(Hash.ZERO);
      }
    }
    return header.endList().toBytes();
  }

  private static byte[] eightBytes(long value) {
    byte[] bytes = new byte[8];
    for (int i = 0; i < 8; i++) {
      bytes[i] = (byte) (value >>> (56 - 8 * i));
    }
    return bytes;
  }

  BlockHeader header() {
    return BlockHeader.decode(rawHeader());
  }

  Block block() {
    RlpWriter block = new RlpWriter().beginList().raw(rawHeader());
    block.beginList().raw(joined(transactions)).endList().raw(uncleList());
    if (fieldCount > 16) {
      block.beginList().endList();
    }
    return Block.decode(block.endList().toBytes());
  }
}
