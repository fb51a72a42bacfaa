package dev.windlass.wire.devp2p.eth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.ListedChain;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockHeaders;
import dev.windlass.wire.devp2p.eth.HeadProbe.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HeadProbeTest {
  /** More than finding any number takes. */
  private static final int QUESTIONS_MAX = 60;

  private final List<Block> blocks = TestBlocks.chain(5_999);
  private final HeadProbe probe = new HeadProbe();
  private long now = 1_000;

  /** The answer of a node with this chain. */
  private static List<byte[]> answer(List<Block> chain, GetBlockHeaders question) {
    return new EthServer(new ListedChain(chain)).headers(question).items();
  }

  private void hear(Block head) {
    probe.heard(head.number(), head.hash(), now);
  }

  /** Asks once, and again as long as the search goes on. */
  private List<Found> ask(List<Block> chain) {
    List<Found> found = new ArrayList<>();
    int questions = 0;
    do {
      assertTrue(questions++ < QUESTIONS_MAX, "it asks without end");
      GetBlockHeaders question = probe.question(now).orElseThrow();
      probe.answered(answer(chain, question), now).ifPresent(found::add);
    } while (probe.isSearching());
    return found;
  }

  private static Found found(Block head, boolean hasLeft) {
    return new Found(head.number(), head.hash(), hasLeft);
  }

  @Test
  void shouldFindWhatWasNotAnnounced() {
    hear(blocks.get(40));
    assertEquals(List.of(), ask(blocks.subList(0, 41)));
    assertEquals(List.of(found(blocks.get(41), false)), ask(blocks.subList(0, 42)));
    assertEquals(List.of(), ask(blocks.subList(0, 42)));
    assertEquals(
        List.of(found(blocks.get(160), false)),
        ask(blocks.subList(0, 161)),
        "more than one answer holds");
  }

  /** geth claims this after import-history, and serves thousands of blocks. */
  @ParameterizedTest
  @ValueSource(ints = {2, 64, 65, 66, 129, 4_160, 4_161, 4_162, 6_000})
  void shouldFindTheHeadThoughTheNodeSaysThatItHasNothing(int length) {
    hear(blocks.get(0));
    assertEquals(List.of(found(blocks.get(length - 1), false)), ask(blocks.subList(0, length)));
  }

  /** Over eth/69, no node announces this. */
  @ParameterizedTest
  @CsvSource({
    "1, 1", "1, 2", "5, 5", "5, 90", "40, 40", "5, 4", "5, 1", "70, 3", "200, 1", "5000, 1"
  })
  void shouldFindTheHeadOfAnotherBranch(int gone, int instead) {
    hear(blocks.get(5_999));
    List<Block> other = TestBlocks.fork(blocks, 5_999 - gone, instead, 2);
    List<Found> found = ask(other);
    assertEquals(found(other.get(other.size() - 1), true), last(found), found::toString);
    assertEquals(List.of(), ask(other));
  }

  private static Found last(List<Found> found) {
    Found last = found.get(found.size() - 1);
    return new Found(last.number(), last.hash(), found.get(0).hasLeft());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 64, 65, 66, 129, 4_096, 4_161, 5_999})
  void shouldFindTheHeadOfAChainThatWasCut(int kept) {
    hear(blocks.get(5_999));
    assertEquals(List.of(found(blocks.get(kept - 1), true)), ask(blocks.subList(0, kept)));
  }

  @Test
  void shouldSearchOnceForAHeadThatIsNowhereAndThenAskOnlyThere() {
    probe.heard(Long.MAX_VALUE, Hash.ZERO, now);
    int questions = 0;
    do {
      GetBlockHeaders question = probe.question(now).orElseThrow();
      assertTrue(question.fromNumber() >= 0 && question.skip() >= 0, question::toString);
      assertEquals(Optional.empty(), probe.answered(List.of(), now));
      questions++;
    } while (probe.isSearching());
    assertTrue(questions <= 13, questions + " questions");
    hear(blocks.get(9));
    assertEquals(List.of(), ask(blocks.subList(0, 10)), "an announcement still counts");
  }

  @Test
  void shouldNotSearchWithoutEndWhenTheAnswersContradictEachOther() {
    hear(blocks.get(5_999));
    int questions = 0;
    do {
      assertTrue(questions++ < QUESTIONS_MAX, "it asks without end");
      GetBlockHeaders question = probe.question(now).orElseThrow();
      boolean isAnswered = question.skip() > 0 || questions % 3 == 0;
      List<byte[]> answer = isAnswered ? answer(blocks, question) : List.of();
      probe.answered(answer, now);
    } while (probe.isSearching());
  }

  @Test
  void shouldTakeNothingFromAnAnswerThatDoesNotFit() {
    hear(blocks.get(40));
    List<byte[]> elsewhere = List.of(blocks.get(39).header().raw());
    assertTrue(probe.question(now).isPresent());
    assertEquals(Optional.empty(), probe.answered(elsewhere, now));
    assertTrue(probe.question(now).isPresent());
    assertEquals(Optional.empty(), probe.answered(List.of(new byte[] {(byte) 0xc0}), now));
    hear(blocks.get(40));
    assertTrue(probe.question(now).isPresent());
    List<byte[]> broken = List.of(blocks.get(40).header().raw(), blocks.get(42).header().raw());
    assertEquals(Optional.empty(), probe.answered(broken, now));
    assertTrue(probe.question(now).isPresent());
    List<byte[]> padded =
        List.of(
            blocks.get(40).header().raw(),
            blocks.get(41).header().raw(),
            new byte[] {(byte) 0xc0},
            new byte[] {(byte) 0xc0});
    assertEquals(
        Optional.of(found(blocks.get(41), false)), probe.answered(padded, now), "a placeholder");
    assertTrue(probe.question(now).isPresent());
    List<byte[]> garbage = List.of(new byte[] {(byte) 0xc1, 1});
    assertThrows(RlpException.class, () -> probe.answered(garbage, now));
  }

  @Test
  void shouldHaveOneQuestionOpenAndTakeNoAnswerToNone() {
    assertTrue(probe.question(now).isEmpty(), "no head is known");
    hear(blocks.get(40));
    List<byte[]> newer = List.of(blocks.get(40).header().raw(), blocks.get(41).header().raw());
    assertEquals(Optional.empty(), probe.answered(newer, now));
    assertTrue(probe.question(now).isPresent());
    assertTrue(probe.question(now).isEmpty());
  }

  @Test
  void shouldTellFromAnAnnouncementWhetherTheHeadWasLeft() {
    Block head = blocks.get(40);
    assertFalse(probe.heard(40, head.hash(), now));
    assertFalse(probe.heard(40, head.hash(), now));
    assertFalse(probe.heard(72, blocks.get(72).hash(), now));
    assertTrue(probe.heard(40, head.hash(), now));
    assertTrue(probe.heard(40, Hash.ZERO, now));
  }

  @Test
  void shouldAskFourTimesForEachBlockThatComes() {
    hear(blocks.get(0));
    assertEquals(HeadProbe.PAUSE_MILLIS_MAX, probe.pauseMillis());
    now += 12_000;
    ask(blocks.subList(0, 13));
    assertEquals(250, probe.pauseMillis(), "a block each second");
    now += 100;
    ask(blocks.subList(0, 13));
    assertEquals(250, probe.pauseMillis(), "after a sync nothing is new yet");
    now += 3_100;
    hear(blocks.get(44));
    assertEquals(25, probe.pauseMillis(), "a block each 100 ms");
    now += 390;
    ask(blocks.subList(0, 45));
    assertEquals(25, probe.pauseMillis(), "a pause changes little");
    now += 1_000;
    ask(blocks.subList(0, 45));
    assertEquals(86, probe.pauseMillis(), "one block in a quarter of the time without any");
    now += 100_000;
    ask(blocks.subList(0, 45));
    assertEquals(HeadProbe.PAUSE_MILLIS_MAX, probe.pauseMillis(), "the chain stands still");
  }

  @Test
  void shouldCountTheBlocksThatTheNodeMayHaveMadeSinceTheLastLook() {
    assertEquals(0, probe.unseenBlocks(now + 100_000), "no head is known");
    hear(blocks.get(0));
    probe.told();
    assertEquals(0, probe.unseenBlocks(now));
    assertEquals(1, probe.unseenBlocks(now + 6_000));
    assertEquals(2, probe.unseenBlocks(now + 6_001), "a block each 12 s");
    now += 1_000;
    ask(blocks.subList(0, 11));
    assertEquals(20, probe.unseenBlocks(now), "the downloader does not know the head yet");
    probe.told();
    assertEquals(0, probe.unseenBlocks(now));
    assertEquals(1, probe.unseenBlocks(now + 50));
    assertEquals(2, probe.unseenBlocks(now + 51), "a block each 100 ms");
    now += 60_000;
    assertEquals(1_200, probe.unseenBlocks(now));
    ask(blocks.subList(0, 11));
    probe.told();
    assertEquals(1, probe.unseenBlocks(now + 7_500), "the chain stands still");
    assertEquals(10, probe.head());
  }

  /** Until eth/68 the Status names the head only by hash, and that head may be an old one. */
  @Test
  void shouldAskForTheNumberOfAHeadThatIsNamedByItsHash() {
    probe.heard(-1, blocks.get(40).hash(), now);
    GetBlockHeaders question = probe.question(now).orElseThrow();
    assertEquals(blocks.get(40).hash(), question.from());
    assertEquals(Optional.empty(), probe.answered(answer(blocks, question), now));
    assertEquals(40, probe.head());
    assertTrue(probe.isSearching(), "what is above it is asked for at once");
    assertEquals(List.of(found(blocks.get(45), false)), ask(blocks.subList(0, 46)));
  }

  @Test
  void shouldNotTakeAnotherHeaderForTheOneThatIsNamedByItsHash() {
    probe.heard(-1, blocks.get(40).hash(), now);
    List<List<byte[]>> answers =
        List.of(
            List.of(), List.of(new byte[] {(byte) 0xc0}), List.of(blocks.get(39).header().raw()));
    for (List<byte[]> answer : answers) {
      assertTrue(probe.question(now).isPresent());
      assertEquals(Optional.empty(), probe.answered(answer, now));
      assertEquals(-1, probe.head());
      assertFalse(probe.isSearching());
    }
    GetBlockHeaders question = probe.question(now).orElseThrow();
    hear(blocks.get(50));
    probe.answered(answer(blocks, question), now);
    assertEquals(50, probe.head(), "an announcement came first");
  }

  /** For any answers of a node, the questions are bounded and name possible block numbers. */
  @Test
  void shouldAskBoundedQuestionsWhateverComes() {
    SplittableRandom random = new SplittableRandom(13);
    for (int round = 0; round < 300; round++) {
      HeadProbe fuzzed = new HeadProbe();
      for (int event = 0; event < 40; event++) {
        if (random.nextInt(4) == 0) {
          fuzzed.heard(random.nextLong() >>> random.nextInt(1, 64), Hash.ZERO, now++);
        }
        Optional<GetBlockHeaders> question = fuzzed.question(now);
        question.ifPresent(
            asked -> assertTrue(asked.fromNumber() >= 0 && asked.skip() >= 0, asked::toString));
        List<byte[]> reply = new ArrayList<>();
        question.ifPresent(asked -> reply.addAll(answer(blocks, asked)));
        while (random.nextBoolean()) {
          BlockHeader any = blocks.get(random.nextInt(blocks.size())).header();
          reply.add(random.nextInt(reply.size() + 1), any.raw());
        }
        fuzzed.answered(random.nextInt(3) == 0 ? List.of() : reply, now++);
        long pause = fuzzed.pauseMillis();
        assertTrue(pause >= HeadProbe.PAUSE_MILLIS_MIN && pause <= HeadProbe.PAUSE_MILLIS_MAX);
      }
    }
  }
}
