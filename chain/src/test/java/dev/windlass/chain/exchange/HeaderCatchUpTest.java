package dev.windlass.chain.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderCatchUpTest {
  private static final int QUESTIONS_MAX = 14;
  private static final List<Block> SHARED = TestBlocks.chain(8999);

  /** Headers in a list, checked as they are replaced. */
  private static final class Headers implements OwnHeaders {
    private final List<BlockHeader> headers;
    private int replacements;

    Headers(List<Block> blocks) {
      headers = new ArrayList<>(blocks.stream().map(Block::header).toList());
    }

    @Override
    public BlockId lowest() {
      return headers.get(0).id();
    }

    @Override
    public BlockId tip() {
      return headers.get(headers.size() - 1).id();
    }

    @Override
    public Hash hashAt(long number) {
      return headers.get(Math.toIntExact(number - lowest().number())).hash();
    }

    @Override
    public void replaceAbove(long common, List<BlockHeader> others) {
      headers.subList((int) (common - lowest().number() + 1), headers.size()).clear();
      for (BlockHeader header : others) {
        assertEquals(tip().hash(), header.parentHash());
        headers.add(header);
      }
      replacements++;
    }
  }

  private static BranchedChain served(List<Block> chain) {
    return new BranchedChain(chain, List.of());
  }

  /** The chain that shares this many blocks with {@link #SHARED}, and has others above. */
  private static List<Block> forked(int shared, int others, int mark) {
    return BranchedChain.join(
        SHARED.subList(0, shared), BranchedChain.on(SHARED.get(shared - 1), others, mark));
  }

  private static Optional<String> run(HeaderCatchUp catchUp, ServedChain chain) {
    return run(catchUp, chain, answer -> answer);
  }

  private static Optional<String> run(
      HeaderCatchUp catchUp, ServedChain chain, UnaryOperator<LocatedHeaders> lie) {
    Optional<String> fault = Optional.empty();
    while (fault.isEmpty() && !catchUp.isDone()) {
      fault = catchUp.take(lie.apply(catchUp.question().answeredFrom(chain)));
    }
    return fault;
  }

  private static void assertCatchesUp(Headers own, ServedChain chain, int questionsMax) {
    HeaderCatchUp catchUp = new HeaderCatchUp(own);
    assertEquals(Optional.empty(), run(catchUp, chain));
    assertEquals(chain.head(), own.tip());
    assertTrue(catchUp.questions() <= questionsMax, () -> catchUp.questions() + " questions");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 11, 12, 13, 100, 2_000, 5_000})
  void shouldCatchUpAfterADivergence(int blocks) {
    int shared = 9_000 - blocks;
    BranchedChain chain = served(forked(shared, blocks, 1));
    assertCatchesUp(new Headers(SHARED), chain, QUESTIONS_MAX);
    assertCatchesUp(new Headers(forked(shared, 2 * blocks + 1, 2)), chain, QUESTIONS_MAX);
    assertCatchesUp(new Headers(forked(shared, blocks / 2, 2)), chain, QUESTIONS_MAX);
    assertCatchesUp(new Headers(SHARED.subList(0, shared)), chain, QUESTIONS_MAX);
  }

  /** Five headers of the server are new at each depth, so nearly all questions are a search. */
  @ParameterizedTest
  @CsvSource({"8999, 2", "8000, 3", "5000, 4", "1, 4"})
  void shouldFindTheCommonBlockInFewQuestions(int shared, int questions) {
    assertCatchesUp(new Headers(SHARED), served(forked(shared, 5, 1)), questions);
  }

  @Test
  void shouldCatchUpAtEachDepth() {
    for (int shared = 1; shared < 9_000; shared += 37) {
      assertCatchesUp(new Headers(SHARED), served(forked(shared, 3, 1)), 4);
    }
  }

  @Test
  void shouldKeepItsHeadersWhenTheServerIsBehind() {
    for (int length : new int[] {1, 2, 1_000, 8_999, 9_000}) {
      Headers own = new Headers(SHARED);
      HeaderCatchUp catchUp = new HeaderCatchUp(own);
      assertEquals(Optional.empty(), run(catchUp, served(SHARED.subList(0, length))));
      assertEquals(0, own.replacements);
      assertEquals(0, catchUp.added());
      assertTrue(catchUp.questions() <= QUESTIONS_MAX);
    }
  }

  @Test
  void shouldCatchUpFromOneHeaderAndFromAFloor() {
    assertCatchesUp(new Headers(SHARED.subList(0, 1)), served(SHARED), 5);
    assertCatchesUp(new Headers(SHARED.subList(4_000, 4_100)), served(SHARED), 3);
    assertCatchesUp(
        new Headers(SHARED.subList(4_000, 4_100)), served(SHARED.subList(4_050, 9_000)), 3);
  }

  /**
   * The headers arrive in several answers, and the old branch stays until the new one is longer.
   */
  @Test
  void shouldReplaceTheOldBranchAtOnce() {
    Headers own = new Headers(SHARED);
    HeaderCatchUp catchUp = new HeaderCatchUp(own);
    assertEquals(Optional.empty(), run(catchUp, served(forked(3_000, 9_500, 1))));
    assertEquals(2, own.replacements);
    assertEquals(9_500, catchUp.added());
    assertEquals(12_499, own.tip().number());
  }

  @Test
  void shouldCatchUpWithAServerThatIsReorganisedMeanwhile() {
    BranchedChain chain = served(forked(5_000, 4_500, 1));
    List<Block> other = forked(4_000, 5_600, 2);
    Headers own = new Headers(SHARED);
    HeaderCatchUp catchUp = new HeaderCatchUp(own);
    Optional<String> fault =
        run(
            catchUp,
            chain,
            answer -> {
              if (catchUp.questions() == 2) {
                chain.reorganiseTo(other);
              }
              return answer;
            });
    assertEquals(Optional.empty(), fault);
    assertEquals(chain.head(), own.tip());
  }

  @Test
  void shouldEndAtTheTipOfTheFirstAnswerWhenTheServerGrowsFaster() {
    BranchedChain chain = served(SHARED.subList(0, 3_000));
    Headers own = new Headers(SHARED.subList(0, 10));
    HeaderCatchUp catchUp = new HeaderCatchUp(own);
    Optional<String> fault =
        run(
            catchUp,
            chain,
            answer -> {
              chain.reorganiseTo(SHARED.subList(0, 3_000 + 2_500 * catchUp.questions()));
              return answer;
            });
    assertEquals(Optional.empty(), fault);
    assertEquals(2, catchUp.questions());
    assertEquals(4_009, own.tip().number());
  }

  private static LocatedHeaders with(LocatedHeaders answer, List<BlockHeader> headers) {
    return new LocatedHeaders(answer.lowest(), answer.tip(), headers);
  }

  private static void assertRefuses(
      ServedChain chain, UnaryOperator<LocatedHeaders> lie, String reason) {
    Headers own = new Headers(SHARED);
    Optional<String> fault = run(new HeaderCatchUp(own), chain, lie);
    assertTrue(fault.orElse("no fault").contains(reason), fault::toString);
    assertEquals(new Headers(SHARED).headers, own.headers);
  }

  @Test
  void shouldRefuseHeadersThatDoNotLink() {
    BranchedChain chain = served(forked(8_000, 2_000, 1));
    assertRefuses(
        chain,
        answer -> {
          List<BlockHeader> holed = new ArrayList<>(answer.headers());
          holed.remove(holed.size() / 2);
          return with(answer, holed);
        },
        "does not follow its header");
  }

  @Test
  void shouldRefuseAChainThatJoinsNothing() {
    List<Block> other = BranchedChain.on(new TestBlock().extra(7).block(), 50, 2);
    assertRefuses(served(other), answer -> answer, "joins none of the headers from 0 to 8999 here");
    List<Block> above = forked(9_000, 50, 1).subList(9_010, 9_050);
    assertRefuses(
        served(above), answer -> answer, "its chain, from block 9010 to 9049, joins none");
  }

  @Test
  void shouldRefuseAnAnswerThatContradictsItsTip() {
    BranchedChain chain = served(forked(8_990, 20, 1));
    assertRefuses(chain, answer -> with(answer, List.of()), "it sends no headers, but its tip is");
    assertRefuses(
        chain,
        answer -> new LocatedHeaders(answer.lowest(), SHARED.get(8_995).id(), answer.headers()),
        "but its headers end with");
  }

  @Test
  void shouldRefuseMoreHeadersThanAnAnswerMayHave() {
    BranchedChain chain = served(forked(5_000, 4_000, 1));
    List<BlockHeader> all = forked(5_000, 4_000, 1).stream().map(Block::header).toList();
    assertRefuses(chain, answer -> with(answer, all.subList(5_000, 7_001)), "sends 2001 headers");
  }

  /** It sends the client's own headers for ever. */
  @Test
  void shouldGiveUpWhenTheAnswersLeadNowhere() {
    BranchedChain chain = served(SHARED);
    List<BlockHeader> same = SHARED.subList(1, 2).stream().map(Block::header).toList();
    assertRefuses(
        chain, answer -> with(answer, same), "its answers do not lead to its tip, block 8999");
  }

  /** It moves to another branch before each branch is as long as the client's. */
  @Test
  void shouldGiveUpWhenTheServerNeverFinishesABranch() {
    int[] mark = {1};
    BranchedChain chain = served(forked(8_000, 900, 1));
    assertRefuses(
        chain,
        answer -> {
          mark[0]++;
          chain.reorganiseTo(forked(8_000, 900, mark[0] % 100));
          return new LocatedHeaders(
              answer.lowest(), new BlockId(20_000, Hash.ZERO), answer.headers());
        },
        "its answers do not lead to its tip, block 20000");
  }
}
