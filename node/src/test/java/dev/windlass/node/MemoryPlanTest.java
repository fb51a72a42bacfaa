package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.downloader.DownloaderLimits;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final long MIB = 1 << 20;

  @Test
  void shouldBeWhatTheDefaultsOfItsPartsAre() {
    assertEquals(DownloaderLimits.DEFAULT, MemoryPlan.DEFAULT.limits(DownloaderLimits.DEFAULT));
    assertEquals(MemoryPlan.DEFAULT.bytesMax() / 20 * 9, DownloaderLimits.DEFAULT.memoryBytesMax());
  }

  @Test
  void shouldScaleEveryPart() {
    DownloaderLimits half = new MemoryPlan(160 * MIB).limits(DownloaderLimits.DEFAULT);
    assertEquals(32 * MIB, half.queue().windowBytesMax());
    assertEquals(8 * MIB, half.queue().headerBytesMax());
    assertEquals(16 * MIB, half.headerBytesAheadMax());
    assertEquals(16 * MIB, half.announcedBytesMax());
    assertEquals(72 * MIB, half.memoryBytesMax());
  }

  @Test
  void shouldSayHowLargeAHeapMustBe() {
    assertEquals(Optional.empty(), MemoryPlan.DEFAULT.objection(384 * MIB));
    String why = MemoryPlan.DEFAULT.objection(384 * MIB - 1).orElseThrow();
    assertTrue(why.contains("320 MiB") && why.contains("-Xmx384m"), why);
  }
}
