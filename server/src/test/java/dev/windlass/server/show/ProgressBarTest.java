package dev.windlass.server.show;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.downloader.Pictures;
import dev.windlass.downloader.Progress;
import dev.windlass.node.SyncView;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private static final long SECOND = 1_000_000_000L;

  private final ProgressBar bar = new ProgressBar();

  @Test
  void shouldShowHowMuchIsDoneHowFastAndHowLongTheRestTakes() {
    draw(Pictures.fetchingBlocks(0, 8_191), 0);

    assertEquals(
        "blocks [=========           ] 45.1%  eta 3s      3,702/8,191    1,234/s  peers 2"
            + "  PEERS_BUSY",
        draw(Pictures.fetchingBlocks(3_702, 8_191), 3 * SECOND));
  }

  @Test
  void shouldShowAnEmptyBarWhenTheLengthIsNotKnown() {
    draw(Pictures.fetchingHashes(-1, 0), 0);

    assertEquals(
        "hashes [                    ]     ?  eta ?       500      500/s  peers 2  PEERS_BUSY",
        draw(Pictures.fetchingHashes(-1, 500), SECOND));
  }

  @Test
  void shouldShowNothingWhenThereIsNoSync() {
    assertEquals("", draw(Pictures.idle(7), 0));
  }

  private String draw(Progress progress, long nanos) {
    SyncView sync = new SyncView(0, OptionalLong.empty(), OptionalLong.of(0), false);
    return bar.draw(new StatusSnapshot(progress, sync, nanos), 120);
  }
}
