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

/**
 * A message of eth/66 and later. Headers, bodies and blocks are their RLP as it came, handed over
 * and not copied.
 */
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

  /** Answers a question, by raw items. */
  sealed interface Answer extends EthMessage {
    long requestId();

    /** The label of the question's kind. */
    String label();

    List<byte[]> items();
  }

  /** What the sender is at, until eth/68. */
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

  /** What the sender is at, since eth/69. */
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

  @SuppressWarnings("ArrayRecordComponent") // Handed over, see the class.
  record NewBlock(byte[] rawBlock, BigInteger totalDifficulty) implements EthMessage {
    @Override
    public int code() {
      return NEW_BLOCK;
    }
  }

  /**
   * Asks for headers from one that is named by hash or, where {@code from} is null, by number.
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

  /** What the sender serves now; eth/69. */
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
   * Asks for something that we do not keep: transactions of the pool, state, receipts. It is due an
   * empty answer.
   */
  record Unserved(int code, long requestId) implements EthMessage {
    /** The code of the answer. */
    public int answer() {
      return code + 1;
    }
  }

  /** Something that we have no use for, well-formed as a list. */
  record Ignored(int code) implements EthMessage {}

  /**
   * The blocks that a node says it serves, by unsigned numbers. A hint and no bound: geth says 0 to
   * 0 after an import of history that it serves.
   */
  record BlockRange(long earliest, long latest, Hash latestHash) {
    public BlockRange {
      Objects.requireNonNull(latestHash);
    }
  }
}
