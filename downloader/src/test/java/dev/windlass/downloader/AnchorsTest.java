package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnchorsTest {
  private static final long CYCLE = 10;

  private final Anchors anchors = new Anchors(3);

  private static Hash hash(int i) {
    return Hash.ofLongs(i, 0, 0, 0);
  }

  @Test
  void shouldGiveEveryAnchorItsTurn() {
    assertTrue(anchors.add(hash(1), 10));
    assertTrue(anchors.add(hash(2), 5));
    assertEquals(Optional.empty(), anchors.ready(4));
    assertEquals(5, anchors.nextNanos());
    assertEquals(Optional.of(hash(2)), anchors.ready(5));
    anchors.rest(hash(2), false, 5, CYCLE);
    assertEquals(Optional.of(hash(1)), anchors.ready(30), "it has waited longer");
    assertTrue(anchors.remove(hash(1)));
    assertEquals(Optional.of(hash(2)), anchors.ready(30));
    assertTrue(anchors.remove(hash(2)));
    assertFalse(anchors.remove(hash(2)));
    assertTrue(anchors.isEmpty());
    assertEquals(Long.MAX_VALUE, anchors.nextNanos());
  }

  @Test
  void shouldRefuseAnAnchorWhenTooManyWait() {
    for (int i = 1; i <= 3; i++) {
      assertTrue(anchors.add(hash(i), 0));
    }
    assertFalse(anchors.add(hash(4), 0));
    assertTrue(anchors.add(hash(3), 7), "it waits already");
    anchors.remove(hash(1));
    assertTrue(anchors.add(hash(4), 0));
  }

  @Test
  void shouldRestLongerEachTimeUnlessSomethingCame() {
    anchors.add(hash(1), 0);
    long now = 0;
    for (long rest : new long[] {10, 20, 40, 80, 160, 320, 640, 640}) {
      anchors.rest(hash(1), false, now, CYCLE);
      assertEquals(now + rest, anchors.nextNanos());
      now += rest;
    }
    anchors.rest(hash(1), true, now, CYCLE);
    assertEquals(now + CYCLE, anchors.nextNanos());
    anchors.retry(hash(1), now);
    assertEquals(now, anchors.nextNanos());
  }

  @Test
  void shouldLeaveAPeersSyncMoreTimeTheOftenerAnAnchorHasFailed() {
    assertEquals(Long.MAX_VALUE, anchors.givesWayNanos(0, 60));
    anchors.add(hash(1), 0);
    assertEquals(160, anchors.givesWayNanos(100, 60));
    anchors.rest(hash(1), false, 0, CYCLE);
    assertEquals(220, anchors.givesWayNanos(100, 60));
    anchors.add(hash(2), 500);
    assertEquals(220, anchors.givesWayNanos(100, 60));
    anchors.remove(hash(1));
    assertEquals(500, anchors.givesWayNanos(100, 60));
  }
}
