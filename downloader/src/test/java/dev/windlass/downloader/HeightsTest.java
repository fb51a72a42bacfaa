package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.peerset.PeerKind;
import dev.windlass.store.MemoryBlockStore;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The heights of peers that announce their heads by hash, as btcd's UpdatePeerHeights has them. */
class HeightsTest {
  private static final List<Block> CHAIN = TestBlocks.chain(40);
  private static final PeerId A = PeerId.of("a");
  private static final PeerId B = PeerId.of("b");
  private static final PeerId C = PeerId.of("c");

  private final DrivenCore driven =
      new DrivenCore(DrivenCore.LIMITS, store(), Map.of(), Trust.ROOT_ONLY);

  private static MemoryBlockStore store() {
    MemoryBlockStore store = new MemoryBlockStore(CHAIN.get(0));
    store.insert(CHAIN.subList(1, 21), true);
    return store;
  }

  /** Connects a hash peer, which announces its head without its number. */
  private void join(PeerId peer, Hash head) {
    driven.tell(
        c -> c.onPeer(peer, PeerKind.HASH, Announcement.ofPeer(peer, Head.of(head)), driven.now()));
    driven.runStore();
  }

  private void announce(PeerId peer, Hash head) {
    driven.tell(c -> c.onAnnouncement(Announcement.ofPeer(peer, Head.of(head)), driven.now()));
    driven.runStore();
  }

  private void send(PeerId peer, Block block) {
    Announcement said =
        Announcement.ofPeer(peer, Head.of(block, BigInteger.valueOf(block.number())));
    driven.tell(c -> c.onBlockAnnounced(said, block, driven.now()));
    driven.runStore();
  }

  private long height(PeerId peer) {
    return driven.core().snapshot(driven.now()).peers().stream()
        .filter(view -> view.id().equals(peer.name()))
        .findFirst()
        .orElseThrow()
        .height();
  }

  private static Hash hash(int number) {
    return CHAIN.get(number).hash();
  }

  @Test
  void shouldKnowTheHeightOfAPeerWhoseHeadIsTheTip() {
    join(A, hash(20));
    assertEquals(20, height(A));
  }

  @Test
  void shouldLearnTheNumbersOfHashPeersWithTheBlocksOfASync() {
    join(A, hash(0));
    join(B, hash(25));
    join(C, hash(23));
    assertEquals(-1, height(B));

    announce(A, hash(25));
    driven.answerAll(CHAIN);

    assertEquals(hash(25), driven.tip().hash());
    assertEquals(List.of(25L, 25L, 23L), List.of(height(A), height(B), height(C)));
  }

  @Test
  void shouldLearnFromAWholeBlockThatAnotherPeerSends() {
    join(A, hash(0));
    join(B, hash(0));
    announce(B, hash(30));
    assertEquals(-1, height(B));

    send(A, CHAIN.get(30));

    assertEquals(30, height(B));
  }

  @Test
  void shouldLearnFromAHeader() {
    join(B, hash(26));
    PeerId peer = driven.connect("h", PeerKind.HEADER, CHAIN.subList(0, 21));
    driven.announce(peer, CHAIN.get(29));
    driven.answerAll(CHAIN);
    assertEquals(26, height(B));
  }

  @Test
  void shouldKnowTheHeightOfAPeerThatAnnouncesAStoredBlock() {
    join(A, hash(0));
    send(A, CHAIN.get(21));
    send(A, CHAIN.get(22));
    assertEquals(hash(22), driven.tip().hash());

    join(B, hash(21));

    assertEquals(21, height(B));
    assertTrue(driven.open().isEmpty(), "a stored block is not asked for");
  }

  /** A shorter branch may be announced. The last head moves, and the height stays. */
  @Test
  void shouldNotLowerAHeightWhenAPeerChangesToAShorterBranch() {
    List<Block> fork = TestBlocks.fork(CHAIN, 18, 1, 7, 1_000_000);
    PeerId peer = driven.connect("h", PeerKind.HEADER, CHAIN.subList(0, 21));
    assertEquals(20, height(peer));

    Announcement said =
        Announcement.ofPeer(
            peer, new Head(fork.get(19).hash(), 19, Optional.of(BigInteger.valueOf(1_000))));
    driven.tell(c -> c.onAnnouncement(said.replacing(), driven.now()));
    driven.answerAll(fork);

    assertEquals(new BlockId(19, fork.get(19).hash()), driven.tip());
    assertEquals(20, height(peer));
  }
}
