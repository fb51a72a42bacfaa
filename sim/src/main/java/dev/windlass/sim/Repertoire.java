package dev.windlass.sim;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.ChainServer;
import dev.windlass.chain.Hash;
import dev.windlass.chain.HeaderQuery;
import dev.windlass.chain.ServedChain;
import java.util.List;

/** What a simulated peer has to say to each question, before its fault spoils it. */
public interface Repertoire {
  /** Hashes from the parent of {@code from} backwards. */
  List<Hash> hashes(Hash from, int max);

  /** Headers in RLP, newest first. */
  List<byte[]> headers(HeaderQuery query);

  /** Whole blocks in RLP. */
  List<byte[]> blocks(List<Hash> hashes);

  /** Bodies in RLP. */
  List<byte[]> bodies(List<BlockHeader> headers);

  /** What an honest server of this chain says. */
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
