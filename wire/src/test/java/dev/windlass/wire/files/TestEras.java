package dev.windlass.wire.files;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ServedChain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Eras of made chains as files. */
public final class TestEras {
  private TestEras() {}

  /** The blocks of an era, as far as the chain has them. */
  public static List<Block> blocks(ServedChain chain, int era) {
    List<Block> blocks = new ArrayList<>();
    long first = (long) era * EraName.BLOCKS;
    long last = Math.min(chain.head().number(), first + EraName.BLOCKS - 1);
    for (long number = first; number <= last; number++) {
      blocks.add(Block.decode(chain.rawBlock(number)));
    }
    return blocks;
  }

  public static String era1Name(int era) {
    return String.format("made-%05d-00000000.era1", era);
  }

  /** The name that an era1 file of this accumulator root has. */
  public static String era1Name(int era, Hash root) {
    return String.format("made-%05d-%s.era1", era, root.toString().substring(2, 10));
  }

  public static Hash root(List<Block> blocks) {
    try {
      return new TestFiles.EraBuilder().era1Blocks(blocks).accumulator.root();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String ereName(int era) {
    return String.format("made-%05d-00000000-noproofs-noreceipts.ere", era);
  }

  public static byte[] era1(ServedChain chain, int era) {
    return era1(blocks(chain, era));
  }

  public static byte[] era1(List<Block> blocks) {
    try {
      return new TestFiles.EraBuilder()
          .era1Blocks(blocks)
          .accumulator()
          .index(blocks.get(0).number(), blocks.size())
          .bytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] ere(ServedChain chain, int era) {
    List<Block> blocks = blocks(chain, era);
    TestFiles.EraBuilder builder = new TestFiles.EraBuilder();
    try {
      for (Block block : blocks) {
        builder.header(block);
      }
      for (Block block : blocks) {
        builder.body(block);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return builder.dynamicIndex(blocks.get(0).number()).bytes();
  }
}
