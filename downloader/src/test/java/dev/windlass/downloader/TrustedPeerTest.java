package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.peerset.PeerKind;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How long a trusted peer is refused. */
class TrustedPeerTest {
  private static final long SECONDS = 1_000_000_000L;
  private static final PeerId PEER = PeerId.of("peer");
  private static final BlockId ROOT = new BlockId(0, Hash.ZERO);
  private static final Announcement SAID = Announcement.ofPeer(PEER, ROOT.hash(), 0);
  private static final DownloaderLimits LIMITS = DownloaderLimits.DEFAULT;

  private final Downloader core =
      new Downloader(LIMITS, ROOT, ROOT, Map.of(), Trust.ROOT_ONLY, new SplittableRandom(1));

  private long lie(long nowNanos) {
    core.onPeer(PEER, PeerKind.HEADER, SAID, nowNanos);
    assertEquals(1, core.snapshot(nowNanos).peers().size());
    List<Action> actions = core.onUnrequested(PEER, Verdict.FABRICATED, "made up", nowNanos);
    return actions.stream()
        .filter(Action.BanPeer.class::isInstance)
        .map(action -> ((Action.BanPeer) action).nanos())
        .findFirst()
        .orElseThrow();
  }

  private boolean isRefused(long nowNanos) {
    List<Action> actions = core.onPeer(PEER, PeerKind.HEADER, SAID, nowNanos);
    return actions.contains(new Action.DropPeer(PEER, SyncError.BAD_PEER));
  }

  @Test
  void shouldRefuseATrustedPeerForAMinute() {
    core.onTrusted(PEER, 0);
    assertEquals(60 * SECONDS, lie(0));
    assertTrue(isRefused(60 * SECONDS - 1));
    assertEquals(120 * SECONDS, lie(60 * SECONDS));
  }

  @Test
  void shouldRefuseAnyOtherForALongTime() {
    assertEquals(LIMITS.banNanos(), lie(0));
    assertTrue(LIMITS.banNanos() > 10 * 60 * SECONDS);
    assertTrue(isRefused(LIMITS.banNanos() - 1));
  }
}
