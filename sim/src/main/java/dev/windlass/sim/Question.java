package dev.windlass.sim;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import java.util.List;

/** What a peer is asked. */
public sealed interface Question {
  long ticket();

  /** As a trace tells it. */
  String brief();

  record Hashes(long ticket, Hash from, int max) implements Question {
    @Override
    public String brief() {
      return "#" + ticket + " hashes " + from.shortHex() + " " + max;
    }
  }

  record Headers(long ticket, HeaderQuery query) implements Question {
    @Override
    public String brief() {
      return "#" + ticket + " headers " + query;
    }
  }

  record Blocks(long ticket, List<Hash> hashes) implements Question {
    @Override
    public String brief() {
      return "#" + ticket + " blocks " + hashes.size();
    }
  }

  record Bodies(long ticket, List<BlockHeader> headers) implements Question {
    @Override
    public String brief() {
      return "#" + ticket + " bodies " + headers.get(0).number() + "+" + headers.size();
    }
  }
}
