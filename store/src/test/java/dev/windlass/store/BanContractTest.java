package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BanStore;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every block store for the bans of hashes and peers, and for scores. */
class BanContractTest extends StoreContract {
  static final Instant TIME = Instant.ofEpochMilli(1_234_567);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldKeepBansInTheOrderOfAdding(boolean isOnDisk) {
    open(isOnDisk);
    Map<Hash, String> expected = new LinkedHashMap<>();
    for (int i = 0; i < 40; i++) {
      Hash hash = Hash.ofLongs(31L * i ^ 0x5555, i, i, i);
      store.putBan(hash, "evidence « " + i);
      expected.put(hash, "evidence « " + i);
    }
    Hash again = Hash.ofLongs(31L * 4 ^ 0x5555, 4, 4, 4);
    store.putBan(again, "found twice");
    expected.put(again, "found twice");
    Hash removed = Hash.ofLongs(31L * 9 ^ 0x5555, 9, 9, 9);
    store.removeBan(removed);
    store.removeBan(Hash.ZERO);
    expected.remove(removed);
    reopen();
    assertEquals(List.copyOf(expected.entrySet()), List.copyOf(store.bans().entrySet()));
    store.putBan(removed, "");
    expected.put(removed, "");
    reopen();
    assertEquals(List.copyOf(expected.entrySet()), List.copyOf(store.bans().entrySet()));
  }

  static PeerBan ban(String peer, long second, String evidence) {
    Instant since = Instant.ofEpochSecond(second, 7_000_000);
    return new PeerBan(
        PeerId.of(peer),
        "[2001:db8::1]:30303",
        since,
        since.plusSeconds(86_400),
        3,
        Offence.UNLINKED,
        evidence);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldKeepTheBansOfPeersWithTheirEvidence(boolean isOnDisk) {
    open(isOnDisk);
    PeerBan first = ban("enode:aa", 10, "it « lied »");
    PeerBan second = ban("file:/b", 11, "");
    byte[] bytes = {1, 2, 3};
    store.putPeerBan(first, bytes);
    store.putPeerBan(second, new byte[0]);
    reopen();
    assertEquals(List.of(first, second), store.peerBans());
    assertArrayEquals(bytes, store.banEvidence(first.peer()).orElseThrow());
    assertEquals(Optional.empty(), store.banEvidence(second.peer()));

    PeerBan again = ban("enode:aa", 12, "again");
    store.putPeerBan(again, new byte[0]);
    reopen();
    assertEquals(List.of(second, again), store.peerBans(), "the newest comes last");
    assertEquals(Optional.empty(), store.banEvidence(first.peer()));

    store.removePeerBan(second.peer());
    store.removePeerBan(PeerId.of("another"));
    reopen();
    assertEquals(List.of(again), store.peerBans());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldForgetTheOldestBanAndScoreWhenThereAreTooMany(boolean isOnDisk) {
    open(isOnDisk);
    for (int i = 0; i < BanStore.PEERS_MAX; i++) {
      store.putPeerBan(ban("peer " + i, i, ""), new byte[] {7});
      store.putPeerScore(new PeerScore(PeerId.of("peer " + i), 1, TIME, 2, TIME));
    }
    store.putPeerBan(ban("peer 1", 1, "again"), new byte[] {8});
    store.putPeerBan(ban("one more", 1, ""), new byte[0]);
    store.putPeerScore(new PeerScore(PeerId.of("one more"), 1, TIME, 2, TIME));
    reopen();
    List<PeerBan> bans = store.peerBans();
    assertEquals(BanStore.PEERS_MAX, bans.size());
    assertEquals(PeerId.of("peer 2"), bans.get(0).peer());
    assertEquals(PeerId.of("one more"), bans.get(bans.size() - 1).peer());
    assertEquals(Optional.empty(), store.banEvidence(PeerId.of("peer 0")));
    assertArrayEquals(new byte[] {8}, store.banEvidence(PeerId.of("peer 1")).orElseThrow());
    assertEquals(BanStore.PEERS_MAX, store.peerScores().size());
    assertEquals(PeerId.of("peer 1"), store.peerScores().get(0).peer());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldForgetTheOldestEvidenceWhenItIsTooLarge(boolean isOnDisk) {
    open(isOnDisk);
    byte[] quarter = new byte[(int) (BanStore.EVIDENCE_BYTES_MAX / 4)];
    for (int i = 0; i < 5; i++) {
      store.putPeerBan(ban("peer " + i, i, ""), quarter);
    }
    reopen();
    assertEquals(5, store.peerBans().size());
    assertEquals(Optional.empty(), store.banEvidence(PeerId.of("peer 0")));
    assertArrayEquals(quarter, store.banEvidence(PeerId.of("peer 1")).orElseThrow());
    store.removePeerBan(PeerId.of("peer 2"));
    store.putPeerBan(ban("peer 5", 5, ""), quarter);
    assertArrayEquals(quarter, store.banEvidence(PeerId.of("peer 1")).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldKeepTheScoresOfPeersUntilTheyAreZero(boolean isOnDisk) {
    open(isOnDisk);
    PeerId peer = PeerId.of("enode:aa");
    PeerScore score = new PeerScore(peer, 20, TIME, 39, TIME.plusMillis(1));
    PeerScore other = new PeerScore(PeerId.of("enode:bb"), 0, TIME, 1, TIME);
    store.putPeerScore(new PeerScore(peer, 1, TIME, 2, TIME));
    store.putPeerScore(other);
    store.putPeerScore(score);
    reopen();
    assertEquals(List.of(other, score), store.peerScores());
    store.putPeerScore(new PeerScore(peer, 0, TIME, 0, TIME));
    store.putPeerScore(new PeerScore(PeerId.of("another"), 0, TIME, 0, TIME));
    reopen();
    assertEquals(List.of(other), store.peerScores());
  }
}
