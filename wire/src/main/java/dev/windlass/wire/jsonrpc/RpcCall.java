package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.Hash;
import java.util.List;
import java.util.Objects;

/**
 * One call of a method.
 *
 * @param params strings and booleans
 * @param weight about how many headers its answer is as large as
 */
record RpcCall(String method, List<Object> params, int weight) {
  /** A block with its transactions, next to a header. */
  private static final int WHOLE_BLOCK = 8;

  RpcCall {
    Objects.requireNonNull(method);
    params = List.copyOf(params);
  }

  static RpcCall of(String method, Object... params) {
    return new RpcCall(method, List.of(params), 1);
  }

  static RpcCall blockByNumber(long number) {
    return of("eth_getBlockByNumber", "0x" + Long.toHexString(number), false);
  }

  static RpcCall blockByTag(String tag) {
    return of("eth_getBlockByNumber", tag, false);
  }

  static RpcCall blockByHash(Hash hash) {
    return of("eth_getBlockByHash", hash.toString(), false);
  }

  static RpcCall wholeBlock(Hash hash) {
    return new RpcCall("eth_getBlockByHash", List.of(hash.toString(), true), WHOLE_BLOCK);
  }

  static RpcCall rawBlock(Hash hash) {
    return new RpcCall("debug_getRawBlock", List.of(hash.toString()), WHOLE_BLOCK);
  }

  static RpcCall uncle(Hash block, int index) {
    return of(
        "eth_getUncleByBlockHashAndIndex", block.toString(), "0x" + Integer.toHexString(index));
  }
}
