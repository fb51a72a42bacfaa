package dev.windlass.sim;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.HeaderQuery;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The data of a node: a range of a chain that grows and branches. Owned by its world. */
final class NodeChain implements Repertoire {
  /**
   * The part of its chain that a node has.
   *
   * @param headersFrom the lowest header, except for the genesis
   * @param bodiesFrom the lowest body, except for the genesis
   * @param stopsAtHole whether an answer ends before the first missing block, as with geth v1.17.8.
   *     If not, the block is left out, as with v1.13.15
   * @param answersFromHead whether it answers a question above its head from its head on, as geth
   *     does
   */
  record Range(long headersFrom, long bodiesFrom, boolean stopsAtHole, boolean answersFromHead) {
    static final Range ALL = new Range(0, 0, false, false);
  }

  private final Range range;
  private ChainMaker chain;
  private ChainServer server;

  NodeChain(ChainMaker chain, Range range) {
    this.range = range;
    set(chain);
  }

  /** Replaces its chain. */
  void set(ChainMaker newChain) {
    chain = newChain;
    server = new ChainServer(newChain);
  }

  ChainMaker chain() {
    return chain;
  }

  Range range() {
    return range;
  }

  BlockId head() {
    return chain.head();
  }

  BigInteger totalDifficulty() {
    return totalDifficultyOf(chain.head().number());
  }

  /** That of the block at this number. A made-up block above the head weighs nothing more. */
  BigInteger totalDifficultyOf(long number) {
    return chain.totalDifficulty(Math.min(number, head().number()));
  }

  private boolean hasBody(Hash hash) {
    OptionalLong number = chain.numberOf(hash);
    return number.isPresent()
        && (number.getAsLong() == 0 || number.getAsLong() >= range.bodiesFrom);
  }

  @Override
  public List<Hash> hashes(Hash from, int max) {
    OptionalLong number = chain.numberOf(from);
    return cut(server.hashes(from, max), number.orElse(0) - 1);
  }

  /** Removes the items below the range from a list that goes down from a number. */
  private <T> List<T> cut(List<T> newestFirst, long first) {
    long count = Math.max(0, first - range.headersFrom + 1);
    return count >= newestFirst.size() ? newestFirst : newestFirst.subList(0, (int) count);
  }

  @Override
  public List<byte[]> headers(HeaderQuery query) {
    if (query.isByHash()) {
      OptionalLong number = chain.numberOf(query.from());
      return cut(server.headers(query), number.orElse(-1));
    }
    long above = query.fromNumber() - head().number();
    if (above > 0 && range.answersFromHead) {
      return above >= query.count()
          ? List.of()
          : headers(HeaderQuery.byNumber(head().number(), (int) (query.count() - above)));
    }
    return cut(server.headers(query), query.fromNumber());
  }

  @Override
  public List<byte[]> blocks(List<Hash> hashes) {
    return server.blocks(had(hashes));
  }

  @Override
  public List<byte[]> bodies(List<BlockHeader> headers) {
    List<Hash> had = had(headers.stream().map(BlockHeader::hash).toList());
    List<BlockHeader> asked = new ArrayList<>(had.size());
    int next = 0;
    for (BlockHeader header : headers) {
      if (next < had.size() && header.hash().equals(had.get(next))) {
        asked.add(header);
        next++;
      }
    }
    return server.bodies(asked);
  }

  private List<Hash> had(List<Hash> hashes) {
    List<Hash> had = new ArrayList<>(hashes.size());
    for (Hash hash : hashes) {
      if (hasBody(hash)) {
        had.add(hash);
      } else if (range.stopsAtHole) {
        break;
      }
    }
    return had;
  }
}
