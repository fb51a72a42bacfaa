package dev.windlass.chain.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.chain.Block;
import dev.windlass.chain.RealBlocks;
import dev.windlass.fixtures.TestData;
import java.math.BigInteger;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real blocks keep the rules of their chain. */
final class RealBlocksFullCheckTest {
  private static final long NOW = 1_800_000_000L;

  /** Checks each block that follows the one before it in the list, and returns how many do. */
  private static int checkAll(FullCheck check, List<Block> blocks) {
    int checked = 0;
    int from = 0;
    for (int i = 1; i < blocks.size(); i++) {
      if (!blocks.get(i).parentHash().equals(blocks.get(i - 1).hash())) {
        from = i;
        continue;
      }
      ChainBelow below = ChainBelow.of(blocks.subList(from, i));
      assertEquals(Optional.empty(), check.check(below, List.of(blocks.get(i)), NOW));
      checked++;
    }
    return checked;
  }

  private static FullCheck mainnet() {
    return FullCheck.of(KnownRules.mainnet(), Seal.NOT_VERIFIABLE);
  }

  @Test
  void shouldAcceptTheFirstThousandMainnetBlocks() throws Exception {
    List<Block> blocks = RealBlocks.of("mainnet/0-999.blocks.rlp");
    ChainBelow genesis =
        new ChainBelow(blocks.subList(0, 1), Optional.of(blocks.get(0).header().difficulty()));
    assertEquals(Optional.empty(), mainnet().check(genesis, blocks.subList(1, blocks.size()), NOW));
    assertEquals(999, checkAll(mainnet(), blocks));
  }

  @Test
  void shouldAcceptMainnetBlocksOnBothSidesOfEachFork() throws Exception {
    List<Block> blocks = RealBlocks.of("mainnet/fork-blocks.rlp");
    assertEquals(4, checkAll(mainnet(), blocks));
  }

  @Test
  void shouldAcceptTheChainThatPassesEveryFork() throws Exception {
    List<Block> blocks = RealBlocks.of("all-forks/chain.rlp");
    FullCheck check = FullCheck.of(allForks(), Seal.NOT_VERIFIABLE);
    assertEquals(53, checkAll(check, blocks));
    // The file begins with block 1, and the genesis has this difficulty as well.
    BigInteger total = blocks.get(0).header().difficulty().add(BigInteger.valueOf(131_072));
    ChainBelow first = new ChainBelow(blocks.subList(0, 1), Optional.of(total));
    assertEquals(Optional.empty(), check.check(first, blocks.subList(1, 54), NOW));
  }

  /** The block that a node answered, of the same chain. */
  @Test
  void shouldAcceptTheBlockOfTheConversations() throws Exception {
    String answer =
        Files.readAllLines(TestData.path("execution-apis/debug_getRawBlock/get-block-n.io"))
            .stream()
            .filter(line -> line.startsWith("<< "))
            .findFirst()
            .orElseThrow()
            .substring(3);
    String raw = new ObjectMapper().readTree(answer).get("result").asText().substring(2);
    Block block = Block.decode(HexFormat.of().parseHex(raw));
    List<Block> blocks = RealBlocks.of("all-forks/chain.rlp");
    ChainBelow below = ChainBelow.of(blocks.subList(0, (int) block.number() - 1));
    FullCheck check = FullCheck.of(allForks(), Seal.NOT_VERIFIABLE);
    assertEquals(Optional.empty(), check.check(below, List.of(block), NOW));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tried/aura/chain.rlp", "tried/op-isthmus/chain.rlp"})
  void shouldAcceptBlocksOfOtherNetworksAsThoseOfAnUnknownChain(String file) throws Exception {
    assertEquals(5, checkAll(FullCheck.ofAnyChain(), RealBlocks.of(file)));
  }

  /** From all-forks/genesis.json. */
  private static ChainRules allForks() {
    return ChainRules.ofChain(3_503_995_874_084_926L)
        .fork(Fork.HOMESTEAD, 0)
        .fork(Fork.EIP150, 3)
        .forksUntil(Fork.EIP158, 6)
        .fork(Fork.BYZANTIUM, 9)
        .fork(Fork.CONSTANTINOPLE, 12)
        .fork(Fork.PETERSBURG, 15)
        .fork(Fork.ISTANBUL, 18)
        .fork(Fork.MUIR_GLACIER, 21)
        .fork(Fork.BERLIN, 24)
        .fork(Fork.LONDON, 27)
        .fork(Fork.ARROW_GLACIER, 30)
        .fork(Fork.GRAY_GLACIER, 33)
        .terminalDifficulty(BigInteger.valueOf(4_732_352))
        .fork(Fork.SHANGHAI, 390)
        .fork(Fork.CANCUN, 420)
        .fork(Fork.PRAGUE, 450)
        .fork(Fork.OSAKA, 480)
        .fork(Fork.BPO1, 510)
        .blobs(Fork.BPO1, new BlobParameters(10, 15, 8_346_193))
        .fork(Fork.BPO2, 540)
        .blobs(Fork.BPO2, new BlobParameters(14, 21, 11_684_671))
        .build();
  }
}
