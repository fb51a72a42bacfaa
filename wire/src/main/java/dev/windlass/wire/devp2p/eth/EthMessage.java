package dev.windlass.wire.devp2p.eth;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.Question;
import dev.windlass.wire.network.ForkHash;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;

/** A message of eth/66 and later. Headers, bodies and blocks are raw RLP, which is not copied. */
public sealed interface EthMessage {
  int STATUS = 0x00;
  int NEW_BLOCK_HASHES = 0x01;
  int TRANSACTIONS = 0x02;
  int GET_BLOCK_HEADERS = 0x03;
  int BLOCK_HEADERS = 0x04;
  int GET_BLOCK_BODIES = 0x05;
  int BLOCK_BODIES = 0x06;
  int NEW_BLOCK = 0x07;
  int NEW_POOLED_TRANSACTION_HASHES = 0x08;
  int GET_POOLED_TRANSACTIONS = 0x09;
  int POOLED_TRANSACTIONS = 0x0a;
  int GET_NODE_DATA = 0x0d;
  int NODE_DATA = 0x0e;
  int GET_RECEIPTS = 0x0f;
  int RECEIPTS = 0x10;
  int BLOCK_RANGE_UPDATE = 0x11;

  int code();

  /**
   * The message that asks a question.
   *
   * @throws IllegalArgumentException if the protocol does not have it
   */
  static EthMessage of(long requestId, Question<?> question) {
    if (question instanceof Question.Headers asked) {
      HeaderQuery query = asked.query();
      return new GetBlockHeaders(
          requestId, query.from(), query.fromNumber(), query.count(), 0, true);
    }
    if (question instanceof Question.Bodies asked) {
      return new GetBlockBodies(
          requestId, asked.headers().stream().map(BlockHeader::hash).toList());
    }
    throw new IllegalArgumentException("eth/66 and later do not ask for " + question.label());
  }

  /** Answers a question with raw items. */
  sealed interface Answer extends EthMessage {
    long requestId();

    /** The label of the question's kind. */
    String label();

    List<byte[]> items();
  }

  /** The sender's chain and head, until eth/68. */
  record Status(
      int version,
      long networkId,
      BigInteger totalDifficulty,
      Hash head,
      Hash genesis,
      ForkHash forks)
      implements EthMessage {
    public Status {
      Objects.requireNonNull(totalDifficulty);
      Objects.requireNonNull(head);
      Objects.requireNonNull(genesis);
      Objects.requireNonNull(forks);
    }

    @Override
    public int code() {
      return STATUS;
    }
  }

  /** The sender's chain and block range, since eth/69. */
  record RangeStatus(int version, long networkId, Hash genesis, ForkHash forks, BlockRange range)
      implements EthMessage {
    public RangeStatus {
      Objects.requireNonNull(genesis);
      Objects.requireNonNull(forks);
      Objects.requireNonNull(range);
    }

    @Override
    public int code() {
      return STATUS;
    }
  }

  record NewBlockHashes(List<BlockId> blocks) implements EthMessage {
    public NewBlockHashes {
      blocks = List.copyOf(blocks);
    }

    @Override
    public int code() {
      return NEW_BLOCK_HASHES;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Not copied, see the class.
  record NewBlock(byte[] rawBlock, BigInteger totalDifficulty) implements EthMessage {
    @Override
    public int code() {
      return NEW_BLOCK;
    }
  }

  /**
   * Asks for headers. The first is named by hash, or by number if {@code from} is null.
   *
   * @param fromNumber unsigned
   * @param skip blocks left out between two headers, unsigned
   * @param isReverse towards the genesis
   */
  record GetBlockHeaders(
      long requestId, Hash from, long fromNumber, int count, long skip, boolean isReverse)
      implements EthMessage {
    @Override
    public int code() {
      return GET_BLOCK_HEADERS;
    }
  }

  record BlockHeaders(long requestId, List<byte[]> items) implements Answer {
    @Override
    public String label() {
      return Question.HEADERS;
    }

    @Override
    public int code() {
      return BLOCK_HEADERS;
    }
  }

  record GetBlockBodies(long requestId, List<Hash> hashes) implements EthMessage {
    @Override
    public int code() {
      return GET_BLOCK_BODIES;
    }
  }

  record BlockBodies(long requestId, List<byte[]> items) implements Answer {
    @Override
    public String label() {
      return Question.BODIES;
    }

    @Override
    public int code() {
      return BLOCK_BODIES;
    }
  }

  /** The blocks that the sender serves now. eth/69 only. */
  record BlockRangeUpdate(BlockRange range) implements EthMessage {
    public BlockRangeUpdate {
      Objects.requireNonNull(range);
    }

    @Override
    public int code() {
      return BLOCK_RANGE_UPDATE;
    }
  }

  /**
   * Asks for items that this node does not store: pooled transactions, state or receipts. The
   * answer is empty.
   */
  record Unserved(int code, long requestId) implements EthMessage {
    /** The code of the answer. */
    public int answer() {
      return code + 1;
    }
  }

  /** A message that this node does not use. It is a well-formed list. */
  record Ignored(int code) implements EthMessage {}

  /**
   * The blocks that a node claims to serve, by unsigned numbers. It is a hint, not a bound: after
   * an import of history, geth claims 0 to 0, though it serves that history.
   */
  record BlockRange(long earliest, long latest, Hash latestHash) {
    public BlockRange {
      Objects.requireNonNull(latestHash);
    }

    /**
     * A range of our own. The store may have changed between the reads of its two ends, and nodes
     * disconnect one whose range begins above its end.
     */
    public static BlockRange of(long earliest, BlockId latest) {
      return new BlockRange(Math.min(earliest, latest.number()), latest.number(), latest.hash());
    }
  }
}
