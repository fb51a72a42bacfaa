package dev.windlass.server.show;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.downloader.Progress;
import dev.windlass.server.Pictures;
import dev.windlass.server.SyncView;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressBarTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void shouldShowHowMuchIsDoneHowFastAndHowLongTheRestTakes() {
    ProgressBar bar = new ProgressBar(120);
    draw(bar, Pictures.fetchingBlocks(0, 8_191), 0);

    assertEquals(
        "blocks [==================                      ] 45.1%  3,702/8,191  1,234/s  eta 3s"
            + "  peers 2  PEERS_BUSY",
        draw(bar, Pictures.fetchingBlocks(3_702, 8_191), 3 * SECOND));
  }

  @Test
  void shouldShowNoBarWhenTheLengthIsNotKnown() {
    ProgressBar bar = new ProgressBar(120);
    draw(bar, Pictures.fetchingHashes(-1, 0), 0);

    assertEquals(
        "links 500  500/s  peers 2  PEERS_BUSY",
        draw(bar, Pictures.fetchingHashes(-1, 500), SECOND));
  }

  @Test
  void shouldShowNothingWhenThereIsNoHaul() {
    assertEquals("", draw(new ProgressBar(120), Pictures.idle(7), 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 40, 79, 80, 81, 200})
  void shouldNeverBeAsWideAsTheTerminal(int columns) {
    ProgressBar bar = new ProgressBar(columns);

    for (long done = 0; done <= 1_000; done += 50) {
      String line = draw(bar, Pictures.fetchingBlocks(done, 1_000), done * SECOND / 100);
      assertTrue(line.length() < columns, line);
    }
  }

  private static String draw(ProgressBar bar, Progress progress, long nanos) {
    return bar.draw(new Picture(progress, new SyncView(0, OptionalLong.empty(), 0, false), nanos));
  }
}
