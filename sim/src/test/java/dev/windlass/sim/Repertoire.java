package dev.windlass.sim;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.ServedChain;
import java.util.List;

/** The answers of a simulated peer, before its fault changes them. By default all are empty. */
public interface Repertoire {
  /** Hashes from the parent of {@code from} backwards. */
  default List<Hash> hashes(Hash from, int max) {
    return List.of();
  }

  /** Headers in RLP, newest first. */
  default List<byte[]> headers(HeaderQuery query) {
    return List.of();
  }

  /** Whole blocks in RLP. */
  default List<byte[]> blocks(List<Hash> hashes) {
    return List.of();
  }

  /** Bodies in RLP. */
  default List<byte[]> bodies(List<BlockHeader> headers) {
    return List.of();
  }

  /** The raw items for a question. Empty for an unknown kind. */
  default List<byte[]> answer(Question<?> question) {
    if (question instanceof Question.Hashes asked) {
      return Question.Hashes.raw(hashes(asked.from(), asked.size()));
    }
    if (question instanceof Question.Headers asked) {
      return headers(asked.query());
    }
    if (question instanceof Question.Blocks asked) {
      return blocks(asked.hashes());
    }
    return question instanceof Question.Bodies asked ? bodies(asked.headers()) : List.of();
  }

  /** The answers of an honest server of this chain. */
  static Repertoire of(ServedChain chain) {
    ChainServer server = new ChainServer(chain);
    return new Repertoire() {
      @Override
      public List<Hash> hashes(Hash from, int max) {
        return server.hashes(from, max);
      }

      @Override
      public List<byte[]> headers(HeaderQuery query) {
        return server.headers(query);
      }

      @Override
      public List<byte[]> blocks(List<Hash> hashes) {
        return server.blocks(hashes);
      }

      @Override
      public List<byte[]> bodies(List<BlockHeader> headers) {
        return server.bodies(headers);
      }
    };
  }
}
