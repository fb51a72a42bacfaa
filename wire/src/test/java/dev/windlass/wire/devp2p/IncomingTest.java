package dev.windlass.wire.devp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class IncomingTest {
  private static final long SECOND = 1_000_000_000L;

  private final Incoming incoming = new Incoming(SECOND, 0);

  @Test
  void shouldSayOnceASecondWhatCameAtAPace() {
    assertEquals(0, incoming.came(6_000, SECOND / 2));
    assertEquals(12_000, incoming.came(6_000, SECOND));
    assertEquals(0, incoming.came(6_000, SECOND + SECOND / 2));
    assertEquals(20_000, incoming.came(14_000, 2 * SECOND));
  }

  @Test
  void shouldNotTakeDropsForAPace() {
    for (int second = 1; second <= 60; second++) {
      assertEquals(0, incoming.came(8_191, second * SECOND));
    }
    assertEquals(8_192, incoming.came(8_192, 61 * SECOND));
    assertEquals(0, incoming.came(50_000, 71 * SECOND), "it took ten seconds");
  }

  @Test
  void shouldCountAnewAfterAWholeFrame() {
    assertEquals(0, incoming.came(50_000, SECOND / 2));
    incoming.restart(SECOND / 2);
    assertEquals(0, incoming.came(100, SECOND));
    assertEquals(0, incoming.came(100, SECOND + SECOND / 2));
  }
}
