package dev.windlass.chain;

import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.chain.rlp.TrieRoots;
import java.util.ArrayList;
import java.util.List;

/**
 * A header and the body that came with it, as views over raw RLP.
 *
 * <p>A block is well-formed, but not yet proven: {@link BlockRules} check that the body is the one
 * that its header commits to. Immutable as long as its maker does not write to the arrays that it
 * was made from. They are kept, not copied.
 *
 * <pre>
 * block = [header, transactions, uncles, withdrawals?]
 * body  =         [transactions, uncles, withdrawals?]
 * </pre>
 *
 * Withdrawals came with Shanghai. A fourth part is refused, since nothing in the header would prove
 * it.
 */
public final class Block {
  /**
   * The largest block that is accepted from a file or a node. Counts the whole RLP, prefix
   * included.
   *
   * <p>A message has 10 MiB at most. Beside a block it carries the lists of an answer or the total
   * difficulty of an announcement. So every block that is stored can be served in every protocol.
   * EIP-7934 allows blocks of 8 MiB.
   */
  public static final int BYTES_MAX = (10 << 20) - (16 << 10);

  private static final int DEPTH_MAX = 16;

  /**
   * The type of the transaction with which each block of an OP Stack chain begins; no other has it.
   */
  private static final byte DEPOSIT_TYPE = 0x7e;

  private final BlockHeader header;
  private final byte[] bytes;
  private final int bodyAt;
  private final int bodyEnd;
  private final int transactionsAt;
  private final int unclesAt;
  private final int unclesEnd;
  private final int transactionCount;

  /** The body starts at the reader's next item and ends at its end. */
  private Block(BlockHeader header, byte[] bytes, RlpReader parts) {
    this.header = header;
    this.bytes = bytes;
    bodyAt = parts.position();
    RlpReader transactions = parts.list();
    transactionsAt = transactions.position();
    transactionCount = countTransactions(transactions);
    parts.list().checkDeep(DEPTH_MAX);
    unclesAt = parts.itemAt();
    unclesEnd = parts.position();
    if (parts.hasNext()) {
      checkWithdrawals(parts.list());
    }
    parts.end();
    bodyEnd = parts.position();
  }

  private Block(BlockHeader header, Block body) {
    this.header = header;
    bytes = body.bytes;
    bodyAt = body.bodyAt;
    bodyEnd = body.bodyEnd;
    transactionsAt = body.transactionsAt;
    unclesAt = body.unclesAt;
    unclesEnd = body.unclesEnd;
    transactionCount = body.transactionCount;
  }

  private int countTransactions(RlpReader transactions) {
    int count = 0;
    while (transactions.hasNext()) {
      transactions.next();
      if (count == TrieRoots.ITEMS_MAX) {
        throw new RlpException(transactions.itemAt(), "more than " + count + " transactions");
      }
      if (transactions.isList()) {
        new RlpReader(bytes, transactions.payloadAt(), transactions.payloadLength())
            .checkDeep(DEPTH_MAX);
      } else if (transactions.payloadLength() == 0) {
        throw new RlpException(transactions.itemAt(), "a transaction of no bytes");
      }
      count++;
    }
    return count;
  }

  /** Each is {@code [index, validator, address (20), amount]} (EIP-4895). */
  private static void checkWithdrawals(RlpReader withdrawals) {
    while (withdrawals.hasNext()) {
      RlpReader fields = withdrawals.list();
      fields.nextInteger(Long.BYTES);
      fields.nextInteger(Long.BYTES);
      fields.nextString(20);
      fields.nextInteger(Long.BYTES);
      fields.end();
    }
  }

  /**
   * Decodes the block that is the whole array, and hashes its header.
   *
   * @throws RlpException if the array is not a block, or is larger than {@link #BYTES_MAX}
   */
  public static Block decode(byte[] rawBlock) {
    return decodeAnySize(rawBlock).bounded();
  }

  /** The same without the limit of {@link #BYTES_MAX}. */
  public static Block decodeAnySize(byte[] rawBlock) {
    RlpReader parts = parts(rawBlock);
    parts.nextList();
    BlockHeader header = BlockHeader.decode(rawBlock, parts.itemAt(), parts.itemLength());
    return new Block(header, rawBlock, parts);
  }

  /** A block from the store, whose hash is known. It is decoded, not hashed. */
  public static Block trusted(byte[] rawBlock, Hash hash) {
    RlpReader parts = parts(rawBlock);
    parts.nextList();
    BlockHeader header = BlockHeader.trusted(rawBlock, parts.itemAt(), parts.itemLength(), hash);
    return new Block(header, rawBlock, parts);
  }

  /**
   * Joins a header and the body that is the whole array.
   *
   * @throws RlpException if the array is not a body, or the block is larger than {@link #BYTES_MAX}
   */
  public static Block of(BlockHeader header, byte[] rawBody) {
    return ofAnySize(header, rawBody).bounded();
  }

  /** The same without the limit of {@link #BYTES_MAX}. */
  public static Block ofAnySize(BlockHeader header, byte[] rawBody) {
    return new Block(header, rawBody, parts(rawBody));
  }

  private Block bounded() {
    if (isTooLarge()) {
      throw new RlpException(0, tooLarge(size()));
    }
    return this;
  }

  public boolean isTooLarge() {
    return size() > BYTES_MAX;
  }

  /** The reason for which a block of more than {@link #BYTES_MAX} is refused. */
  public static String tooLarge(long size) {
    return "a block of " + size + " bytes; at most " + BYTES_MAX + " are accepted";
  }

  /** The same body under another header. */
  public Block withHeader(BlockHeader other) {
    return new Block(other, this);
  }

  private static RlpReader parts(byte[] raw) {
    RlpReader outer = new RlpReader(raw);
    RlpReader parts = outer.list();
    outer.end();
    return parts;
  }

  public BlockHeader header() {
    return header;
  }

  public BlockId id() {
    return header.id();
  }

  public Hash hash() {
    return header.hash();
  }

  public long number() {
    return header.number();
  }

  public Hash parentHash() {
    return header.parentHash();
  }

  public int transactionCount() {
    return transactionCount;
  }

  public boolean hasWithdrawals() {
    return unclesEnd < bodyEnd;
  }

  /**
   * Whether the header's withdrawals root is independent of the body. The header must have that
   * root. Since Isthmus, an OP Stack chain puts a storage root there and has no withdrawals. The
   * first transaction, which the header commits to, shows whether the block is of an OP Stack
   * chain.
   */
  public boolean hasFreeWithdrawalsRoot() {
    if (transactionCount == 0) {
      return false;
    }
    RlpReader first = new RlpReader(bytes, transactionsAt, unclesAt - transactionsAt);
    first.next();
    return !first.isList() && bytes[first.payloadAt()] == DEPOSIT_TYPE && bodyEnd - unclesEnd == 1;
  }

  public boolean hasUncles() {
    return unclesEnd - unclesAt > 1;
  }

  /**
   * The headers of its uncles, hashed.
   *
   * @throws RlpException if one is not a header
   */
  public List<BlockHeader> uncles() {
    List<BlockHeader> uncles = new ArrayList<>();
    RlpReader items = new RlpReader(bytes, unclesAt, unclesEnd - unclesAt).list();
    while (items.hasNext()) {
      items.next();
      uncles.add(BlockHeader.decode(bytes, items.itemAt(), items.itemLength()));
    }
    return uncles;
  }

  /** A new cursor over its transactions. */
  public TransactionReader transactions() {
    return new TransactionReader(bytes, transactionsAt, unclesAt - transactionsAt);
  }

  /** Length of the whole block's RLP in bytes. */
  public int size() {
    int payload = header.size() + bodyEnd - bodyAt;
    return RlpWriter.prefixLength(payload) + payload;
  }

  /** The whole block's RLP, copied. */
  public byte[] rawBlock() {
    int payload = header.size() + bodyEnd - bodyAt;
    int prefix = RlpWriter.prefixLength(payload);
    byte[] raw = new byte[prefix + payload];
    RlpWriter.writePrefix(raw, 0, 0xc0, payload);
    header.writeTo(raw, prefix);
    System.arraycopy(bytes, bodyAt, raw, prefix + header.size(), bodyEnd - bodyAt);
    return raw;
  }

  /** The body's RLP, copied. */
  public byte[] rawBody() {
    int payload = bodyEnd - bodyAt;
    int prefix = RlpWriter.prefixLength(payload);
    byte[] raw = new byte[prefix + payload];
    RlpWriter.writePrefix(raw, 0, 0xc0, payload);
    System.arraycopy(bytes, bodyAt, raw, prefix, payload);
    return raw;
  }

  /** Adds the list of its transactions, and then that of its withdrawals if it has them. */
  void addTries(TrieRoots tries) {
    tries.add(bytes, transactionsAt, unclesAt - transactionsAt);
    if (hasWithdrawals()) {
      RlpReader part = new RlpReader(bytes, unclesEnd, bodyEnd - unclesEnd);
      part.nextList();
      tries.add(bytes, part.payloadAt(), part.payloadLength());
    }
  }

  Hash computeUnclesHash() {
    return unclesEnd - unclesAt == 1
        ? Keccak.EMPTY_LIST
        : Keccak.hash(bytes, unclesAt, unclesEnd - unclesAt);
  }

  /** Blocks are equal if their hashes are. That is sound once their bodies have been checked. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Block that && header.equals(that.header);
  }

  @Override
  public int hashCode() {
    return header.hashCode();
  }

  @Override
  public String toString() {
    return header.toString();
  }
}
