package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.TestBlock;
import dev.windlass.downloader.Pictures;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurrentRuleTest {
  private static final BlockHeader TIP = new TestBlock().number(100).block().header();
  private static final Instant MADE = Instant.ofEpochSecond(TIP.timestamp());
  private static final Instant DAY_LATER = MADE.plus(CurrentRule.TIP_AGE_MAX);

  private static CurrentRule rule(long... checkpoints) {
    List<BlockId> all =
        java.util.Arrays.stream(checkpoints)
            .mapToObj(number -> new BlockId(number, Pictures.hash(number)))
            .toList();
    return CurrentRule.following(all, Optional.of(CurrentRule.TIP_AGE_MAX));
  }

  /**
   * btcd's TestIsInIBDMode. Only the relaying of blocks depends on this. A sync starts if a head is
   * better than the tip, however old the tip is.
   */
  @ParameterizedTest
  @CsvSource({
    "young and nothing higher, 0, 100, true",
    "young and a peer is higher, 0, 1000, false",
    "old and nothing higher, 86401, 100, false",
    "old and a peer is higher, 86401, 1000, false"
  })
  void shouldBeCurrentIfTheTipIsYoungAndNoPeerIsHigher(
      String what, long tipAgeSeconds, long claimed, boolean isCurrent) {
    Instant now = MADE.plusSeconds(tipAgeSeconds);
    assertEquals(isCurrent, rule().isCurrent(TIP, claimed, now), what);
  }

  @Test
  void shouldFindATipOldAfterADay() {
    assertEquals(Optional.empty(), rule().overAge(TIP, DAY_LATER));
    assertTrue(rule().isCurrent(TIP, -1, DAY_LATER));
    Instant later = DAY_LATER.plusSeconds(1);
    assertEquals(Optional.of(Duration.between(MADE, later)), rule().overAge(TIP, later));
    assertFalse(rule().isCurrent(TIP, -1, later));
    assertTrue(CurrentRule.NONE.isCurrent(TIP, -1, later), "its operator says how far it goes");
  }

  @Test
  void shouldNotBeCurrentBelowTheLastCheckpoint() {
    assertEquals(-1, rule(50, 100).checkpointAbove(100));
    assertTrue(rule(50, 100).isCurrent(TIP, -1, MADE));
    assertEquals(101, rule(50, 101).checkpointAbove(100));
    assertFalse(rule(50, 101).isCurrent(TIP, -1, MADE));
  }

  @Test
  void shouldTakeABlockForTheNewestUnlessAHigherHeadIsClaimed() {
    assertTrue(rule().isNewest(TIP, -1, MADE));
    assertTrue(rule().isNewest(TIP, 100, MADE));
    assertFalse(rule().isNewest(TIP, 101, MADE));
    assertFalse(rule(101).isNewest(TIP, 100, MADE), "below the last checkpoint");
    assertFalse(rule().isNewest(TIP, 100, DAY_LATER.plusSeconds(1)));
  }

  @Test
  void shouldNotBeCurrentFarBelowAClaimedHead() {
    assertTrue(rule().isCurrent(TIP, 132, MADE));
    assertFalse(rule().isCurrent(TIP, 133, MADE));
  }
}
