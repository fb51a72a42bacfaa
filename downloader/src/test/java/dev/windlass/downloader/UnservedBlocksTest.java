package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.TestBlocks;
import dev.windlass.peerset.PeerKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which blocks are reported as unserved, if the only peer lacks them. */
class UnservedBlocksTest {
  private static final List<Block> CHAIN = TestBlocks.chain(12);

  private final DrivenCore core =
      new DrivenCore(DownloaderLimits.DEFAULT.withoutPeersHeads(), CHAIN.get(0), Map.of());

  private Optional<String> unserved() {
    Progress progress = core.core().snapshot(core.now());
    assertEquals(Optional.of(Progress.WaitingReason.HEAD_UNSERVED), progress.waiting());
    return progress.unserved().map(Object::toString);
  }

  @Test
  void shouldReportNoNumbersForAHeadWhoseNumberIsNotKnown() {
    core.connect("a", PeerKind.HEADER, CHAIN.subList(0, 5));
    core.sync(CHAIN.get(12));
    core.answerAll(CHAIN.subList(0, 5));
    assertEquals(Optional.empty(), unserved());
  }

  @Test
  void shouldReportTheHeadersBelowThoseThatWereServed() {
    core.connect("a", PeerKind.HEADER, CHAIN);
    core.sync(CHAIN.get(12));
    core.answer(core.open().get(0), CHAIN);
    while (!core.open().isEmpty()) {
      core.reply(core.open().get(0), List.of());
      core.runStore();
    }
    assertEquals(
        Optional.of(
            "the headers of blocks 1 to 11 are not served by the only peer:"
                + " name an era mirror or an archive node"),
        unserved());
  }
}
