package dev.windlass.sim;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.HeaderQuery;
import java.util.List;

/** What a peer is asked. */
public sealed interface Question {
  long ticket();

  record Hashes(long ticket, Hash from, int max) implements Question {}

  record Headers(long ticket, HeaderQuery query) implements Question {}

  record Blocks(long ticket, List<Hash> hashes) implements Question {}

  record Bodies(long ticket, List<BlockHeader> headers) implements Question {}
}
