package dev.windlass.downloader.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.store.Floor;
import dev.windlass.downloader.Action;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.Downloader;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.peerset.PeerKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer lists a banned hash, and does not show the blocks that stand on it. */
class BanGrowthTest {
  private static final long SECONDS = 1_000_000_000L;
  private static final PeerId PEER = PeerId.of("peer");
  private static final PeerId OTHER = PeerId.of("other");
  private static final Hash ROOT = hash(0);
  private static final Hash BANNED = hash(900);
  private static final Hash HEAD = hash(1_500);

  private final Downloader core =
      new Downloader(
          DownloaderLimits.OF_2015,
          Floor.at(new BlockId(0, ROOT)),
          new BlockId(0, ROOT),
          Map.of(BANNED, "its state root is wrong"),
          Trust.ROOT_ONLY,
          new SplittableRandom(1));
  private final List<Action> done = new ArrayList<>();
  private int bans;

  private static Hash hash(int number) {
    return Hash.ofLongs(26, 0, 0, number);
  }

  /** Hashes of a chain below its head, newest first, with the banned one in it. */
  private static List<Hash> listed() {
    List<Hash> hashes = new ArrayList<>();
    for (int number = 1_499; number >= 800; number--) {
      hashes.add(hash(number));
    }
    return hashes;
  }

  private <T extends Action> T last(Class<T> kind) {
    return done.stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .reduce((first, second) -> second)
        .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " in " + done));
  }

  private void tell(Function<Downloader, List<Action>> event) {
    done.addAll(event.apply(core));
  }

  @BeforeEach
  void listTheBannedHash() {
    bans = core.bans().size();
    tell(c -> c.onPeer(PEER, PeerKind.HASH, Announcement.ofPeer(PEER, ROOT, 0), 0));
    tell(c -> c.onPeer(OTHER, PeerKind.HASH, Announcement.ofPeer(OTHER, ROOT, 0), 0));
    tell(c -> c.onAnnouncement(Announcement.ofPeer(PEER, HEAD, -1), 0));
    long sync = ((StoreJob.Prepare) last(Action.Store.class).job()).sync();
    tell(c -> c.onPrepared(sync, HashChain.empty(HEAD), List.of(), 0));
    Action.Ask asked = last(Action.Ask.class);
    assertEquals(PEER, asked.peer());
    Question.Hashes question = (Question.Hashes) asked.question();
    Delivery<Hash> list = Delivery.of(Verdict.COMPLETE, listed(), 700 * 33);
    tell(c -> c.onDelivery(PEER, asked.ticket(), question, list, SECONDS));
    assertEquals(PEER, last(Action.Ask.class).peer());
    List<Hash> growth = askedForGrowth().hashes();
    assertEquals(BANNED, growth.get(growth.size() - 1));
    assertTrue(done.stream().noneMatch(Action.SyncFailed.class::isInstance));
  }

  private Question.Blocks askedForGrowth() {
    return (Question.Blocks) last(Action.Ask.class).question();
  }

  private void assertFailedForTheBannedHash() {
    Action.SyncFailed failed = last(Action.SyncFailed.class);
    assertEquals(SyncError.INVALID_CHAIN, failed.error());
    assertTrue(failed.explanation().contains(BANNED.toString()), failed::explanation);
    assertEquals(bans, core.bans().size());
    assertTrue(core.isIdle());
    assertEquals(0, core.holdings().inFlightRequests());
  }

  @Test
  void shouldEndWithItsDeadlineWhenItIsNotAnswered() {
    tell(c -> c.onTime(core.nextDeadlineNanos() - 1));
    assertTrue(done.stream().noneMatch(Action.SyncFailed.class::isInstance));
    tell(c -> c.onTime(core.nextDeadlineNanos()));
    assertFailedForTheBannedHash();
    assertEquals(PEER, last(Action.DropPeer.class).peer());
  }

  @Test
  void shouldEndAtOnceWhenItsPeerLeaves() {
    tell(c -> c.onPeerGone(PEER, 2 * SECONDS));
    assertFailedForTheBannedHash();
    assertTrue(done.stream().noneMatch(Action.DropPeer.class::isInstance));
  }

  @Test
  void shouldEndWithNothingMoreBannedWhenTheAnswerIsEmpty() {
    long ticket = last(Action.Ask.class).ticket();
    Question.Blocks question = askedForGrowth();
    Delivery<Block> nothing = question.judge(List.of());
    assertEquals(Verdict.EMPTY, nothing.verdict());
    tell(c -> c.onDelivery(PEER, ticket, question, nothing, 2 * SECONDS));
    assertFailedForTheBannedHash();
    assertEquals(PEER, last(Action.DropPeer.class).peer());
  }
}
