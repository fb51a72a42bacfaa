package dev.windlass.p2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BanStore;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.wire.devp2p.Address;
import dev.windlass.wire.devp2p.RemoteHost;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PeerDirectoryTest {
  private static final PeerId PEER = PeerId.of("a");
  private static final PeerDirectory.Connection SAID =
      new PeerDirectory.Connection("Geth", "eth/69", 10, 20);

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final PeerDirectory board = new PeerDirectory();

  @Test
  void shouldKeepTheReasonWhenANamedNodeIsGone() {
    board.named(PEER, "host:1");
    board.connected(PEER, "host:1", false, SAID);
    board.failed(PEER, "refused");

    PeerDirectory.Entry entry = board.entries().get(PEER);
    assertEquals(new PeerDirectory.Entry("host:1", false, Optional.empty(), "refused"), entry);
  }

  @Test
  void shouldKeepANamedNodeThatCameByItselfAndIsGone() {
    board.named(PEER, "host:1");
    board.connected(PEER, "host:54321", true, SAID);
    board.failed(PEER, "left");
    board.failed(PEER, "refused");

    PeerDirectory.Entry entry = board.entries().get(PEER);
    assertEquals(new PeerDirectory.Entry("host:1", false, Optional.empty(), "refused"), entry);
  }

  @Test
  void shouldForgetWhoCameByItselfWhenItIsGone() {
    board.connected(PEER, "host:1", true, SAID);
    board.failed(PEER, "left");

    assertTrue(board.entries().isEmpty());
  }

  @Test
  void shouldFollowWhatAPeerSaysToHave() {
    board.connected(PEER, "host:1", false, SAID);
    board.heard(PEER, 25);
    board.heard(PEER, -1);
    board.heard(PeerId.of("untrusted"), 99);

    assertEquals(25, board.entries().get(PEER).connection().orElseThrow().latest());
    assertEquals(10, board.entries().get(PEER).connection().orElseThrow().earliest());
    assertEquals(1, board.entries().size());

    board.heard(PEER, OptionalLong.of(15), 30);
    PeerDirectory.Connection now = board.entries().get(PEER).connection().orElseThrow();
    assertEquals(new PeerDirectory.Connection("Geth", "eth/69", 15, 30), now);
  }

  @Test
  void shouldNotForgetAConnectionWhenItsNodeIsNamedAgain() {
    board.connected(PEER, "host:1", false, SAID);
    board.named(PEER, "host:1");

    assertTrue(board.entries().get(PEER).connection().isPresent());
  }

  private PeerBan ban(PeerId peer, String address, Instant since, long seconds) {
    PeerBan ban =
        new PeerBan(
            peer, address, since, since.plusSeconds(seconds), 1, Offence.UNLINKED, "it lied");
    board.banned(ban);
    return ban;
  }

  private PeerBan ban(PeerId peer, Instant since, long seconds) {
    return ban(peer, "host:1", since, seconds);
  }

  @Test
  void shouldKeepABanOfANamedNodeWhateverHappensToIt() {
    board.named(PEER, "host:1");
    board.connected(PEER, "host:1", false, SAID);
    PeerBan ban = ban(PEER, NOW, 10);
    board.failed(PEER, "gone");

    assertEquals(Optional.of(ban), board.entries().get(PEER).ban());
    assertEquals(Optional.of(ban), board.ban(PEER, NOW));
    assertEquals(Optional.of(ban), board.ban(PEER, NOW.plusSeconds(9)));
    assertEquals(Optional.empty(), board.ban(PEER, NOW.plusSeconds(10)));
  }

  @Test
  void shouldKnowTheBanOfAUntrustedPeerThatIsGone() {
    board.connected(PEER, "host:1", true, SAID);
    PeerBan ban = ban(PEER, NOW, 10);
    board.failed(PEER, "gone");

    assertTrue(board.entries().isEmpty());
    assertEquals(Optional.of(ban), board.ban(PEER, NOW));
    assertEquals("host:1", ban.address());
  }

  @Test
  void shouldListTheBansThatHold() {
    PeerId other = PeerId.of("b");
    ban(PEER, NOW, 10);
    ban(other, NOW, 30);
    assertEquals(List.of(PEER, other), List.copyOf(board.bans(NOW).keySet()));
    assertEquals(List.of(other), List.copyOf(board.bans(NOW.plusSeconds(10)).keySet()));

    ban(PEER, NOW.plusSeconds(20), 20);
    assertEquals(List.of(other, PEER), List.copyOf(board.bans(NOW.plusSeconds(20)).keySet()));
    board.pardoned(other);
    assertEquals(List.of(PEER), List.copyOf(board.bans(NOW.plusSeconds(20)).keySet()));
  }

  private boolean isHostBanned(String host, boolean exemptsLocal, Instant now) {
    return board.hostBan(RemoteHost.of(host).orElseThrow(), exemptsLocal, now).isPresent();
  }

  @Test
  void shouldRefuseTheHostOfABannedNodeUntilTheBanEnds() {
    ban(PEER, "203.0.113.7:30303", NOW, 10);
    ban(PeerId.of("b"), "[2001:db8:1:2::5]:30303", NOW, 10);
    ban(PeerId.of("c"), "", NOW, 10);
    ban(PeerId.of("d"), "some.name:30303", NOW, 10);

    assertTrue(isHostBanned("203.0.113.7", true, NOW));
    assertTrue(isHostBanned("203.0.113.7:55555", true, NOW.plusSeconds(9)));
    assertFalse(isHostBanned("203.0.113.7", true, NOW.plusSeconds(10)));
    assertFalse(isHostBanned("203.0.113.8", true, NOW));
    assertTrue(isHostBanned("2001:db8:1:2:ffff::1", true, NOW), "the same /64");
    assertFalse(isHostBanned("2001:db8:1:3::5", true, NOW));
  }

  @Test
  void shouldSpareOtherNodesOfAHostThatManyNodesShare() {
    for (String host : List.of("127.0.0.1", "10.1.2.3", "172.17.0.2", "fd00::1", "fe80::1")) {
      ban(PEER, Address.of(host, 30_303), NOW, 10);
      assertFalse(isHostBanned(host, true, NOW), host);
      assertTrue(isHostBanned(host, false, NOW), host);
    }
    ban(PeerBan.ofHost("10.9.9.9"), "10.9.9.9", NOW, 10);
    assertTrue(isHostBanned("10.9.9.9", true, NOW), "an operator has banned this host");
  }

  @Test
  void shouldNameTheUntrustedNodesOfAHost() {
    board.connected(PEER, "203.0.113.7:1", true, SAID);
    board.connected(PeerId.of("b"), "203.0.113.8:1", true, SAID);
    board.named(PeerId.of("c"), "203.0.113.7:2");
    board.connected(PeerId.of("c"), "203.0.113.7:2", false, SAID);

    assertEquals(List.of(PEER), board.untrustedFrom(RemoteHost.of("203.0.113.7").orElseThrow()));
  }

  @Test
  void shouldForgetTheOldestBanWhenThereAreTooMany() {
    for (int i = 0; i <= BanStore.PEERS_MAX; i++) {
      ban(PeerId.of("peer " + i), NOW, 10);
    }

    assertEquals(Optional.empty(), board.ban(PeerId.of("peer 0"), NOW));
    assertTrue(board.ban(PeerId.of("peer 1"), NOW).isPresent());
    assertTrue(board.ban(PeerId.of("peer " + BanStore.PEERS_MAX), NOW).isPresent());
    assertEquals(BanStore.PEERS_MAX, board.bans(NOW).size());
  }
}
