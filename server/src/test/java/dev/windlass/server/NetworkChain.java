package dev.windlass.server;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.sim.ChainMaker;
import dev.windlass.wire.network.Network;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A made chain that stands on the genesis of a public network. */
public final class NetworkChain {
  /** The parent's hash follows the head of the header's list and its own, of 3 bytes and 1. */
  private static final int PARENT_OFFSET = 4;

  private NetworkChain() {}

  /** Writes so many blocks, the first of which follows the genesis; returns the head's hash. */
  public static Hash write(Path file, Network network, int blocks) throws IOException {
    ChainMaker made = ChainMaker.of(9L << 32, blocks, ChainMaker.Shape.SIGNED);
    Hash parent = network.genesis();
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int number = 1; number <= blocks; number++) {
        byte[] raw = made.rawHeader(number).clone();
        parent.writeTo(raw, PARENT_OFFSET);
        BlockHeader header = BlockHeader.decode(raw);
        out.write(Block.of(header, made.rawBody(number)).rawBlock());
        parent = header.hash();
      }
    }
    return parent;
  }
}
