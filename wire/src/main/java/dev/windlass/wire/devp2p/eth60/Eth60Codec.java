package dev.windlass.wire.devp2p.eth60;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.wire.devp2p.eth60.Eth60Message.BlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Blocks;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashesFromNumber;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlocks;
import dev.windlass.wire.devp2p.eth60.Eth60Message.NewBlock;
import dev.windlass.wire.devp2p.eth60.Eth60Message.NewBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Status;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Transactions;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of eth/60 and eth/61 messages: strict RLP, one list each, without snappy (source: the
 * Ethereum Wire Protocol of 2015).
 *
 * <p>Stateless. Numbers and counts may have any 64-bit value. The code counts from 0 within the
 * protocol. The connection adds its offset.
 *
 * <pre>
 * 0 Status            [protocol version, network id, total difficulty, head hash, genesis hash]
 * 1 NewBlockHashes    [hash, ...]
 * 2 Transactions      [transaction, ...]
 * 3 GetBlockHashes    [hash, count]
 * 4 BlockHashes       [hash, ...]
 * 5 GetBlocks         [hash, ...]
 * 6 Blocks            [block, ...]              block = [header, transactions, uncles]
 * 7 NewBlock          [block, total difficulty]
 * 8 GetBlockHashesFromNumber  [number, count]   eth/61 only
 * </pre>
 */
public final class Eth60Codec {
  /** A longer message ends the connection. */
  public static final int MESSAGE_BYTES_MAX = 10 << 20;

  /** Twice as many as were ever served. A decoded item of one byte takes fifty bytes of memory. */
  static final int HASHES_MAX = 4_096;

  /** Servers of 2015 send 128 at most. The rest is leeway. */
  static final int BLOCKS_MAX = 1_024;

  /**
   * No implementation limits these, but the size of a message does, since each has a hundred bytes
   * or more.
   */
  static final int TRANSACTIONS_MAX = 1 << 16;

  private static final int TOTAL_DIFFICULTY_BYTES_MAX = 32;

  private Eth60Codec() {}

  /**
   * Decodes a message from the whole array.
   *
   * @throws RlpException if it does not have the form of its code, is not canonical, or is too long
   * @throws IllegalArgumentException if no message has this code
   */
  public static Eth60Message decode(int code, byte[] payload) {
    if (payload.length > MESSAGE_BYTES_MAX) {
      throw new RlpException(
          0,
          "a message of "
              + payload.length
              + " bytes; at most "
              + MESSAGE_BYTES_MAX
              + " are allowed");
    }
    RlpReader outer = new RlpReader(payload);
    RlpReader fields = outer.list();
    outer.end();
    Eth60Message message =
        switch (code) {
          case 0 ->
              new Status(
                  fields.unsignedLong(),
                  fields.unsignedLong(),
                  totalDifficulty(fields),
                  fields.hash(),
                  fields.hash());
          case 1 -> new NewBlockHashes(hashes(fields));
          case 2 -> new Transactions(items(fields, TRANSACTIONS_MAX));
          case 3 -> new GetBlockHashes(fields.hash(), fields.unsignedLong());
          case 4 -> new BlockHashes(hashes(fields));
          case 5 -> new GetBlocks(firstHashes(fields));
          case 6 -> new Blocks(items(fields, BLOCKS_MAX));
          case 7 ->
              new NewBlock(Block.decode(fields.item(Block.BYTES_MAX)), totalDifficulty(fields));
          case 8 -> new GetBlockHashesFromNumber(fields.unsignedLong(), fields.unsignedLong());
          default -> throw new IllegalArgumentException("no message has the code " + code);
        };
    fields.end();
    return message;
  }

  private static BigInteger totalDifficulty(RlpReader fields) {
    return fields.integer(TOTAL_DIFFICULTY_BYTES_MAX);
  }

  private static List<Hash> hashes(RlpReader fields) {
    List<Hash> hashes = new ArrayList<>();
    while (fields.hasNext()) {
      checkCount(fields, hashes.size(), HASHES_MAX);
      hashes.add(fields.hash());
    }
    return hashes;
  }

  /** Hashes beyond the limit are checked and left out, since far fewer are answered. */
  private static List<Hash> firstHashes(RlpReader fields) {
    List<Hash> hashes = new ArrayList<>();
    while (fields.hasNext() && hashes.size() < HASHES_MAX) {
      hashes.add(fields.hash());
    }
    while (fields.hasNext()) {
      fields.nextString(Hash.BYTES);
    }
    return hashes;
  }

  private static void checkCount(RlpReader fields, int count, int max) {
    if (count >= max) {
      throw new RlpException(fields.position(), "more than " + max + " items");
    }
  }

  /** Lists, each copied whole. */
  private static List<byte[]> items(RlpReader fields, int max) {
    List<byte[]> items = new ArrayList<>();
    while (fields.hasNext()) {
      checkCount(fields, items.size(), max);
      if (!fields.nextIsList()) {
        throw new RlpException(fields.position(), "a string instead of a list");
      }
      items.add(fields.item(Block.BYTES_MAX));
    }
    return items;
  }

  /** The payload of the message, canonical. */
  public static byte[] encode(Eth60Message message) {
    RlpWriter payload = new RlpWriter().beginList();
    message.writeFields(payload);
    return payload.endList().toBytes();
  }
}
