package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.wire.devp2p.Workers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * The beginning of a node's chain.
 *
 * @param block its block 0, whose header has the hash that the node gives, and proves the body
 * @param chainId as the node reports it. Empty if it does not
 */
public record RpcGenesis(Block block, OptionalLong chainId) {
  public RpcGenesis {
    Objects.requireNonNull(block);
    Objects.requireNonNull(chainId);
  }

  /** Asks for both. Any thread may call it. */
  static Future<RpcGenesis> ask(Vertx vertx, RpcQueue queue, RpcHeaders headers, RpcBodies bodies) {
    return queue
        .ask(List.of(RpcCall.of("eth_chainId")))
        .compose(
            answers ->
                headers
                    .ask(HeaderQuery.byNumber(0, 1))
                    .compose(raw -> Workers.run(vertx, () -> header(raw)))
                    .compose(
                        header ->
                            bodies
                                .ask(List.of(header))
                                .compose(
                                    raw -> Workers.run(vertx, () -> block(header, raw.get(0)))))
                    .map(block -> new RpcGenesis(block, chainId(answers.get(0)))));
  }

  private static BlockHeader header(List<byte[]> raw) throws RpcFailure {
    if (raw.isEmpty()) {
      throw broken("it gives no block 0");
    }
    BlockHeader header = decoded(raw.get(0));
    if (header.number() != 0) {
      throw broken("its block 0 has the number " + header.number());
    }
    return header;
  }

  private static BlockHeader decoded(byte[] raw) throws RpcFailure {
    try {
      return BlockHeader.decode(raw);
    } catch (RlpException e) {
      throw broken("its block 0 is no block: " + e.getMessage());
    }
  }

  private static Block block(BlockHeader header, byte[] body) throws RpcFailure {
    Block block;
    try {
      block = Block.of(header, body);
    } catch (RlpException e) {
      throw broken("it gives no body of block 0");
    }
    var breach = BlockRules.check(block);
    if (breach.isPresent()) {
      throw broken("its block 0 has another body: " + breach.get());
    }
    return block;
  }

  private static RpcFailure broken(String why) {
    return new RpcFailure(RpcFailure.Kind.BROKEN, why);
  }

  private static OptionalLong chainId(RpcAnswer answer) {
    boolean isNumber =
        answer.result() instanceof String text && text.matches("0x[0-9a-fA-F]{1,15}");
    return isNumber
        ? OptionalLong.of(Long.parseLong(((String) answer.result()).substring(2), 16))
        : OptionalLong.empty();
  }
}
