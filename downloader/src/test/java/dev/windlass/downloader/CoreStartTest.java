package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.store.MemoryBlockStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CoreStartTest {
  private static final List<Block> CHAIN = TestBlocks.chainWithBodies(20);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  /** The bans are taken over before anybody performs what the core decides. */
  @Test
  void shouldDecideNothingBeforeItsFirstEvent() {
    MemoryBlockStore store = new MemoryBlockStore(CHAIN.get(0));
    store.insert(CHAIN.subList(1, 21), false);
    PeerId banned = PeerId.of("banned");
    store.putPeerBan(
        new PeerBan(
            banned, "", NOW, NOW.plus(Duration.ofDays(1)), 1, Offence.FABRICATED, "for a test"),
        new byte[0]);
    Trust trust = new Trust(List.of(CHAIN.get(10).id()));
    DownloaderLimits limits =
        DownloaderLimits.DEFAULT.with(
            draft -> {
              draft.history = History.fromNumber(12).pruning();
              draft.prunedKeeping = 5;
            });
    Downloader core = CoreStart.of(limits, store, trust, new SplittableRandom(1), NOW, 7);

    List<Action> first = core.onTime(8);

    assertTrue(
        first.contains(new Action.Store(new StoreJob.RecordCheckpoint(CHAIN.get(10).id()))),
        first::toString);
    assertTrue(first.contains(new Action.Store(new StoreJob.Raise(12))), first::toString);
    assertEquals(List.of(), core.onTime(9));
  }
}
