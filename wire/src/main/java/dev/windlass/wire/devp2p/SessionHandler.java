package dev.windlass.wire.devp2p;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import io.vertx.core.Future;
import java.math.BigInteger;
import java.util.List;

/**
 * Receives what the other end of a session sends, whatever its protocol. Called on any thread, one
 * call at a time.
 */
public interface SessionHandler {
  /** The other end announces its newest block. */
  void onHead(Head head);

  /** The other end has announced these blocks by their hashes, its newest one among them. */
  default void onAnnounced(List<Hash> hashes) {}

  /** The other end announces its newest block whole. Nothing of the block is proven. */
  default void onNewBlock(Block block, BigInteger totalDifficulty) {
    onHead(Head.of(block, totalDifficulty));
  }

  /**
   * Done once all messages so far are handled. Only one more message is delivered before that, and
   * no other is read.
   */
  default Future<Void> dealtWith() {
    return Future.succeededFuture();
  }

  /**
   * The other end asks a question, which is answered next.
   *
   * @param items how many it asks for
   */
  default void onAsked(long items) {}

  /**
   * Part of a message has come, at an acceptable pace.
   *
   * @param bytes that have come since the last call
   */
  default void onReceiving(long bytes) {}

  void onClosed(String reason);
}
