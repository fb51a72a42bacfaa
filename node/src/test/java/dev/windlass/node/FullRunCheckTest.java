package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.rules.BlockBreach;
import dev.windlass.chain.rules.ChainRules;
import dev.windlass.chain.rules.FullCheck;
import dev.windlass.chain.rules.JavaKeyRecovery;
import dev.windlass.chain.rules.Seal;
import dev.windlass.chain.rules.Senders;
import dev.windlass.sim.ChainMaker;
import dev.windlass.store.MemoryBlockStore;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FullRunCheckTest {
  private static final ChainMaker CHAIN = ChainMaker.of(5, 60, ChainMaker.Shape.SIGNED);
  private static final long LATER = Long.MAX_VALUE;

  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));

  private static FullRunCheck check(ChainRules rules, long nowSeconds) {
    Senders senders =
        new Senders(
            new JavaKeyRecovery(), (parts, work) -> IntStream.range(0, parts).forEach(work));
    return new FullRunCheck(FullCheck.of(rules, Seal.NOT_VERIFIABLE), senders, () -> nowSeconds);
  }

  private static List<Block> run(long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(CHAIN::block).toList();
  }

  private Optional<String> rule(FullRunCheck check, List<Block> run) {
    return check.breach(store, run).map(BlockBreach::breach).map(breach -> breach.rule());
  }

  @Test
  void shouldPassAValidChainInRunsOfAnyLength() {
    FullRunCheck check = check(ChainMaker.Shape.SIGNED.rules(), LATER);
    long[] starts = {1, 2, 4, 12, 13, 40, 61};
    for (int i = 0; i + 1 < starts.length; i++) {
      List<Block> run = run(starts[i], starts[i + 1] - 1);
      assertEquals(Optional.empty(), check.breach(store, run));
      store.insert(run, false);
    }
    assertEquals(CHAIN.head(), store.tip());
  }

  @Test
  void shouldCheckTheFirstBlockAgainstTheStoredOneBelow() {
    store.insert(run(1, 30), false);
    FullRunCheck check = check(ChainMaker.Shape.SIGNED.rules(), LATER);
    assertEquals(Optional.empty(), check.breach(store, run(31, 40)));
    // Again, after the newest blocks that it keeps are of another height.
    assertEquals(Optional.empty(), check.breach(store, run(31, 35)));
  }

  @Test
  void shouldCheckAboveAGap() {
    store.skip(run(1, 10).stream().map(Block::header).toList());
    FullRunCheck check = check(ChainMaker.Shape.SIGNED.rules(), LATER);
    assertEquals(Optional.empty(), check.breach(store, run(11, 20)));
  }

  /** The rules need seven blocks below. Those below a floor are not known. */
  @Test
  void shouldCheckWhatItCanAboveAFloor() {
    ChainRules other = ChainRules.ofChain(4).build();
    store.begin(CHAIN.header(20));
    assertEquals(Optional.empty(), rule(check(other, LATER), run(21, 26)));
    assertEquals(Optional.of("header-fields"), rule(check(other, LATER), run(21, 27)));
    FullRunCheck check = check(ChainMaker.Shape.SIGNED.rules(), LATER);
    assertEquals(Optional.empty(), check.breach(store, run(20, 20)));
    assertEquals(Optional.empty(), check.breach(store, run(21, 40)));
    store.insert(run(21, 40), false);
    assertEquals(Optional.empty(), check.breach(store, run(41, 60)));
    assertEquals(Optional.of("header-fields"), rule(check(other, LATER), run(41, 60)));
  }

  @Test
  void shouldNameTheRuleThatAnotherChainBreaks() {
    ChainRules other = ChainRules.ofChain(4).build();
    FullRunCheck check = check(other, LATER);
    assertEquals(Optional.of("header-fields"), rule(check, run(1, 20)));
  }

  @Test
  void shouldRefuseABlockOfTheFuture() {
    long first = CHAIN.block(1).header().timestamp();
    FullRunCheck check = check(ChainMaker.Shape.SIGNED.rules(), first - 1_000);
    assertEquals(Optional.of("timestamp-in-future"), rule(check, run(1, 3)));
  }
}
