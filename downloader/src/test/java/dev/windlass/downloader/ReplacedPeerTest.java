package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.peerset.PeerKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A peer is lost, or silent, at each stage of a sync of twenty blocks, and another one takes over.
 * The stages are those of btcd's TestSyncStateMachine.
 */
class ReplacedPeerTest {
  private static final List<Block> CHAIN = TestBlocks.chain(20);
  private static final int BODIES = 5;

  private enum Stage {
    BEFORE_HEADERS,
    AMONG_HEADERS,
    AT_THE_FIRST_BODY,
    AFTER_FIVE_BODIES
  }

  private enum Loss {
    GONE,
    SILENT
  }

  private final DrivenCore core =
      new DrivenCore(
          DrivenCore.LIMITS.with(
              limits ->
                  limits.peers =
                      limits.peers.with(
                          peers -> {
                            peers.bodiesPerRequestMax = BODIES;
                            peers.blocksPerRequestFirst = BODIES;
                          })),
          CHAIN.get(0),
          Map.of());

  /** The numbers of the bodies that a peer was asked for, in order. */
  private List<Long> bodies(PeerId peer) {
    List<Long> numbers = new ArrayList<>();
    for (Action.Ask ask : core.actions(Action.Ask.class)) {
      if (ask.peer().equals(peer) && ask.question() instanceof Question.Bodies asked) {
        asked.headers().stream().map(BlockHeader::number).forEach(numbers::add);
      }
    }
    return numbers;
  }

  private void answer(PeerId peer) {
    core.answer(core.open(peer), CHAIN);
    core.runStore();
  }

  private void answerAll(PeerId peer) {
    core.runStore();
    while (core.isAsked(peer)) {
      answer(peer);
    }
  }

  private void bringTo(Stage stage, PeerId peer) {
    if (stage == Stage.AMONG_HEADERS) {
      answer(peer);
      answer(peer);
    } else if (stage != Stage.BEFORE_HEADERS) {
      core.walkHeaders(CHAIN);
    }
    if (stage == Stage.AFTER_FIVE_BODIES) {
      answer(peer);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BEFORE_HEADERS, GONE",
    "AMONG_HEADERS, GONE",
    "AT_THE_FIRST_BODY, GONE",
    "AFTER_FIVE_BODIES, GONE",
    "BEFORE_HEADERS, SILENT",
    "AMONG_HEADERS, SILENT",
    "AT_THE_FIRST_BODY, SILENT",
    "AFTER_FIVE_BODIES, SILENT"
  })
  void shouldAskTheNextPeerForExactlyWhatIsOutstanding(Stage stage, Loss loss) {
    PeerId lost = core.connect("lost", PeerKind.HEADER, CHAIN);
    core.sync(CHAIN.get(20));
    bringTo(stage, lost);
    long stored = core.tip().number();
    assertEquals(stage == Stage.AFTER_FIVE_BODIES ? 5 : 0, stored);
    List<Long> owed = bodies(lost).stream().filter(number -> number > stored).toList();

    PeerId next = core.connect("next", PeerKind.HEADER, CHAIN);
    int askedBefore = bodies(next).size();
    if (loss == Loss.GONE) {
      core.tell(c -> c.onPeerGone(lost, core.now()));
    } else {
      // The next peer brings all that the silent one does not owe, and waits for its deadline.
      answerAll(next);
      core.passToDeadline();
    }
    answerAll(next);

    assertEquals(CHAIN.get(20).id(), core.tip());
    List<Long> outstanding = LongStream.rangeClosed(stored + 1, 20).boxed().toList();
    assertEquals(outstanding, List.copyOf(new TreeSet<>(bodies(next))));
    assertEquals(outstanding.size(), bodies(next).size(), "each of them once");
    if (loss == Loss.GONE && !owed.isEmpty()) {
      List<Long> after = bodies(next).subList(askedBefore, bodies(next).size());
      assertEquals(owed, after.subList(0, owed.size()), "what the lost peer owed comes first");
    }
    assertHeadersComeBeforeBodies();
    assertNothingIsInFlight();
  }

  private void assertHeadersComeBeforeBodies() {
    boolean areBodiesAsked = false;
    for (Action.Ask ask : core.actions(Action.Ask.class)) {
      areBodiesAsked |= ask.question() instanceof Question.Bodies;
      assertTrue(!areBodiesAsked || ask.question() instanceof Question.Bodies, ask::toString);
    }
  }

  /** Except for the answer of a silent peer, until its deadline. */
  private void assertNothingIsInFlight() {
    assertEquals(0, core.core().holdings().openReservations());
    if (core.core().holdings().inFlightRequests() > 0) {
      core.passToDeadline();
    }
    assertEquals(0, core.core().holdings().inFlightRequests());
  }

  @Test
  void shouldGiveBackWhatALostPeerOwesToThreePeersInOrder() {
    PeerId lost = core.connect("lost", PeerKind.HEADER, CHAIN);
    core.sync(CHAIN.get(20));
    core.walkHeaders(CHAIN);
    PeerId second = core.connect("second", PeerKind.HEADER, CHAIN);
    PeerId third = core.connect("third", PeerKind.HEADER, CHAIN);

    core.tell(c -> c.onPeerGone(lost, core.now()));
    core.answer(core.open(third), CHAIN);
    core.answer(core.open(second), CHAIN);

    assertEquals(List.of(11L, 12L, 13L, 14L, 15L, 1L, 2L, 3L, 4L, 5L), bodies(third));
    assertEquals(List.of(6L, 7L, 8L, 9L, 10L, 16L, 17L, 18L, 19L, 20L), bodies(second));
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(20).id(), core.tip());
    assertNothingIsInFlight();
  }
}
