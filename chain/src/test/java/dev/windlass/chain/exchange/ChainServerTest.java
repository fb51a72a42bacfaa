package dev.windlass.chain.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockTest;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChainServerTest {
  private final List<Block> blocks = TestBlocks.chainWithBodies(9);
  private final ChainServer whole = new ChainServer(new ListedChain(blocks));
  private final ChainServer upper = new ChainServer(new ListedChain(blocks.subList(4, 10)));

  private List<Hash> hashes(int... numbers) {
    List<Hash> hashes = new ArrayList<>();
    for (int number : numbers) {
      hashes.add(blocks.get(number).hash());
    }
    return hashes;
  }

  private static List<Hash> hashesOf(List<byte[]> headers) {
    return headers.stream().map(raw -> BlockHeader.decode(raw).hash()).toList();
  }

  @Test
  void shouldServeHashesFromTheParentDownToTheLowest() {
    Hash five = blocks.get(5).hash();
    assertEquals(hashes(4, 3), whole.hashes(five, 2));
    assertEquals(hashes(4, 3, 2, 1, 0), whole.hashes(five, 512));
    assertEquals(hashes(4), upper.hashes(five, 512));
    assertEquals(List.of(), whole.hashes(five, 0));
    assertEquals(List.of(), whole.hashes(blocks.get(0).hash(), 9));
    assertEquals(List.of(), upper.hashes(blocks.get(4).hash(), 9));
    assertEquals(List.of(), whole.hashes(Hash.ZERO, 9));
  }

  @Test
  void shouldServeHeadersFromTheOneThatIsNamed() {
    Hash five = blocks.get(5).hash();
    assertEquals(hashes(5, 4, 3), hashesOf(whole.headers(HeaderQuery.byHash(five, 3))));
    assertEquals(hashes(5, 4), hashesOf(upper.headers(HeaderQuery.byHash(five, 30))));
    assertEquals(hashes(9, 8), hashesOf(whole.headers(HeaderQuery.byNumber(9, 2))));
    assertEquals(List.of(), whole.headers(HeaderQuery.byNumber(10, 2)));
    assertEquals(List.of(), upper.headers(HeaderQuery.byNumber(3, 2)));
    assertEquals(List.of(), whole.headers(HeaderQuery.byHash(Hash.ZERO, 2)));
  }

  @Test
  void shouldSkipBlocksThatItLacks() {
    List<Hash> asked = new ArrayList<>(hashes(7, 2, 6));
    asked.add(1, Hash.ZERO);
    assertEquals(
        hashes(7, 2, 6),
        whole.blocks(asked).stream().map(raw -> Block.decode(raw).hash()).toList());
    assertEquals(2, upper.blocks(asked).size());
    List<BlockHeader> headers = List.of(blocks.get(7).header(), blocks.get(2).header());
    assertArrayEquals(blocks.get(2).rawBody(), whole.bodies(headers).get(1));
    assertEquals(1, upper.bodies(headers).size());
  }

  @Test
  void shouldStopAtTheProtocolsLimits() {
    ChainServer server = new ChainServer(new ListedChain(TestBlocks.chain(2199)));
    Hash head = server.chain().head().hash();
    assertEquals(ChainServer.HASHES_MAX, server.hashes(head, 1 << 30).size());
    assertEquals(ChainServer.HEADERS_MAX, server.headers(HeaderQuery.byHash(head, 1 << 30)).size());
    List<Hash> asked = new ArrayList<>(List.of(head));
    asked.addAll(server.hashes(head, 500));
    assertEquals(ChainServer.BLOCKS_MAX, server.blocks(asked).size());
  }

  @Test
  void shouldOvershootTheByteLimitByOneItemOnly() {
    List<Block> large = new ArrayList<>();
    TestBlock next = new TestBlock().extra(new int[500_000]);
    for (int i = 0; i < 8; i++) {
      large.add(next.block());
      next = TestBlock.after(large.get(i)).extra(new int[500_000]);
    }
    ChainServer server = new ChainServer(new ListedChain(large));
    List<Hash> asked = large.stream().map(Block::hash).toList();
    assertEquals(5, server.blocks(asked).size());
    assertEquals(5, server.headers(HeaderQuery.byHash(large.get(7).hash(), 8)).size());
  }

  /** Weakness 14 of 2015: requests for unknown hashes kept the server reading. */
  @Test
  void shouldLookUpSoManyHashesForOneAnswerAndNoMore() {
    List<Hash> asked = new ArrayList<>(Collections.nCopies(ChainServer.LOOKUPS_MAX - 1, Hash.ZERO));
    asked.addAll(hashes(1, 2));
    assertEquals(1, whole.blocks(asked).size());
    BlockHeader unknown = TestBlocks.chain(11).get(11).header();
    List<BlockHeader> headers =
        new ArrayList<>(Collections.nCopies(ChainServer.LOOKUPS_MAX - 1, unknown));
    headers.add(blocks.get(1).header());
    headers.add(blocks.get(2).header());
    assertEquals(1, whole.bodies(headers).size());
  }

  @Test
  void shouldServeTheLargestBlockThatMayEnter() {
    Block largest = BlockTest.ofSize(Block.BYTES_MAX).block();
    ChainServer server = new ChainServer(new ListedChain(List.of(largest)));
    List<Hash> asked = List.of(largest.hash());
    assertEquals(List.of(largest), ReplyJudge.blocks(asked, server.blocks(asked)).items());
    List<BlockHeader> header = List.of(largest.header());
    assertEquals(List.of(largest), ReplyJudge.bodies(header, server.bodies(header)).items());
  }
}
