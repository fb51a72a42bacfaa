package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.links.HashChain;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.peerset.PeerKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which syncs start, one at a time, and how they end. */
class DownloaderTest {
  private static final List<Block> CHAIN = TestBlocks.chain(12);
  private static final Hash BANNED = CHAIN.get(7).hash();

  private final DrivenCore core =
      new DrivenCore(DrivenCore.LIMITS, CHAIN.get(0), Map.of(BANNED, "its state root is wrong"));

  private PeerId connect(String name) {
    return core.connect(name, PeerKind.HEADER, CHAIN.subList(0, 1));
  }

  private List<Hash> started() {
    return core.actions(Action.SyncStarted.class).stream().map(Action.SyncStarted::anchor).toList();
  }

  private static Hash hash(int number) {
    return CHAIN.get(number).hash();
  }

  private void name(Hash anchor) {
    core.tell(c -> c.onAnnouncement(Announcement.ofOperator(anchor), core.now()));
  }

  @Test
  void shouldStartNoSyncBeforeAPeerIsThere() {
    name(hash(5));
    assertEquals(List.of(), started());
    connect("a");
    assertEquals(List.of(hash(5)), started());
  }

  @Test
  void shouldRunOneSyncAtATime() {
    connect("a");
    name(hash(3));
    name(hash(6));
    core.runStore();
    assertEquals(List.of(hash(3)), started());
    while (core.actions(Action.SyncDone.class).isEmpty()) {
      assertEquals(List.of(hash(3)), started());
      core.answer(core.open().get(0), CHAIN);
      core.runStore();
    }
    assertEquals(List.of(hash(3), hash(6)), started());
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(6).id(), core.tip());
    assertTrue(core.core().isIdle());
  }

  @Test
  void shouldAskNothingMoreWhenASyncIsCancelled() {
    connect("a");
    core.sync(CHAIN.get(6));
    Action.Ask asked = core.open().get(0);
    core.tell(c -> c.onCancel(core.now()));
    assertEquals(SyncError.CANCEL_HASH_FETCH, core.action(Action.SyncFailed.class).error());
    core.answer(asked, CHAIN);
    assertEquals(
        new Action.RefuseDelivery(asked.peer(), asked.ticket(), SyncError.NO_SYNC_ACTIVE),
        core.action(Action.RefuseDelivery.class));
    core.pass(24 * 3_600 * DrivenCore.SECONDS);
    core.runStore();
    assertEquals(List.of(hash(6)), started());
    assertEquals(List.of(asked), core.actions(Action.Ask.class));
  }

  @Test
  void shouldRefuseABannedHeadAndDropItsPeer() {
    PeerId peer = connect("a");
    core.announce(peer, CHAIN.get(7));
    assertEquals(
        new Action.RefuseHead(BANNED, SyncError.BANNED_HEAD), core.action(Action.RefuseHead.class));
    assertEquals(
        new Action.DropPeer(peer, SyncError.BANNED_HEAD), core.action(Action.DropPeer.class));
    assertEquals(List.of(), started());
  }

  @Test
  void shouldRefuseTheHeadOfAPeerThatIsNotConnected() {
    core.announce(PeerId.of("gone"), CHAIN.get(5));
    assertEquals(
        new Action.RefuseHead(hash(5), SyncError.UNKNOWN_PEER),
        core.action(Action.RefuseHead.class));
  }

  @Test
  void shouldRefuseAnAnchorWhenTooManyWait() {
    int max = DrivenCore.LIMITS.anchorsMax();
    for (int i = 0; i < max; i++) {
      name(Hash.ofLongs(1, 2, 3, i));
    }
    assertEquals(List.of(), core.actions(Action.RefuseHead.class));
    name(hash(5));
    assertEquals(
        new Action.RefuseHead(hash(5), SyncError.BUSY), core.action(Action.RefuseHead.class));
  }

  @Test
  void shouldIgnoreWhatTheStoreHasDoneForASyncThatIsOver() {
    connect("a");
    name(hash(6));
    long over = core.jobs(StoreJob.Prepare.class).get(0).sync();
    core.tell(c -> c.onCancel(core.now()));
    name(hash(3));
    core.tell(c -> c.onPrepared(over, HashChain.empty(hash(6)), List.of(), core.now()));
    assertEquals(List.of(), core.open());
    core.runStore();
    assertEquals(1, core.open().size());
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(3).id(), core.tip());
  }

  @Test
  void shouldStartNothingWhenItIsTerminated() {
    PeerId peer = connect("a");
    core.sync(CHAIN.get(6));
    name(hash(2));
    core.tell(c -> c.onTerminate(core.now()));
    assertEquals(1, core.actions(Action.SyncFailed.class).size());
    name(hash(3));
    core.tell(c -> c.onAnnouncement(Announcement.ofPeer(peer, hash(5), 5), core.now()));
    assertEquals(List.of(hash(6)), started());
    assertEquals(Long.MAX_VALUE, core.core().nextDeadlineNanos());
  }
}
