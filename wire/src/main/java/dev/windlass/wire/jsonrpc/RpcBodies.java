package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks a JSON-RPC node for bodies. Any thread may call it. */
final class RpcBodies {
  /** Stands for a body that the node does not have. */
  private static final byte[] MISSING = {(byte) 0xc0};

  /** The protocol allows 2. Some test chains have more. */
  private static final int UNCLES_MAX = 16;

  private final Vertx vertx;
  private final RpcQueue queue;
  private final QuickMethods quick;
  private final RawBytes raws;
  private final RpcBlocks.Observer observer;

  RpcBodies(
      Vertx vertx, RpcQueue queue, QuickMethods quick, RawBytes raws, RpcBlocks.Observer observer) {
    this.quick = quick;
    this.vertx = vertx;
    this.queue = queue;
    this.raws = raws;
    this.observer = observer;
  }

  /** The raw bodies of these headers, in their order. An empty item stands for a missing one. */
  Future<List<byte[]>> ask(List<BlockHeader> headers) {
    if (!quick.hasRawBlocks() || !raws.isOffered()) {
      return askJson(headers);
    }
    return raws.bodies(headers.stream().map(BlockHeader::hash).toList())
        .compose(
            found ->
                raws.isOffered()
                    ? Future.succeededFuture(inOrder(headers, found))
                    : askJson(headers));
  }

  private static List<byte[]> inOrder(List<BlockHeader> headers, Map<Hash, byte[]> bodies) {
    return headers.stream().map(header -> bodies.getOrDefault(header.hash(), MISSING)).toList();
  }

  private Future<List<byte[]>> askJson(List<BlockHeader> headers) {
    return queue
        .ask(headers.stream().map(header -> RpcCall.wholeBlock(header.hash())).toList())
        .compose(
            blocks ->
                uncles(headers, blocks)
                    .compose(
                        uncles -> Workers.run(vertx, () -> Rebuilt.of(headers, blocks, uncles))))
        .compose(rebuilt -> whole(headers, rebuilt));
  }

  /** The uncles of the blocks, one block after the other. */
  private Future<List<RpcAnswer>> uncles(List<BlockHeader> headers, List<RpcAnswer> blocks) {
    List<RpcCall> calls = new ArrayList<>();
    for (int i = 0; i < headers.size(); i++) {
      for (int index = 0; index < uncleCount(headers.get(i), blocks.get(i)); index++) {
        calls.add(RpcCall.uncle(headers.get(i).hash(), index));
      }
    }
    return calls.isEmpty() ? Future.succeededFuture(List.of()) : queue.ask(calls);
  }

  private static int uncleCount(BlockHeader header, RpcAnswer block) {
    if (!header.hasUncles() || block.result() == null) {
      return 0;
    }
    try {
      return Math.min(UNCLES_MAX, JsonFields.of(block.result(), "its block").list("uncles").size());
    } catch (BlockJsonException e) {
      return 0;
    }
  }

  /**
   * What could be rebuilt.
   *
   * @param bodies by the hash of their block
   * @param unknown why each of the others could not be rebuilt. What the node lacks is in neither
   */
  private record Rebuilt(Map<Hash, byte[]> bodies, Map<Hash, String> unknown) {
    static Rebuilt of(List<BlockHeader> headers, List<RpcAnswer> blocks, List<RpcAnswer> uncles) {
      Rebuilt rebuilt = new Rebuilt(new HashMap<>(), new LinkedHashMap<>());
      int next = 0;
      for (int i = 0; i < headers.size(); i++) {
        int count = uncleCount(headers.get(i), blocks.get(i));
        if (blocks.get(i).result() != null) {
          rebuilt.add(headers.get(i), blocks.get(i), uncles.subList(next, next + count));
        }
        next += count;
      }
      return rebuilt;
    }

    private void add(BlockHeader header, RpcAnswer block, List<RpcAnswer> answers) {
      String name = "block " + header.number();
      try {
        List<BlockHeader> uncles = new ArrayList<>();
        for (RpcAnswer uncle : answers) {
          uncles.add(HeaderJson.header(JsonFields.of(uncle.result(), "an uncle of " + name)));
        }
        bodies.put(header.hash(), BodyJson.body(JsonFields.of(block.result(), name), uncles));
      } catch (BlockJsonException e) {
        unknown.put(header.hash(), name + ": " + e.getMessage());
      }
    }
  }

  /** Takes the bytes of the bodies that could not be rebuilt. */
  private Future<List<byte[]>> whole(List<BlockHeader> headers, Rebuilt rebuilt) {
    return raws.bodies(List.copyOf(rebuilt.unknown.keySet()))
        .map(
            found -> {
              rebuilt.unknown.forEach(
                  (hash, why) -> {
                    if (!found.containsKey(hash)) {
                      observer.onUnknown(why);
                    }
                  });
              rebuilt.bodies.putAll(found);
              return inOrder(headers, rebuilt.bodies);
            });
  }
}
