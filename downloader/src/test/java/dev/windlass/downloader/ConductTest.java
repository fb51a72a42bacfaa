package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BanStore;
import dev.windlass.chain.store.Floor;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import dev.windlass.peerset.PeerKind;
import dev.windlass.store.MemoryBlockStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConductTest {
  private static final long SECONDS = 1_000_000_000L;
  private static final long MINUTES = 60 * SECONDS;
  private static final long DAY = 24 * 60 * MINUTES;
  private static final Block ROOT = TestBlocks.genesis();
  private static final PeerId PEER = PeerId.of("peer");
  private static final Announcement SAID = Announcement.ofPeer(PEER, ROOT.hash(), 0);
  private static final Optional<Evidence> NONE = Optional.empty();

  private final MemoryBlockStore store = new MemoryBlockStore(ROOT);
  private Downloader core = start();

  private Downloader start() {
    BlockId root = store.root();
    return new Downloader(
        DownloaderLimits.DEFAULT,
        Floor.at(root),
        root,
        Map.of(),
        Trust.ROOT_ONLY,
        new SplittableRandom(1));
  }

  private void connect(long nowNanos) {
    core.onPeer(PEER, PeerKind.HEADER, SAID, nowNanos);
  }

  private List<Action> offend(Offence offence, long nowNanos) {
    return offence == Offence.HEAVY_ASKING
        ? core.onStanding(PEER, it -> it.asked(1), nowNanos)
        : core.onOffence(PEER, offence, "wrong", NONE, nowNanos);
  }

  private static <T extends Action> List<T> of(List<Action> actions, Class<T> kind) {
    return actions.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private int score(long nowNanos) {
    return core.snapshot(nowNanos).peers().get(0).score();
  }

  /** How many times at once ban, the points of one, and what is left of them later. */
  @ParameterizedTest
  @CsvSource({
    "FABRICATED, 1, 0, 0, 0",
    "WRONG_CHAIN, 1, 0, 0, 0",
    "OPERATOR, 1, 0, 0, 0",
    "UNLINKED, 3, 40, 20, 0",
    "UNREQUESTED, 3, 40, 20, 0",
    "NOT_FOUND, 6, 20, 20, 20",
    "HEAVY_ASKING, 101, 1, 0, 0",
  })
  void shouldBanAboveAHundredPoints(
      Offence offence, int times, int points, int afterAMinute, int afterHalfAnHour) {
    connect(0);
    List<Action> first = offend(offence, 0);
    if (times > 1) {
      assertEquals(points, score(0));
      assertEquals(afterAMinute, score(MINUTES));
      assertEquals(afterHalfAnHour, score(31 * MINUTES));
    }
    List<Action.BanPeer> bans = new ArrayList<>(of(first, Action.BanPeer.class));
    int done = 1;
    while (bans.isEmpty() && done < 200) {
      bans.addAll(of(offend(offence, 0), Action.BanPeer.class));
      done++;
    }
    assertEquals(times, done);
    assertEquals(offence, bans.get(0).offence());
    assertEquals(DAY, bans.get(0).nanos());
  }

  @Test
  void shouldWarnOnceEachTimeTheScoreRisesAboveFifty() {
    connect(0);
    assertEquals(List.of(), warnings(Offence.UNREQUESTED, 0));
    assertEquals(List.of(Offence.UNREQUESTED), warnings(Offence.UNREQUESTED, 10 * SECONDS));
    assertEquals(List.of(), warnings(Offence.NOT_FOUND, 20 * SECONDS), "it is above already");
    assertEquals(List.of(Offence.UNREQUESTED), warnings(Offence.UNREQUESTED, 40 * MINUTES));
  }

  private List<Offence> warnings(Offence offence, long nowNanos) {
    return of(offend(offence, nowNanos), Action.ScorePeer.class).stream()
        .flatMap(score -> score.warned().stream())
        .toList();
  }

  @Test
  void shouldKeepTheScoreOfAPeerThatReconnects() {
    connect(0);
    offend(Offence.UNREQUESTED, 0);
    offend(Offence.NOT_FOUND, 0);
    List<Action> left = core.onPeerGone(PEER, SECONDS);
    connect(2 * SECONDS);
    assertEquals(20 + 39, score(2 * SECONDS));
    assertEquals(
        List.of(new Action.ScorePeer(PEER, 20, SECONDS, 39, Optional.empty())),
        of(left, Action.ScorePeer.class));
  }

  /** A monotonic clock begins anywhere, and no time before 1970 can be stored. */
  @Test
  void shouldKeepNoTimeOfLastingPointsThatAPeerDoesNotHave() {
    connect(-DAY);
    offend(Offence.UNREQUESTED, -DAY);
    Action.ScorePeer left = of(core.onPeerGone(PEER, -DAY), Action.ScorePeer.class).get(0);
    assertEquals(Instant.EPOCH, left.at(Instant.EPOCH).lastingSince());
  }

  @Test
  void shouldKeepTheScoresWhenTheNodeStops() {
    connect(0);
    offend(Offence.UNREQUESTED, 0);
    assertEquals(1, of(core.onTerminate(SECONDS), Action.ScorePeer.class).size());
  }

  @Test
  void shouldForgetThePointsOfAPeerThatIsPardoned() {
    connect(0);
    offend(Offence.FABRICATED, 0);
    assertEquals(
        List.of(new Action.DropPeer(PEER, SyncError.BAD_PEER)),
        core.onPeer(PEER, PeerKind.HEADER, SAID, SECONDS));
    core.onStanding(PEER, PeerStanding::pardon, SECONDS);
    connect(SECONDS);
    assertEquals(0, score(SECONDS));
  }

  @Test
  void shouldDisconnectAPeerThatAnOperatorBans() {
    connect(0);
    List<Action> actions = core.onStanding(PEER, it -> it.ban("for a test", MINUTES), 0);
    Action.BanPeer ban = of(actions, Action.BanPeer.class).get(0);
    assertEquals(Offence.OPERATOR, ban.offence());
    assertEquals(MINUTES, ban.nanos());
    assertEquals(0, core.snapshot(0).peers().size());
    connect(MINUTES);
    assertEquals(1, core.snapshot(MINUTES).peers().size());
  }

  private boolean isRefused(PeerId peer, long nowNanos) {
    return core.onPeer(peer, PeerKind.HEADER, SAID, nowNanos)
        .contains(new Action.DropPeer(peer, SyncError.BAD_PEER));
  }

  @Test
  void shouldTakeOverBansAndScoresAfterARestartAndDropThoseThatHaveEnded() {
    Instant then = Instant.parse("2026-01-02T03:04:05Z");
    Instant now = then.plus(Duration.ofHours(10));
    PeerId held = PeerId.of("held");
    PeerId over = PeerId.of("over");
    store.putPeerBan(ban(held, then, Duration.ofHours(24)), new byte[0]);
    store.putPeerBan(ban(over, then, Duration.ofHours(10)), new byte[0]);
    store.putPeerScore(new PeerScore(PEER, 20, then, 40, now.minusSeconds(60)));
    store.putPeerScore(new PeerScore(over, 20, now.minusSeconds(86_401), 5, then));

    core = start();
    PeerStanding.restore(core, store, now, 7 * DAY);

    assertEquals(List.of(held), store.peerBans().stream().map(PeerBan::peer).toList());
    assertEquals(List.of(PEER), store.peerScores().stream().map(PeerScore::peer).toList());
    assertFalse(isRefused(over, 7 * DAY));
    assertTrue(isRefused(held, 7 * DAY + 14 * 60 * MINUTES - 1));
    assertFalse(isRefused(held, 7 * DAY + 14 * 60 * MINUTES));
    core.onPeer(PEER, PeerKind.HEADER, SAID, 7 * DAY);
    List<Action> again = core.onOffence(held, Offence.FABRICATED, "wrong", NONE, 8 * DAY);
    assertEquals(3, of(again, Action.BanPeer.class).get(0).times());
    assertEquals(
        40,
        core.snapshot(7 * DAY).peers().stream()
            .filter(peer -> peer.id().equals(PEER.name()))
            .findFirst()
            .orElseThrow()
            .score());
  }

  private static PeerBan ban(PeerId peer, Instant since, Duration length) {
    return new PeerBan(peer, "", since, since.plus(length), 2, Offence.FABRICATED, "wrong");
  }

  @Test
  void shouldForgetTheOldestBanWhenThereAreTooMany() {
    for (int i = 0; i <= BanStore.PEERS_MAX; i++) {
      core.onStanding(PeerId.of("peer " + i), it -> it.ban("for a test", DAY), i);
    }
    assertFalse(isRefused(PeerId.of("peer 0"), DAY - 1));
    assertTrue(isRefused(PeerId.of("peer 1"), DAY - 1));
  }
}
