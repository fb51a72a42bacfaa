package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.sim.NodeChain.Range;
import java.math.BigInteger;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The answers of nodes that have a part of their chain. */
class NodeChainTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 100, Shape.SIGNED);
  private static final long CUT = 50;

  private static List<BlockHeader> asked(long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(CHAIN::header).toList();
  }

  private static NodeChain pruned(long headersFrom, boolean stopsAtHole) {
    return new NodeChain(CHAIN, new Range(headersFrom, CUT, stopsAtHole, false));
  }

  @Test
  void shouldPassOverBodiesThatAreNotThere() {
    List<byte[]> bodies = pruned(0, false).bodies(asked(40, 60));
    assertEquals(11, bodies.size());
    assertArrayEquals(CHAIN.rawBody(CUT), bodies.get(0));
  }

  @Test
  void shouldStopAtTheFirstBodyThatIsNotThere() {
    assertEquals(List.of(), pruned(0, true).bodies(asked(40, 60)));
    assertEquals(11, pruned(0, true).bodies(asked(50, 60)).size());
  }

  @Test
  void shouldPassOverWholeBlocksThatAreNotThere() {
    List<Hash> hashes = asked(40, 60).stream().map(BlockHeader::hash).toList();
    assertEquals(11, pruned(0, false).blocks(hashes).size());
    assertEquals(0, pruned(0, true).blocks(hashes).size());
  }

  @Test
  void shouldCutHeadersAndHashesBelowTheRange() {
    assertEquals(11, pruned(CUT, true).headers(HeaderQuery.byNumber(60, 40)).size());
    assertEquals(11, pruned(CUT, true).headers(HeaderQuery.byHash(CHAIN.hashAt(60), 40)).size());
    assertEquals(List.of(), pruned(CUT, true).headers(HeaderQuery.byNumber(49, 40)));
    assertEquals(10, pruned(CUT, true).hashes(CHAIN.hashAt(60), 40).size());
    assertEquals(40, pruned(0, true).headers(HeaderQuery.byNumber(60, 40)).size());
  }

  @Test
  void shouldAnswerFromItsHeadWithoutWhatWasSkippedIfItDoesSo() {
    NodeChain behind = new NodeChain(CHAIN.upTo(60), new Range(0, 0, true, true));
    assertEquals(7, behind.headers(HeaderQuery.byNumber(63, 10)).size());
    assertEquals(List.of(), behind.headers(HeaderQuery.byNumber(70, 10)));
    NodeChain silent = new NodeChain(CHAIN.upTo(60), Range.ALL);
    assertEquals(List.of(), silent.headers(HeaderQuery.byNumber(63, 10)));
  }

  @Test
  void shouldClaimTheSumOfTheDifficultiesOfItsHeaders() {
    ChainMaker fork = CHAIN.forkAt(50, 9, 4, 1_000_000).forkAt(52, 10, 3, 7);
    NodeChain node = new NodeChain(fork, Range.ALL);
    BigInteger sum = BigInteger.ZERO;
    for (long number = 0; number <= 55; number++) {
      sum = sum.add(fork.header(number).difficulty());
    }
    assertEquals(sum, node.totalDifficulty());
    assertEquals(sum.subtract(BigInteger.valueOf(21 + 2_000_000)), node.totalDifficultyOf(50));
  }
}
