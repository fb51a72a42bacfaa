package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpException;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The bytes of headers and blocks that cannot be rebuilt from JSON. Most nodes do not offer the
 * methods. Such a node is asked once.
 */
final class RawBytes {
  private static final HexFormat HEX = HexFormat.of();

  private final RpcQueue queue;
  private volatile boolean isOffered = true;

  RawBytes(RpcQueue queue) {
    this.queue = queue;
  }

  /** The raw headers of these hashes. Those that the node does not give are left out. */
  Future<Map<Hash, byte[]>> headers(List<Hash> hashes) {
    return ask("debug_getRawHeader", hashes);
  }

  /**
   * The raw bodies of the blocks of these hashes. Those that the node does not give are left out.
   */
  Future<Map<Hash, byte[]>> bodies(List<Hash> hashes) {
    return ask("debug_getRawBlock", hashes)
        .map(
            blocks -> {
              Map<Hash, byte[]> bodies = new HashMap<>();
              blocks.forEach((hash, block) -> putBody(bodies, hash, block));
              return bodies;
            });
  }

  private static void put(Map<Hash, byte[]> found, Hash hash, Object result) {
    if (result instanceof String text && text.startsWith("0x")) {
      try {
        found.put(hash, HEX.parseHex(text.substring(2)));
      } catch (IllegalArgumentException e) {
        // They are no bytes, so the node does not give them.
        found.remove(hash);
      }
    }
  }

  private static void putBody(Map<Hash, byte[]> bodies, Hash hash, byte[] rawBlock) {
    try {
      bodies.put(hash, Block.decodeAnySize(rawBlock).rawBody());
    } catch (RlpException e) {
      // It is no block, so the node does not give it.
      bodies.remove(hash);
    }
  }

  private Future<Map<Hash, byte[]>> ask(String method, List<Hash> hashes) {
    if (hashes.isEmpty() || !isOffered) {
      return Future.succeededFuture(Map.of());
    }
    return queue
        .ask(hashes.stream().map(hash -> RpcCall.of(method, hash.toString())).toList())
        .map(
            answers -> {
              isOffered = answers.stream().noneMatch(a -> a.code() == RpcAnswer.NO_SUCH_METHOD);
              Map<Hash, byte[]> found = new HashMap<>();
              for (int i = 0; i < answers.size(); i++) {
                put(found, hashes.get(i), answers.get(i).result());
              }
              return found;
            });
  }
}
