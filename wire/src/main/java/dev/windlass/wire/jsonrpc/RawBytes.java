package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The bytes of headers and blocks from the {@code debug} methods. Many nodes do not offer them.
 * Such a node is asked once.
 */
final class RawBytes {
  private static final HexFormat HEX = HexFormat.of();

  private final Vertx vertx;
  private final RpcQueue queue;
  private volatile boolean isOffered = true;

  RawBytes(Vertx vertx, RpcQueue queue) {
    this.vertx = vertx;
    this.queue = queue;
  }

  /** False once the node has answered that it has no such method. */
  boolean isOffered() {
    return isOffered;
  }

  /** The raw headers of these hashes. Those that the node does not give are left out. */
  Future<Map<Hash, byte[]>> headers(List<Hash> hashes) {
    return ask(hashes, hash -> RpcCall.of("debug_getRawHeader", hash.toString()), Map::put);
  }

  /**
   * The raw bodies of the blocks of these hashes. Those that the node does not give are left out.
   */
  Future<Map<Hash, byte[]>> bodies(List<Hash> hashes) {
    return ask(hashes, RpcCall::rawBlock, RawBytes::putBody);
  }

  private static void putBody(Map<Hash, byte[]> bodies, Hash hash, byte[] rawBlock) {
    try {
      bodies.put(hash, Block.decodeAnySize(rawBlock).rawBody());
    } catch (RlpException e) {
      // It is no block, so the node does not give it.
      bodies.remove(hash);
    }
  }

  /** Adds what the bytes of an answer hold. */
  private interface Taking {
    void take(Map<Hash, byte[]> found, Hash hash, byte[] bytes);
  }

  private Future<Map<Hash, byte[]>> ask(
      List<Hash> hashes, Function<Hash, RpcCall> call, Taking taking) {
    if (hashes.isEmpty() || !isOffered) {
      return Future.succeededFuture(Map.of());
    }
    return queue
        .ask(hashes.stream().map(call).toList())
        .compose(answers -> Workers.run(vertx, () -> taken(hashes, answers, taking)));
  }

  private Map<Hash, byte[]> taken(List<Hash> hashes, List<RpcAnswer> answers, Taking taking) {
    isOffered = answers.stream().noneMatch(a -> a.code() == RpcAnswer.NO_SUCH_METHOD);
    Map<Hash, byte[]> found = new HashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).result() instanceof String text && text.startsWith("0x")) {
        try {
          taking.take(found, hashes.get(i), HEX.parseHex(text.substring(2)));
        } catch (IllegalArgumentException e) {
          // They are no bytes, so the node does not give them.
          found.remove(hashes.get(i));
        }
      }
    }
    return found;
  }
}
