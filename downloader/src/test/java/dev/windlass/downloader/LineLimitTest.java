package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.ListedChain;
import dev.windlass.downloader.Progress.WaitingReason;
import dev.windlass.peerset.PeerKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sync keeps to the bandwidth that an operator allows, and does not idle below it. */
class LineLimitTest {
  private static final long SECONDS = DrivenCore.SECONDS;
  private static final long AHEAD_NANOS = 200_000_000L;
  private static final int BLOCKS = 400;
  private static final List<Block> CHAIN =
      TestBlocks.linked(
          0, Hash.ZERO, BLOCKS + 1, block -> block.transactionOf(1_500).transaction(block.number));

  private DrivenCore core;

  /** What the shell measures. */
  private long bytesPerSecond;

  private long paidAtNanos;
  private long bytesRead;

  private void start(PeerKind kind, long newBytesPerSecond) {
    core = new DrivenCore(CHAIN.get(0));
    bytesPerSecond = newBytesPerSecond;
    tellLine();
    for (String name : List.of("a", "b", "c", "d", "e", "f")) {
      core.connect(name, kind, CHAIN);
    }
    core.sync(CHAIN.get(BLOCKS));
  }

  private void tellLine() {
    core.core().limitLine(bytesPerSecond, paidAtNanos - AHEAD_NANOS);
  }

  private void answerFirst() {
    Action.Ask ask = core.open().get(0);
    List<byte[]> items = ask.question().answeredBy(new ChainServer(new ListedChain(CHAIN)));
    long bytes = items.stream().mapToLong(item -> item.length).sum();
    bytesRead += bytes;
    paidAtNanos =
        Math.max(paidAtNanos, core.now()) + (bytesPerSecond == 0 ? 0 : bytes * SECONDS / rate());
    tellLine();
    core.reply(ask, items);
    core.runStore();
  }

  private long rate() {
    return Math.max(1, bytesPerSecond);
  }

  /** Answers at once whatever is asked, and lets time pass only if nothing is. */
  private void sync() {
    while (!core.tip().equals(CHAIN.get(BLOCKS).id())) {
      if (core.open().isEmpty()) {
        assertEquals(Optional.of(WaitingReason.BANDWIDTH_LIMIT), core.core().waiting());
        assertEquals(paidAtNanos - AHEAD_NANOS, core.core().nextDeadlineNanos());
        core.passToDeadline();
        core.runStore();
      } else {
        long inFlight = core.open().stream().mapToLong(ask -> ask.question().size()).sum();
        assertTrue(inFlight * 600 < bytesPerSecond * 2, inFlight + " items are asked for at once");
        answerFirst();
      }
      long allowed = bytesPerSecond * core.now() / SECONDS + 2 * bytesPerSecond;
      assertTrue(bytesRead <= allowed, () -> bytesRead + " after " + core.now());
    }
  }

  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void shouldTakeAsLongAsTheLineNeeds(PeerKind kind) {
    start(kind, 64_000);
    sync();
    long needed = bytesRead * SECONDS / bytesPerSecond;
    assertTrue(core.now() >= needed - 2 * SECONDS, core.now() + " for " + bytesRead);
    assertTrue(core.now() <= needed, core.now() + " for " + bytesRead);
    assertTrue(core.actions(Action.DropPeer.class).isEmpty());
    assertTrue(core.actions(Action.BanPeer.class).isEmpty());
    assertTrue(core.actions(Action.SyncFailed.class).isEmpty());
  }

  @Test
  void shouldNotWaitOnceTheLimitIsGone() {
    start(PeerKind.HEADER, 64_000);
    while (!core.open().isEmpty()) {
      answerFirst();
    }
    bytesPerSecond = 0;
    tellLine();
    core.pass(1);
    assertFalse(core.open().isEmpty());
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(BLOCKS).id(), core.tip());
    assertTrue(core.now() < SECONDS);
  }

  @Test
  void shouldCheckAHeadWhateverTheLineCarries() {
    core = new DrivenCore(DrivenCore.LIMITS, CHAIN.get(0), Map.of());
    bytesPerSecond = 64_000;
    paidAtNanos = 3_600 * SECONDS;
    tellLine();
    core.connect("a", PeerKind.HEADER, CHAIN);
    core.sync(CHAIN.get(BLOCKS));
    assertEquals(1, core.open().size(), "the header of the head");
  }
}
