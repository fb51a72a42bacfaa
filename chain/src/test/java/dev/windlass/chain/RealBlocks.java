package dev.windlass.chain;

import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.fixtures.TestData;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Blocks of the public chain data. */
public final class RealBlocks {
  private RealBlocks() {}

  /** The blocks of a file that has their RLP one after another. */
  public static List<Block> of(String file) throws Exception {
    byte[] all = Files.readAllBytes(TestData.path(file));
    List<Block> blocks = new ArrayList<>();
    RlpReader reader = new RlpReader(all);
    while (reader.hasNext()) {
      blocks.add(Block.decode(reader.item(Block.BYTES_MAX)));
    }
    return blocks;
  }
}
