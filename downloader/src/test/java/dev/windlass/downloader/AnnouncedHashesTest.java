package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.peerset.PeerKind;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The timers and bounds of the fetcher of 2015, in the announced-block mode. */
class AnnouncedHashesTest {
  private static final long WAIT = 500 * DrivenCore.MILLIS;
  private static final List<Block> CHAIN = TestBlocks.chain(4);
  private static final PeerId A = PeerId.of("a");
  private static final PeerId B = PeerId.of("b");

  private final AnnouncedHashes hashes = new AnnouncedHashes(WAIT);

  private static Hash hash(long number) {
    return Hash.ofLongs(7, 7, 7, number);
  }

  private static DrivenCore core(long wait) {
    return new DrivenCore(
        DrivenCore.LIMITS.with(limits -> limits.announcedWaitNanos = wait), CHAIN.get(0), Map.of());
  }

  private static PeerId connect(DrivenCore core, String name) {
    return core.connect(name, PeerKind.HEADER, CHAIN.subList(0, 1));
  }

  @Test
  void shouldFetchAHashAfterHalfASecond() {
    assertEquals(WAIT, hashes.dueNanos(A, hash(1), 0));
    assertEquals(WAIT, hashes.dueNanos(B, hash(1), 300 * DrivenCore.MILLIS), "announced before");
  }

  @Test
  void shouldFetchHashesOfATenthOfASecondTogether() {
    hashes.dueNanos(A, hash(1), 0);
    assertEquals(WAIT, hashes.dueNanos(A, hash(2), 100 * DrivenCore.MILLIS));
    long later = 101 * DrivenCore.MILLIS;
    assertEquals(later + WAIT, hashes.dueNanos(A, hash(3), later));
  }

  @Test
  void shouldForgetAHashAfterFiveSeconds() {
    hashes.dueNanos(A, hash(1), 0);
    long five = AnnouncedHashes.FORGOTTEN_NANOS;
    assertEquals(WAIT, hashes.dueNanos(A, hash(1), five));
    assertEquals(five + 1 + WAIT, hashes.dueNanos(A, hash(1), five + 1));
  }

  @Test
  void shouldLetMoreThan256OfOnePeerWaitUntilTheyAreForgotten() {
    for (int i = 0; i < AnnouncedHashes.HASHES_PER_PEER_MAX; i++) {
      hashes.dueNanos(A, hash(i), 0);
    }
    assertEquals(AnnouncedHashes.FORGOTTEN_NANOS, hashes.dueNanos(A, hash(256), 0));
    assertEquals(WAIT, hashes.dueNanos(A, hash(255), 0), "it is one of them");
    assertEquals(WAIT, hashes.dueNanos(B, hash(256), 0), "another peer has its own share");
    long later = AnnouncedHashes.FORGOTTEN_NANOS + 1;
    assertEquals(later + WAIT, hashes.dueNanos(A, hash(256), later));
  }

  @Test
  void shouldAskNothingIfTheBlockComesWholeMeanwhile() {
    DrivenCore core = core(WAIT);
    PeerId peer = connect(core, "a");
    PeerId other = connect(core, "b");
    core.announce(peer, CHAIN.get(1));
    core.pass(WAIT - 1);
    assertEquals(List.of(), core.open());

    Head head = Head.of(CHAIN.get(1), BigInteger.TEN);
    core.tell(c -> c.onBlockAnnounced(Announcement.ofPeer(other, head), CHAIN.get(1), core.now()));
    core.runStore();
    core.pass(WAIT);
    core.runStore();

    assertEquals(CHAIN.get(1).id(), core.tip());
    assertEquals(List.of(), core.actions(Action.Ask.class));
  }

  @Test
  void shouldAskWhenTheBlockHasNotCome() {
    DrivenCore core = core(WAIT);
    PeerId peer = connect(core, "a");
    core.announce(peer, CHAIN.get(2));
    assertFalse(core.isAsked(peer));

    core.passToDeadline();
    core.runStore();

    assertEquals(WAIT, core.now());
    assertTrue(core.isAsked(peer));
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(2).id(), core.tip());
  }

  @Test
  void shouldAskAtOnceUnlessTheModeIsOn() {
    DrivenCore core = core(0);
    PeerId peer = connect(core, "a");
    core.announce(peer, CHAIN.get(2));
    assertTrue(core.isAsked(peer));
  }
}
