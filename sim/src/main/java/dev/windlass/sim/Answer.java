package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.ReplyJudge;
import java.util.List;

/**
 * What a peer answers, not judged yet.
 *
 * @param ticket of the question that it claims to answer
 * @param atNanos when it arrives
 * @param hashes the answer to a question for hashes, else empty
 * @param items headers, blocks or bodies in RLP, else empty
 */
public record Answer(
    Question question, long ticket, long atNanos, List<Hash> hashes, List<byte[]> items) {

  /** Takes a delivery, once it is judged. */
  public interface Receiver {
    void onHashes(long ticket, Delivery<Hash> delivery);

    void onHeaders(long ticket, Delivery<BlockHeader> delivery);

    void onBlocks(long ticket, Delivery<Block> delivery);
  }

  /** A judged answer that waits to be handed over. */
  @FunctionalInterface
  public interface Judged {
    void handTo(Receiver receiver);
  }

  /** Judges the answer as a connection would; the work of the thread that calls. */
  public Judged judge() {
    if (question instanceof Question.Hashes asked) {
      Delivery<Hash> delivery = ReplyJudge.hashes(asked.max(), hashes);
      return receiver -> receiver.onHashes(ticket, delivery);
    }
    if (question instanceof Question.Headers asked) {
      Delivery<BlockHeader> delivery = ReplyJudge.headers(asked.query(), items);
      return receiver -> receiver.onHeaders(ticket, delivery);
    }
    Delivery<Block> delivery =
        question instanceof Question.Blocks asked
            ? ReplyJudge.blocks(asked.hashes(), items)
            : ReplyJudge.bodies(((Question.Bodies) question).headers(), items);
    return receiver -> receiver.onBlocks(ticket, delivery);
  }
}
