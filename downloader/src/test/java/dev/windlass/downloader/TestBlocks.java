package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpWriter;
import java.util.ArrayList;
import java.util.List;

/** Linked blocks without transactions. */
public final class TestBlocks {
  private static final Hash NO_TRANSACTIONS =
      Hash.fromHex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
  private static final Hash NO_UNCLES =
      Hash.fromHex("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");

  private TestBlocks() {}

  private static Block block(long number, Hash parent, long salt) {
    RlpWriter block = new RlpWriter().beginList().beginList();
    block.hash(parent).hash(NO_UNCLES).string(new byte[20]);
    block.hash(Hash.ofLongs(salt, 0, 0, 0)).hash(NO_TRANSACTIONS).hash(NO_TRANSACTIONS);
    block.string(new byte[256]).integer(131_072).integer(number);
    block.integer(3_141_592).integer(0).integer(1_438_269_973 + number);
    block.string(new byte[0]).hash(Hash.ZERO).string(new byte[8]);
    block.endList().beginList().endList().beginList().endList();
    return Block.decode(block.endList().toBytes());
  }

  /** Numbers 0 to {@code head}, each at its own index. */
  public static List<Block> chain(int head) {
    List<Block> chain = new ArrayList<>();
    chain.add(block(0, Hash.ZERO, 0));
    return grown(chain, head, 0);
  }

  /** A chain with another genesis. */
  public static List<Block> foreign(int head) {
    List<Block> chain = new ArrayList<>();
    chain.add(block(0, Hash.ZERO, 99));
    return grown(chain, head, 99);
  }

  /** The same up to a number, other blocks above. */
  public static List<Block> fork(List<Block> chain, int at, long salt) {
    return grown(new ArrayList<>(chain.subList(0, at + 1)), chain.size() - 1, salt);
  }

  private static List<Block> grown(List<Block> chain, int head, long salt) {
    for (int n = chain.size(); n <= head; n++) {
      chain.add(block(n, chain.get(n - 1).hash(), salt));
    }
    return List.copyOf(chain);
  }
}
