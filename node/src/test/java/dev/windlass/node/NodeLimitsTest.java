package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeLimitsTest {
  @ParameterizedTest
  @CsvSource({"50,25,0,25", "50,25,25,25", "50,25,26,24", "50,25,50,0", "50,25,60,0", "10,25,3,7"})
  void shouldKeepASlotForEachNamedNode(int peersMax, int inboundMax, int named, int slots) {
    NodeLimits limits = NodeLimits.ofPeers(peersMax, inboundMax);

    assertEquals(slots, limits.inboundSlots(named));
  }

  @Test
  void shouldGiveTheStoreItsCache() {
    NodeLimits limits =
        new NodeLimits(
            MemoryPlan.DEFAULT,
            50,
            25,
            1 << 20,
            Duration.ZERO,
            OptionalInt.empty(),
            1L << 30,
            BandwidthPlan.NONE);

    assertEquals(1 << 20, limits.store().cacheBytes());
  }
}
