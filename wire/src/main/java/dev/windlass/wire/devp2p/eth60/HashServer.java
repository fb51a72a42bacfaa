package dev.windlass.wire.devp2p.eth60;

import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.store.ReorgSafeRead;
import dev.windlass.wire.devp2p.eth60.Eth60Message.BlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Blocks;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashesFromNumber;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlocks;
import java.util.List;
import java.util.function.Function;

/**
 * Answers the questions of eth/60 and eth/61 about a chain, within the limits of 2015: 2048 hashes,
 * 128 blocks, and no further block once 2 MiB are reached.
 *
 * <p>Immutable. Any thread may call it. Missing items are left out. There is always an answer,
 * since the peer tells answers apart only by their order.
 */
final class HashServer {
  private final ServedChain chain;

  HashServer(ServedChain chain) {
    this.chain = chain;
  }

  BlockHashes hashes(GetBlockHashes asked) {
    int max = atMost(asked.countMax());
    return new BlockHashes(read(server -> server.hashes(asked.from(), max)));
  }

  BlockHashes hashesFrom(GetBlockHashesFromNumber asked) {
    int max = atMost(asked.countMax());
    return new BlockHashes(read(server -> server.hashesFrom(asked.number(), max)));
  }

  Blocks blocks(GetBlocks asked) {
    return new Blocks(read(server -> server.blocks(asked.hashes())));
  }

  private <T> List<T> read(Function<ChainServer, List<T>> answer) {
    return ReorgSafeRead.of(chain, upToHead -> answer.apply(new ChainServer(upToHead)));
  }

  /**
   * How many hashes a question gets at most.
   *
   * @param countMax unsigned
   */
  static int atMost(long countMax) {
    return countMax < 0 ? ChainServer.HASHES_MAX : (int) Math.min(countMax, ChainServer.HASHES_MAX);
  }
}
