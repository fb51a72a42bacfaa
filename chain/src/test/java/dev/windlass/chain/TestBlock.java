package dev.windlass.chain;

import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.chain.rlp.TrieRoots;
import java.util.ArrayList;
import java.util.List;

/** A builder of blocks. A block is valid unless a test changes it. */
public final class TestBlock {
  public long number = 1;
  Hash parent = Hash.ofLongs(9, 9, 9, 9);
  int fieldCount = 15;
  long difficulty = 131_072;
  byte[] extra = new byte[0];
  public final List<byte[]> transactions = new ArrayList<>();
  final List<byte[]> uncles = new ArrayList<>();
  List<byte[]> withdrawals;
  Hash stateRoot = Hash.ofLongs(4, 4, 4, 4);
  long timestamp = 1_438_269_988L;
  Hash transactionsRoot;
  Hash unclesHash;
  Hash withdrawalsRoot;

  public static TestBlock after(Block parent) {
    TestBlock block = new TestBlock();
    block.number = parent.number() + 1;
    block.parent = parent.hash();
    return block;
  }

  public TestBlock number(long newNumber) {
    number = newNumber;
    return this;
  }

  public TestBlock parent(Hash newParent) {
    parent = newParent;
    return this;
  }

  /** Blocks of different branches differ, even if all else of them is the same. */
  public TestBlock branch(long branch) {
    stateRoot = Hash.ofLongs(branch, 4, 4, 4);
    return this;
  }

  public TestBlock difficulty(long newDifficulty) {
    difficulty = newDifficulty;
    return this;
  }

  public TestBlock timestamp(long seconds) {
    timestamp = seconds;
    return this;
  }

  /** Extra data of so many bytes, which may be more than the protocol allows. */
  public TestBlock extraBytes(int count) {
    extra = new byte[count];
    return this;
  }

  public TestBlock extra(int... bytes) {
    extra = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      extra[i] = (byte) bytes[i];
    }
    return this;
  }

  /** A list of one field in the place of a legacy transaction. */
  public TestBlock transaction(long nonce) {
    transactions.add(
        new RlpWriter().beginList().integer(nonce).string(new byte[40]).endList().toBytes());
    return this;
  }

  /** So many transactions, each of a nonce of its own. */
  public TestBlock transactions(int count) {
    for (int nonce = 0; nonce < count; nonce++) {
      transaction(nonce);
    }
    return this;
  }

  /** A string of so many bytes in the place of a transaction. */
  public TestBlock transactionOf(int bytes) {
    transactions.add(new RlpWriter().string(new byte[bytes]).toBytes());
    return this;
  }

  TestBlock typedTransaction(int type, long nonce) {
    byte[] payload =
        new RlpWriter()
            .raw(new byte[] {(byte) type})
            .beginList()
            .integer(nonce)
            .string(new byte[70])
            .endList()
            .toBytes();
    transactions.add(new RlpWriter().string(payload).toBytes());
    return this;
  }

  public TestBlock withdrawal(long index) {
    if (withdrawals == null) {
      withdrawals = new ArrayList<>();
    }
    withdrawals.add(
        new RlpWriter()
            .beginList()
            .integer(index)
            .integer(7)
            .string(new byte[20])
            .integer(100)
            .endList()
            .toBytes());
    return this;
  }

  public TestBlock fields(int count) {
    fieldCount = count;
    if (count > 16 && withdrawals == null) {
      withdrawals = new ArrayList<>();
    }
    return this;
  }

  private static byte[] join(List<byte[]> items) {
    RlpWriter writer = new RlpWriter();
    items.forEach(writer::raw);
    return writer.toBytes();
  }

  private static byte[] list(List<byte[]> items) {
    return new RlpWriter().beginList().raw(join(items)).endList().toBytes();
  }

  private static Hash root(List<byte[]> items) {
    byte[] payload = join(items);
    return TrieRoots.of(payload, 0, payload.length);
  }

  /** The header's fields, each as RLP. */
  List<byte[]> headerFields() {
    Hash uncleRoot = unclesHash != null ? unclesHash : Keccak.hash(list(uncles));
    Hash transactionRoot = transactionsRoot != null ? transactionsRoot : root(transactions);
    List<byte[]> fields = new ArrayList<>();
    fields.add(new RlpWriter().hash(parent).toBytes());
    fields.add(new RlpWriter().hash(uncleRoot).toBytes());
    fields.add(new RlpWriter().string(new byte[20]).toBytes());
    fields.add(new RlpWriter().hash(stateRoot).toBytes());
    fields.add(new RlpWriter().hash(transactionRoot).toBytes());
    fields.add(new RlpWriter().hash(Hash.ofLongs(6, 6, 6, 6)).toBytes());
    fields.add(new RlpWriter().string(new byte[256]).toBytes());
    fields.add(new RlpWriter().integer(difficulty).toBytes());
    fields.add(new RlpWriter().integer(number).toBytes());
    fields.add(new RlpWriter().integer(5000).toBytes());
    fields.add(new RlpWriter().integer(21_000).toBytes());
    fields.add(new RlpWriter().integer(timestamp).toBytes());
    fields.add(new RlpWriter().string(extra).toBytes());
    fields.add(new RlpWriter().hash(Hash.ofLongs(8, 8, 8, 8)).toBytes());
    fields.add(new RlpWriter().string(new byte[8]).toBytes());
    for (int field = 15; field < fieldCount; field++) {
      fields.add(laterField(field));
    }
    return fields;
  }

  private byte[] laterField(int field) {
    return switch (field) {
      case 15 -> new RlpWriter().integer(1_000_000_000).toBytes();
      case 16 ->
          new RlpWriter()
              .hash(withdrawalsRoot != null ? withdrawalsRoot : root(withdrawals))
              .toBytes();
      case 17, 18 -> new RlpWriter().integer(131_072).toBytes();
      case 19, 20 -> new RlpWriter().hash(Hash.ofLongs(field, 0, 0, 0)).toBytes();
      default -> new RlpWriter().string(new byte[field]).toBytes();
    };
  }

  byte[] rawHeader() {
    return list(headerFields());
  }

  public byte[] rawBody() {
    List<byte[]> parts = new ArrayList<>(List.of(list(transactions), list(uncles)));
    if (withdrawals != null) {
      parts.add(list(withdrawals));
    }
    return list(parts);
  }

  public byte[] raw() {
    List<byte[]> parts = new ArrayList<>(List.of(rawHeader(), list(transactions), list(uncles)));
    if (withdrawals != null) {
      parts.add(list(withdrawals));
    }
    return list(parts);
  }

  public Block block() {
    return Block.decode(raw());
  }

  static byte[] listOf(List<byte[]> items) {
    return list(items);
  }
}
