package dev.windlass.wire.devp2p.eth;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockBodies;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockHeaders;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRangeUpdate;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockBodies;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockHeaders;
import dev.windlass.wire.devp2p.eth.EthMessage.Ignored;
import dev.windlass.wire.devp2p.eth.EthMessage.NewBlock;
import dev.windlass.wire.devp2p.eth.EthMessage.NewBlockHashes;
import dev.windlass.wire.devp2p.eth.EthMessage.RangeStatus;
import dev.windlass.wire.devp2p.eth.EthMessage.Status;
import dev.windlass.wire.devp2p.eth.EthMessage.Unserved;
import dev.windlass.wire.network.ForkHash;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The messages of eth/66 to eth/69 as bytes.
 *
 * <pre>
 * 0x00 Status             66-68  [version, network id, total difficulty, head (32), genesis (32),
 *                                 [fork checksum (4), next fork]]
 *                         69     [version, network id, genesis (32), [fork checksum (4), next fork],
 *                                 earliest, latest, latest hash (32)]
 * 0x01 NewBlockHashes     66-68  [[hash (32), number], ...]
 * 0x03 GetBlockHeaders           [request id, [hash (32) or number, count, skip, reverse 0 or 1]]
 * 0x04 BlockHeaders              [request id, [header, ...]]
 * 0x05 GetBlockBodies            [request id, [hash (32), ...]]
 * 0x06 BlockBodies               [request id, [body, ...]]
 * 0x07 NewBlock           66-68  [[header, transactions, uncles, ...], total difficulty]
 * 0x11 BlockRangeUpdate   69     [earliest, latest, latest hash (32)]
 *
 * 0x09 GetPooledTransactions, 0x0d GetNodeData, 0x0f GetReceipts
 *                                [request id, ...], answered under the next code: [request id, []]
 * any other                      [...], ignored
 * </pre>
 *
 * <p>Numbers of blocks, counts, skips and request ids may have any 64-bit value. Any other form is
 * an {@link RlpException} with its offset. Lists are bounded before their items are read. In a list
 * of hashes asked for, or of announced blocks, items beyond the limit are checked and left out. An
 * answer beyond the limit is refused, since no question asks for so much. A block announced at a
 * number of 2^63 or more is left out. Source: devp2p's eth.md; EIP-2481 (request ids), EIP-7642
 * (eth/69).
 */
public final class EthCodec {
  /**
   * Four times as many as are served at once. A decoded item of one byte takes fifty bytes of
   * memory.
   */
  static final int ITEMS_MAX = 4_096;

  private static final int LIST = 0xc0;
  private static final int LONG_LIST = 0xf8;
  private static final int FORK_CHECKSUM_BYTES = 4;
  private static final int DIFFICULTY_BYTES_MAX = 32;
  private static final int HEADER_BYTES_MAX = 1 << 20;
  private static final int BODY_BYTES_MAX = 10 << 20;

  private final int version;

  public EthCodec(int version) {
    if (version < 66 || version > 69) {
      throw new IllegalArgumentException("eth/" + version);
    }
    this.version = version;
  }

  public int version() {
    return version;
  }

  public EthMessage decode(int code, byte[] payload) {
    RlpReader whole = new RlpReader(payload);
    RlpReader fields = whole.list();
    whole.end();
    EthMessage message = decode(code, payload, fields);
    boolean isReadWhole = !(message instanceof Unserved) && !(message instanceof Ignored);
    if (isReadWhole) {
      fields.end();
    }
    return message;
  }

  private EthMessage decode(int code, byte[] payload, RlpReader fields) {
    return switch (code) {
      case EthMessage.STATUS -> version >= 69 ? rangeStatus(fields) : status(fields);
      case EthMessage.NEW_BLOCK_HASHES -> new NewBlockHashes(blockIds(fields));
      case EthMessage.GET_BLOCK_HEADERS -> getBlockHeaders(payload, fields);
      case EthMessage.BLOCK_HEADERS ->
          new BlockHeaders(fields.unsignedLong(), items(fields.list(), HEADER_BYTES_MAX));
      case EthMessage.GET_BLOCK_BODIES ->
          new GetBlockBodies(fields.unsignedLong(), hashes(fields.list()));
      case EthMessage.BLOCK_BODIES ->
          new BlockBodies(fields.unsignedLong(), items(fields.list(), BODY_BYTES_MAX));
      case EthMessage.NEW_BLOCK ->
          new NewBlock(fields.item(BODY_BYTES_MAX), fields.integer(DIFFICULTY_BYTES_MAX));
      case EthMessage.BLOCK_RANGE_UPDATE -> new BlockRangeUpdate(range(fields));
      case EthMessage.GET_POOLED_TRANSACTIONS, EthMessage.GET_NODE_DATA, EthMessage.GET_RECEIPTS ->
          new Unserved(code, fields.unsignedLong());
      default -> new Ignored(code);
    };
  }

  /**
   * The kind of question that a message of this code answers. Empty if this node uses no such
   * answer.
   */
  public static Optional<String> answered(int code) {
    return switch (code) {
      case EthMessage.BLOCK_HEADERS -> Optional.of(Question.HEADERS);
      case EthMessage.BLOCK_BODIES -> Optional.of(Question.BODIES);
      default -> Optional.empty();
    };
  }

  /**
   * The request id of an answer, from its first bytes.
   *
   * @return empty for any other message, and if the bytes do not begin as such an answer does
   */
  public OptionalLong requestId(int code, byte[] beginning) {
    if (answered(code).isEmpty() || !isList(beginning)) {
      return OptionalLong.empty();
    }
    int first = beginning[0] & 0xff;
    int idAt = first < LONG_LIST ? 1 : 1 + first - LONG_LIST + 1;
    try {
      return OptionalLong.of(
          new RlpReader(beginning, idAt, beginning.length - idAt).unsignedLong());
    } catch (RlpException | IndexOutOfBoundsException e) {
      // The whole message will be refused when it is decoded.
      return OptionalLong.empty();
    }
  }

  /** Whether a message that begins with these bytes is ignored. */
  public boolean isIgnored(int code, byte[] beginning) {
    return isList(beginning)
        && switch (code) {
          case EthMessage.STATUS,
              EthMessage.NEW_BLOCK_HASHES,
              EthMessage.GET_BLOCK_HEADERS,
              EthMessage.BLOCK_HEADERS,
              EthMessage.GET_BLOCK_BODIES,
              EthMessage.BLOCK_BODIES,
              EthMessage.NEW_BLOCK,
              EthMessage.BLOCK_RANGE_UPDATE,
              EthMessage.GET_POOLED_TRANSACTIONS,
              EthMessage.GET_NODE_DATA,
              EthMessage.GET_RECEIPTS ->
              false;
          default -> true;
        };
  }

  private static boolean isList(byte[] beginning) {
    return beginning.length > 0 && (beginning[0] & 0xff) >= LIST;
  }

  private Status status(RlpReader fields) {
    int said = version(fields);
    long networkId = fields.unsignedLong();
    BigInteger difficulty = fields.integer(DIFFICULTY_BYTES_MAX);
    Hash head = fields.hash();
    Hash genesis = fields.hash();
    return new Status(said, networkId, difficulty, head, genesis, forks(fields));
  }

  private RangeStatus rangeStatus(RlpReader fields) {
    int said = version(fields);
    long networkId = fields.unsignedLong();
    Hash genesis = fields.hash();
    return new RangeStatus(said, networkId, genesis, forks(fields), range(fields));
  }

  private static int version(RlpReader fields) {
    int at = fields.position();
    long said = fields.unsignedLong();
    if (said < 0 || said > 0xffff) {
      throw new RlpException(at, "version " + Long.toUnsignedString(said));
    }
    return (int) said;
  }

  private static ForkHash forks(RlpReader status) {
    RlpReader fields = status.list();
    int at = fields.position();
    byte[] checksum = fields.string(FORK_CHECKSUM_BYTES);
    if (checksum.length != FORK_CHECKSUM_BYTES) {
      throw new RlpException(at, "a fork checksum of " + checksum.length + " bytes");
    }
    int value = 0;
    for (byte b : checksum) {
      value = value << 8 | (b & 0xff);
    }
    ForkHash forks = new ForkHash(value, fields.unsignedLong());
    fields.end();
    return forks;
  }

  private static BlockRange range(RlpReader fields) {
    int at = fields.position();
    long earliest = fields.unsignedLong();
    long latest = fields.unsignedLong();
    if (Long.compareUnsigned(earliest, latest) > 0) {
      throw new RlpException(
          at,
          "a range from "
              + Long.toUnsignedString(earliest)
              + " to "
              + Long.toUnsignedString(latest));
    }
    return new BlockRange(earliest, latest, fields.hash());
  }

  private static List<BlockId> blockIds(RlpReader fields) {
    List<BlockId> blocks = new ArrayList<>();
    while (fields.hasNext()) {
      RlpReader pair = fields.list();
      Hash hash = pair.hash();
      long number = pair.unsignedLong();
      pair.end();
      if (number >= 0 && blocks.size() < ITEMS_MAX) {
        blocks.add(new BlockId(number, hash));
      }
    }
    return blocks;
  }

  private static void checkCount(RlpReader fields, int count) {
    if (count >= ITEMS_MAX) {
      throw new RlpException(fields.position(), "more than " + ITEMS_MAX + " items");
    }
  }

  private static GetBlockHeaders getBlockHeaders(byte[] payload, RlpReader fields) {
    long requestId = fields.unsignedLong();
    RlpReader query = fields.list();
    query.nextString();
    RlpReader origin = new RlpReader(payload, query.itemAt(), query.itemLength());
    boolean isByHash = query.payloadLength() == Hash.BYTES;
    Hash from = isByHash ? origin.hash() : null;
    long number = isByHash ? -1 : origin.unsignedLong();
    long count = query.unsignedLong();
    long skip = query.unsignedLong();
    int at = query.position();
    long reverse = query.unsignedLong();
    if (reverse != 0 && reverse != 1) {
      throw new RlpException(at, "reverse is " + Long.toUnsignedString(reverse) + ", not 0 or 1");
    }
    query.end();
    int asked = (int) Math.min(Integer.MAX_VALUE, count < 0 ? Integer.MAX_VALUE : count);
    return new GetBlockHeaders(requestId, from, number, asked, skip, reverse == 1);
  }

  private static List<Hash> hashes(RlpReader list) {
    List<Hash> hashes = new ArrayList<>();
    while (list.hasNext() && hashes.size() < ITEMS_MAX) {
      hashes.add(list.hash());
    }
    while (list.hasNext()) {
      list.nextString(Hash.BYTES);
    }
    return hashes;
  }

  private static List<byte[]> items(RlpReader list, int bytesMax) {
    List<byte[]> items = new ArrayList<>();
    while (list.hasNext()) {
      checkCount(list, items.size());
      items.add(list.item(bytesMax));
    }
    return items;
  }

  public byte[] encode(EthMessage message) {
    RlpWriter rlp = new RlpWriter();
    if (message instanceof Status status) {
      write(rlp, status);
    } else if (message instanceof RangeStatus status) {
      write(rlp, status);
    } else if (message instanceof NewBlockHashes announced) {
      rlp.beginList();
      for (BlockId block : announced.blocks()) {
        rlp.beginList().hash(block.hash()).integer(block.number()).endList();
      }
      rlp.endList();
    } else if (message instanceof NewBlock announced) {
      rlp.beginList().raw(announced.rawBlock()).integer(announced.totalDifficulty()).endList();
    } else if (message instanceof GetBlockHeaders asked) {
      write(rlp, asked);
    } else if (message instanceof GetBlockBodies asked) {
      rlp.beginList().integer(asked.requestId()).beginList();
      asked.hashes().forEach(rlp::hash);
      rlp.endList().endList();
    } else if (message instanceof EthMessage.Answer answer) {
      write(rlp, answer.requestId(), answer.items());
    } else if (message instanceof BlockRangeUpdate update) {
      write(rlp.beginList(), update.range()).endList();
    } else {
      throw new IllegalArgumentException("not a message to send: " + message);
    }
    return rlp.toBytes();
  }

  /** The empty answer to a request for items that this node does not store. */
  public byte[] encodeNothing(Unserved asked) {
    RlpWriter rlp = new RlpWriter();
    return rlp.beginList().integer(asked.requestId()).beginList().endList().endList().toBytes();
  }

  private static void write(RlpWriter rlp, Status status) {
    rlp.beginList().integer(status.version()).integer(status.networkId());
    rlp.integer(status.totalDifficulty()).hash(status.head()).hash(status.genesis());
    write(rlp, status.forks()).endList();
  }

  private static void write(RlpWriter rlp, RangeStatus status) {
    rlp.beginList().integer(status.version()).integer(status.networkId());
    write(rlp.hash(status.genesis()), status.forks());
    write(rlp, status.range()).endList();
  }

  private static RlpWriter write(RlpWriter rlp, ForkHash forks) {
    int sum = forks.checksum();
    byte[] checksum = {(byte) (sum >> 24), (byte) (sum >> 16), (byte) (sum >> 8), (byte) sum};
    return rlp.beginList().string(checksum).integer(forks.next()).endList();
  }

  private static RlpWriter write(RlpWriter rlp, BlockRange range) {
    return rlp.integer(range.earliest()).integer(range.latest()).hash(range.latestHash());
  }

  private static void write(RlpWriter rlp, GetBlockHeaders asked) {
    rlp.beginList().integer(asked.requestId()).beginList();
    if (asked.from() != null) {
      rlp.hash(asked.from());
    } else {
      rlp.integer(asked.fromNumber());
    }
    rlp.integer(asked.count()).integer(asked.skip());
    rlp.integer(asked.isReverse() ? 1 : 0).endList().endList();
  }

  private static void write(RlpWriter rlp, long requestId, List<byte[]> items) {
    rlp.beginList().integer(requestId).beginList();
    items.forEach(rlp::raw);
    rlp.endList().endList();
  }
}
