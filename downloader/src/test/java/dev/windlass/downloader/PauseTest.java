package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.peerset.PeerKind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A pause stores what was asked for, and nothing is fetched twice after it. */
class PauseTest {
  private static final long MINUTE = 60 * DrivenCore.SECONDS;
  private static final List<Block> CHAIN = TestBlocks.chain(40);

  private final DrivenCore core = new DrivenCore(CHAIN.get(0));

  private void pause(long nanos) {
    core.tell(c -> c.onPause(core.now() + nanos, core.now()));
  }

  private Optional<Progress.WaitingReason> waiting() {
    return core.core().waiting();
  }

  /** Answers until the store has a number of blocks, or nothing is open. */
  private void answerUntil(long number) {
    core.runStore();
    while (core.tip().number() < number && !core.open().isEmpty()) {
      core.answer(core.open().get(0), CHAIN);
      core.runStore();
    }
  }

  @Test
  void shouldFetchNothingTwiceAroundAPause() {
    core.connect("a", PeerKind.HEADER, CHAIN);
    core.connect("b", PeerKind.HEADER, CHAIN);
    core.sync(CHAIN.get(40));
    answerUntil(5);
    pause(10 * MINUTE);
    core.answerAll(CHAIN);
    long stored = core.tip().number();
    assertTrue(stored >= 5 && stored < 40, () -> "stored " + stored);
    assertEquals("it is paused", core.action(Action.SyncFailed.class).explanation());
    assertEquals(Optional.of(Progress.WaitingReason.PAUSED), waiting());
    core.pass(9 * MINUTE);
    assertEquals(List.of(), core.open());

    core.pass(MINUTE);
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(40).id(), core.tip());
    Set<Long> asked = new HashSet<>();
    for (Action.Ask ask : core.actions(Action.Ask.class)) {
      if (ask.question() instanceof Question.Bodies bodies) {
        bodies.headers().forEach(h -> assertTrue(asked.add(h.number()), () -> "twice: " + h));
      }
    }
    assertEquals(40, asked.size());
    assertEquals(0, core.core().snapshot(core.now()).counters().refetched());
  }

  /** The question for the anchor, which has no number, made the walk go on below the genesis. */
  @Test
  void shouldNotWalkBelowTheRootWhileAPeerOwesTheAnchor() {
    PeerId silent = core.connect("silent", PeerKind.HEADER, CHAIN);
    PeerId quick = core.connect("quick", PeerKind.HEADER, CHAIN);
    core.sync(CHAIN.get(40));
    assertTrue(core.isAsked(silent));
    core.answer(core.open(quick), CHAIN);
    core.runStore();
    pause(MINUTE);
    while (core.isAsked(quick)) {
      core.answer(core.open(quick), CHAIN);
      core.runStore();
    }
    for (Action.Ask ask : core.actions(Action.Ask.class)) {
      if (ask.question() instanceof Question.Headers headers && !headers.query().isByHash()) {
        long lowest = headers.query().fromNumber() - headers.query().count() + 1;
        assertTrue(lowest > 0, () -> "asked down to " + lowest);
      }
    }
  }

  @Test
  void shouldPauseAWalkAndGoOnWhereItWas() {
    core.connect("a", PeerKind.HEADER, CHAIN);
    core.sync(CHAIN.get(40));
    core.answer(core.open().get(0), CHAIN);
    core.runStore();
    core.answer(core.open().get(0), CHAIN);
    core.runStore();
    pause(MINUTE);
    core.answerAll(CHAIN);
    assertEquals(Optional.of(Progress.WaitingReason.PAUSED), waiting());
    int before = core.actions(Action.Ask.class).size();
    core.tell(c -> c.onResume(core.now()));
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(40).id(), core.tip());
    long headers =
        core.actions(Action.Ask.class).stream()
            .skip(before)
            .filter(ask -> ask.question() instanceof Question.Headers)
            .mapToLong(ask -> ask.question().size())
            .sum();
    assertTrue(headers <= 40 - 7, () -> headers + " headers after the pause");
  }

  /** A peer without the headers was asked for them again with each of its empty answers. */
  @Test
  void shouldNotAskAgainForHeadersThatAPeerLacksWhileASyncWindsDown() {
    PeerId empty = core.connect("a", PeerKind.HEADER, CHAIN);
    PeerId b = core.connect("b", PeerKind.HEADER, CHAIN);
    PeerId c = core.connect("c", PeerKind.HEADER, CHAIN);
    core.sync(CHAIN.get(40));
    core.answer(core.open(empty), CHAIN);
    core.answer(core.open(b), CHAIN);
    Question<?> lacking = new Question.Headers(HeaderQuery.byNumber(33, 6));
    assertEquals(lacking, core.open(empty).question());
    assertTrue(core.isAsked(b), "for lower headers, so that those between are wanted");
    pause(MINUTE);

    core.reply(core.open(empty), List.of());

    assertFalse(core.isAsked(empty), () -> "asked again for " + lacking);
    core.answer(core.open(c), CHAIN);
    assertEquals(lacking, core.open(c).question(), "another peer is asked");
  }

  @Test
  void shouldStartNoSyncWhileItIsPaused() {
    pause(MINUTE);
    PeerId peer = core.connect("a", PeerKind.HEADER, CHAIN);
    core.sync(CHAIN.get(10));
    core.announce(peer, CHAIN.get(20));
    assertEquals(List.of(), core.actions(Action.SyncStarted.class));
    assertEquals(List.of(new Action.PauseChanged(MINUTE)), core.actions(Action.PauseChanged.class));
    assertEquals(MINUTE, core.core().nextDeadlineNanos() - core.now());
    core.passToDeadline();
    assertEquals(new Action.PauseChanged(0), core.actions(Action.PauseChanged.class).get(1));
    assertFalse(core.actions(Action.SyncStarted.class).isEmpty());
  }

  @Test
  void shouldGoOnAfterAPauseThatEndsBeforeTheSyncHasGivenWay() {
    core.connect("a", PeerKind.HEADER, CHAIN);
    core.sync(CHAIN.get(40));
    answerUntil(5);
    pause(MINUTE);
    core.tell(c -> c.onResume(core.now()));
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(40).id(), core.tip());
  }

  @Test
  void shouldReplaceAPauseByALaterOne() {
    pause(MINUTE);
    pause(3 * MINUTE);
    core.pass(2 * MINUTE);
    assertEquals(Optional.of(Progress.WaitingReason.PAUSED), waiting());
    core.pass(MINUTE);
    assertEquals(Optional.of(Progress.WaitingReason.NO_HEAD), waiting());
  }
}
