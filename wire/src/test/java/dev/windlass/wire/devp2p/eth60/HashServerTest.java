package dev.windlass.wire.devp2p.eth60;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.ListedChain;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashesFromNumber;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlocks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 2015's table of served answers, on a chain that is 15 blocks longer than an answer. */
final class HashServerTest {
  private static final int HEAD = 2048 + 15;

  private final List<Block> blocks =
      TestBlocks.linked(0, Hash.ZERO, HEAD + 1, block -> block.transactionOf(3));
  private final ListedChain chain = new ListedChain(blocks);
  private final HashServer server = new HashServer(chain);

  private Hash hash(long number) {
    return blocks.get((int) number).hash();
  }

  private static List<Hash> hashes(List<Block> blocks) {
    return blocks.stream().map(Block::hash).toList();
  }

  /** The hashes of these numbers, both included, newest first. */
  private List<Hash> down(int highest, int lowest) {
    List<Hash> hashes = new ArrayList<>(hashes(blocks.subList(lowest, highest + 1)));
    Collections.reverse(hashes);
    return hashes;
  }

  private List<Hash> served(Hash... asked) {
    return server.blocks(new GetBlocks(List.of(asked))).items().stream()
        .map(raw -> Block.decode(raw).hash())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "5, 5, 5",
    "5, 10, 5",
    "100, 10, 10",
    "2063, 10, 10",
    "2063, 2048, 2048",
    "2063, 2049, 2048",
    "2063, 9223372036854775807, 2048",
    "0, 1, 0",
    "7, 0, 0"
  })
  void shouldServeHashesFromTheParentBackwards(int from, long countMax, int served) {
    assertEquals(
        served == 0 ? List.of() : down(from - 1, from - served),
        server.hashes(new GetBlockHashes(hash(from), countMax)).hashes());
  }

  @ParameterizedTest
  @CsvSource({
    "2064, 1, 0",
    "2063, 1, 1",
    "2059, 5, 5",
    "2059, 10, 5",
    "1963, 10, 10",
    "0, 10, 10",
    "0, 2048, 2048",
    "0, 2049, 2048",
    "0, 1, 1",
    "9223372036854775807, 9223372036854775807, 0",
    "-9223372036854775808, 1, 0",
    "-1, -1, 0",
    "0, -1, 2048",
    "0, -9223372036854775808, 2048",
    "3, 0, 0"
  })
  void shouldServeHashesFromANumberUpwards(long number, long countMax, int served) {
    assertEquals(
        served == 0 ? List.of() : hashes(blocks.subList((int) number, (int) number + served)),
        server.hashesFrom(new GetBlockHashesFromNumber(number, countMax)).hashes());
  }

  @Test
  void shouldServeNothingForAHashThatItLacks() {
    assertEquals(List.of(), server.hashes(new GetBlockHashes(Hash.ZERO, 1)).hashes());
    assertEquals(List.of(), served(Hash.ZERO));
  }

  @Test
  void shouldServeNoHashBelowItsLowestBlock() {
    HashServer upper = new HashServer(new ListedChain(blocks.subList(100, 200)));
    assertEquals(down(101, 100), upper.hashes(new GetBlockHashes(hash(102), 9)).hashes());
    assertEquals(List.of(), upper.hashes(new GetBlockHashes(hash(100), 9)).hashes());
    assertEquals(List.of(), upper.hashesFrom(new GetBlockHashesFromNumber(99, 9)).hashes());
  }

  @Test
  void shouldServeBlocksInTheOrderAskedForAndSkipWhatItLacks() {
    assertEquals(List.of(hash(0)), served(hash(0)));
    assertEquals(List.of(hash(HEAD)), served(hash(HEAD)));
    assertEquals(
        List.of(hash(9), hash(1), hash(5)),
        served(Hash.ZERO, hash(9), Hash.ZERO, hash(1), Hash.ZERO, hash(5), Hash.ZERO));
  }

  @Test
  void shouldServeSoManyBlocksAndNoMore() {
    assertEquals(128, served(down(128, 1).toArray(Hash[]::new)).size());
    assertEquals(down(129, 2), served(down(129, 1).toArray(Hash[]::new)));
  }

  @Test
  void shouldStopWhereTwoMebibytesAreReached() {
    List<Block> large = TestBlocks.linked(0, Hash.ZERO, 40, block -> block.transactionOf(100_000));
    HashServer other = new HashServer(new ListedChain(large));
    assertEquals(21, other.blocks(new GetBlocks(hashes(large))).items().size());
  }

  @Test
  void shouldAnswerAgainWhenAReorgComesInBetween() {
    AtomicInteger reads = new AtomicInteger();
    chain.beforeRead(
        () -> {
          if (reads.incrementAndGet() == 3) {
            chain.exchange(TestBlocks.fork(blocks, 2_049, 30, 2));
          }
        });
    List<Hash> answer = server.hashesFrom(new GetBlockHashesFromNumber(2045, 50)).hashes();
    assertEquals(35, answer.size());
    assertEquals(chain.hashAt(2079), answer.get(34));
    assertEquals(hash(2049), answer.get(4));
  }

  @Test
  void shouldAnswerWithNothingWhenReorgsTakeAwayWhatIsRead() {
    chain.beforeRead(() -> chain.exchange(blocks.subList(0, 10)));
    assertEquals(1, server.hashesFrom(new GetBlockHashesFromNumber(9, 50)).hashes().size());
    chain.exchange(blocks);
    chain.beforeRead(
        () -> {
          throw new IndexOutOfBoundsException("gone");
        });
    assertEquals(List.of(), served(hash(9)));
  }
}
