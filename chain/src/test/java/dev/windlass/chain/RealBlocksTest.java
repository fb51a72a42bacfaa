package dev.windlass.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.ReplyJudge;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.fixtures.TestData;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RealBlocksTest {
  static List<Block> blocks(String file) throws Exception {
    byte[] all = Files.readAllBytes(TestData.path(file));
    List<Block> blocks = new ArrayList<>();
    RlpReader reader = new RlpReader(all);
    while (reader.hasNext()) {
      blocks.add(Block.decode(reader.item(Block.BYTES_MAX)));
    }
    return blocks;
  }

  private static void proveEach(List<Block> blocks) {
    for (Block block : blocks) {
      assertEquals(Optional.empty(), BlockRules.check(block));
      Block again = Block.decode(block.rawBlock());
      assertEquals(block.size(), block.rawBlock().length);
      assertArrayEquals(block.rawBlock(), again.rawBlock());
      Block joined = Block.of(BlockHeader.decode(block.header().raw()), block.rawBody());
      assertArrayEquals(block.rawBlock(), joined.rawBlock());
      assertEquals(block.size(), joined.size());
      assertEquals(Optional.empty(), BlockRules.check(joined));
    }
  }

  private static int linked(List<Block> blocks) {
    int linked = 0;
    for (int i = 1; i < blocks.size(); i++) {
      if (blocks.get(i).number() == blocks.get(i - 1).number() + 1) {
        assertEquals(
            Optional.empty(),
            BlockRules.checkLink(blocks.get(i - 1).header(), blocks.get(i).header()));
        linked++;
      }
    }
    return linked;
  }

  @Test
  void shouldProveTheChainThatPassesEveryFork() throws Exception {
    List<Block> blocks = blocks("all-forks/chain.rlp");
    assertEquals(54, blocks.size());
    assertEquals(53, linked(blocks));
    proveEach(blocks);
    Set<Integer> fieldCounts = new TreeSet<>();
    blocks.forEach(block -> fieldCounts.add(block.header().fieldCount()));
    assertEquals(Set.of(15, 16, 17, 20, 21), fieldCounts);
  }

  @Test
  void shouldProveMainnetBlocksOnBothSidesOfEachFork() throws Exception {
    List<Block> blocks = blocks("mainnet/fork-blocks.rlp");
    assertEquals(13, blocks.size());
    proveEach(blocks);
    assertTrue(linked(blocks) >= 4);
    assertEquals(1686, blocks.stream().mapToInt(Block::transactionCount).sum());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tried/aura/chain.rlp", "tried/op-isthmus/chain.rlp"})
  void shouldProveBlocksOfOtherNetworks(String file) throws Exception {
    List<Block> blocks = blocks(file);
    assertEquals(6, blocks.size());
    assertEquals(5, linked(blocks));
    proveEach(blocks);
    for (Block block : blocks) {
      List<BlockHeader> asked = List.of(block.header());
      assertEquals(List.of(block), ReplyJudge.bodies(asked, List.of(block.rawBody())).items());
    }
  }

  @Test
  void shouldProveTheFirstThousandMainnetBlocks() throws Exception {
    List<Block> blocks = blocks("mainnet/0-999.blocks.rlp");
    assertEquals(1000, blocks.size());
    assertEquals(999, linked(blocks));
    proveEach(blocks);
    assertEquals(
        Hash.fromHex("0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3"),
        blocks.get(0).hash());
  }
}
