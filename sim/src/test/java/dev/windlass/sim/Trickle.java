package dev.windlass.sim;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import java.util.List;

/** The answers of another repertoire, cut to this many headers, blocks or bodies. */
record Trickle(Repertoire real, int itemsMax) implements Repertoire {
  private <T> List<T> cut(List<T> all) {
    return all.subList(0, Math.min(itemsMax, all.size()));
  }

  @Override
  public List<Hash> hashes(Hash from, int max) {
    return real.hashes(from, max);
  }

  @Override
  public List<byte[]> headers(HeaderQuery query) {
    int count = Math.min(itemsMax, query.count());
    return cut(real.headers(new HeaderQuery(query.from(), query.fromNumber(), count)));
  }

  @Override
  public List<byte[]> blocks(List<Hash> hashes) {
    return cut(real.blocks(hashes));
  }

  @Override
  public List<byte[]> bodies(List<BlockHeader> headers) {
    return cut(real.bodies(headers));
  }
}
