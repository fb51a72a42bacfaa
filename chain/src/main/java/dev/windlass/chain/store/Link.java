package dev.windlass.chain.store;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import java.util.Objects;
import java.util.Optional;

/**
 * One link of the hash chain: the hash that belongs at a number. It is proven if its header is
 * there, else only claimed.
 *
 * @param header the header whose keccak is the hash, or null while the link is only claimed
 */
public record Link(long number, Hash hash, BlockHeader header) {
  public Link {
    Objects.requireNonNull(hash);
  }

  public static Link claimed(long number, Hash hash) {
    return new Link(number, hash, null);
  }

  public static Link proven(BlockHeader header) {
    return new Link(header.number(), header.hash(), header);
  }

  public boolean isProven() {
    return header != null;
  }

  public Optional<BlockHeader> provenHeader() {
    return Optional.ofNullable(header);
  }
}
