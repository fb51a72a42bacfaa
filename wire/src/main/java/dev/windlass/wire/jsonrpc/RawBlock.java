package dev.windlass.wire.jsonrpc;

import dev.windlass.chain.Block;
import dev.windlass.chain.rlp.RlpException;
import java.util.Optional;

/** The body of a raw block. */
final class RawBlock {
  private RawBlock() {}

  /** Empty if the bytes are no block. */
  static Optional<byte[]> body(byte[] rawBlock) {
    try {
      return Optional.of(Block.decodeAnySize(rawBlock).rawBody());
    } catch (RlpException e) {
      return Optional.empty();
    }
  }
}
