package dev.windlass.wire.devp2p.eth60;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.rlp.RlpWriter;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;

/**
 * One message of eth/60 or eth/61, decoded but not judged. {@link Eth60Codec} draws its bytes.
 *
 * <p>Blocks and transactions of a list stay raw. They are judged later, by the question that asked
 * for them.
 */
public sealed interface Eth60Message {
  /** Its number within the subprotocol. */
  int code();

  /**
   * The message that asks a question.
   *
   * @throws IllegalArgumentException if the protocol does not have it
   */
  static Eth60Message of(Question<?> question) {
    if (question instanceof Question.Hashes asked) {
      return new GetBlockHashes(asked.from(), asked.size());
    }
    if (question instanceof Question.Blocks asked) {
      return new GetBlocks(asked.hashes());
    }
    throw new IllegalArgumentException("eth/60 and eth/61 do not ask for " + question.label());
  }

  /** Answers a question with raw items. */
  sealed interface Answer extends Eth60Message {
    /** The label of the question's kind. */
    String label();

    List<byte[]> items();
  }

  /** Writes the fields of the message's list. */
  void writeFields(RlpWriter payload);

  /**
   * The first message of each end.
   *
   * @param protocolVersion 60 or 61
   * @param headHash the newest block of its sender
   */
  record Status(
      long protocolVersion,
      long networkId,
      BigInteger totalDifficulty,
      Hash headHash,
      Hash genesisHash)
      implements Eth60Message {
    public Status {
      Objects.requireNonNull(totalDifficulty);
      Objects.requireNonNull(headHash);
      Objects.requireNonNull(genesisHash);
    }

    @Override
    public int code() {
      return 0;
    }

    @Override
    public void writeFields(RlpWriter payload) {
      payload.integer(protocolVersion).integer(networkId).integer(totalDifficulty);
      payload.hash(headHash).hash(genesisHash);
    }
  }

  /** Announces blocks. The last one is the sender's head. */
  record NewBlockHashes(List<Hash> hashes) implements Eth60Message {
    public NewBlockHashes {
      hashes = List.copyOf(hashes);
    }

    @Override
    public int code() {
      return 1;
    }

    @Override
    public void writeFields(RlpWriter payload) {
      hashes.forEach(payload::hash);
    }
  }

  /** Forwards pending transactions, each as RLP. */
  record Transactions(List<byte[]> rawTransactions) implements Eth60Message {
    public Transactions {
      rawTransactions = List.copyOf(rawTransactions);
    }

    @Override
    public int code() {
      return 2;
    }

    @Override
    public void writeFields(RlpWriter payload) {
      rawTransactions.forEach(payload::raw);
    }
  }

  /**
   * Asks for the hashes before a block, newest first: its parent's, and so on.
   *
   * @param countMax unsigned; servers answer with 2048 at most
   */
  record GetBlockHashes(Hash from, long countMax) implements Eth60Message {
    public GetBlockHashes {
      Objects.requireNonNull(from);
    }

    @Override
    public int code() {
      return 3;
    }

    @Override
    public void writeFields(RlpWriter payload) {
      payload.hash(from).integer(countMax);
    }
  }

  /** Answers {@link GetBlockHashes} and {@link GetBlockHashesFromNumber}. */
  record BlockHashes(List<Hash> hashes) implements Answer {
    @Override
    public String label() {
      return Question.HASHES;
    }

    @Override
    public List<byte[]> items() {
      return Question.Hashes.raw(hashes);
    }

    public BlockHashes {
      hashes = List.copyOf(hashes);
    }

    @Override
    public int code() {
      return 4;
    }

    @Override
    public void writeFields(RlpWriter payload) {
      hashes.forEach(payload::hash);
    }
  }

  /** Asks for whole blocks; servers answer with 128 or 2 MiB at most, and skip what they lack. */
  record GetBlocks(List<Hash> hashes) implements Eth60Message {
    public GetBlocks {
      hashes = List.copyOf(hashes);
    }

    @Override
    public int code() {
      return 5;
    }

    @Override
    public void writeFields(RlpWriter payload) {
      hashes.forEach(payload::hash);
    }
  }

  /** Answers {@link GetBlocks}, each block as RLP. */
  record Blocks(List<byte[]> items) implements Answer {
    @Override
    public String label() {
      return Question.BLOCKS;
    }

    public Blocks {
      items = List.copyOf(items);
    }

    @Override
    public int code() {
      return 6;
    }

    @Override
    public void writeFields(RlpWriter payload) {
      items.forEach(payload::raw);
    }
  }

  /**
   * Announces a whole block.
   *
   * @param totalDifficulty of the chain up to this block, as its sender claims
   */
  record NewBlock(Block block, BigInteger totalDifficulty) implements Eth60Message {
    public NewBlock {
      Objects.requireNonNull(block);
      Objects.requireNonNull(totalDifficulty);
    }

    @Override
    public int code() {
      return 7;
    }

    @Override
    public void writeFields(RlpWriter payload) {
      payload.raw(block.rawBlock()).integer(totalDifficulty);
    }
  }

  /** Asks for hashes upwards, the number itself first, both unsigned; eth/61 only. */
  record GetBlockHashesFromNumber(long number, long countMax) implements Eth60Message {
    @Override
    public int code() {
      return 8;
    }

    @Override
    public void writeFields(RlpWriter payload) {
      payload.integer(number).integer(countMax);
    }
  }
}
