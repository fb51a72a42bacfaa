package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.Floor;
import dev.windlass.peerset.PeerKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
      new Downloader(
          LIMITS, Floor.at(ROOT), ROOT, Map.of(), Trust.ROOT_ONLY, new SplittableRandom(1));

  private long lie(long nowNanos) {
    core.onPeer(PEER, PeerKind.HEADER, SAID, nowNanos);
    assertEquals(1, core.snapshot(nowNanos).peers().size());
    List<Action> actions =
        core.onOffence(PEER, Offence.FABRICATED, "made up", Optional.empty(), nowNanos);
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
    core.onStanding(PEER, PeerStanding::trust, 0);
    assertEquals(60 * SECONDS, lie(0));
    assertTrue(isRefused(60 * SECONDS - 1));
    assertEquals(120 * SECONDS, lie(60 * SECONDS));
  }

  @Test
  void shouldRefuseAnyOtherForALongTime() {
    assertEquals(LIMITS.banNanos(), lie(0));
    assertTrue(LIMITS.banNanos() > 10 * 60 * SECONDS);
    assertTrue(isRefused(LIMITS.banNanos() - 1));
    assertEquals(LIMITS.banNanos(), lie(LIMITS.banNanos()), "the second is no longer");
  }

  @Test
  void shouldTakeAPeerBackThatAnOperatorTrustsAfterItsBan() {
    lie(0);
    assertEquals(
        List.of(new Action.PardonPeer(PEER)), core.onStanding(PEER, PeerStanding::trust, 0));
    core.onPeer(PEER, PeerKind.HEADER, SAID, 0);
    assertEquals(1, core.snapshot(0).peers().size());
  }

  @Test
  void shouldKeepTheBanOfATrustedPeerThatAnOperatorBanned() {
    core.onStanding(PEER, it -> it.ban("for a test", SECONDS), 0);
    assertEquals(List.of(), core.onStanding(PEER, PeerStanding::trust, 0));
    assertTrue(isRefused(SECONDS - 1));
  }

  @Test
  void shouldGiveATrustedPeerNoPoints() {
    core.onStanding(PEER, PeerStanding::trust, 0);
    core.onPeer(PEER, PeerKind.HEADER, SAID, 0);
    for (int i = 0; i < 10; i++) {
      core.onOffence(PEER, Offence.UNREQUESTED, "unasked", Optional.empty(), 0);
      core.onStanding(PEER, it -> it.asked(99), 0);
    }
    assertEquals(0, core.snapshot(0).peers().get(0).score());
  }
}
