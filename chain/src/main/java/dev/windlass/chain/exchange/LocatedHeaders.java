package dev.windlass.chain.exchange;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import java.util.List;
import java.util.Objects;

/**
 * The answer to {@link LocateHeaders}. A client takes all of it for a claim, except the links that
 * the headers prove.
 *
 * @param lowest the lowest block of the server's chain
 * @param tip its newest block when the answer was read
 * @param headers linked, oldest first
 */
public record LocatedHeaders(BlockId lowest, BlockId tip, List<BlockHeader> headers) {
  public LocatedHeaders {
    Objects.requireNonNull(lowest);
    Objects.requireNonNull(tip);
    headers = List.copyOf(headers);
  }
}
