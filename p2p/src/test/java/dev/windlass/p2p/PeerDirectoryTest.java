package dev.windlass.p2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
    assertEquals(1, board.entries().size());
  }

  @Test
  void shouldNotForgetAConnectionWhenItsNodeIsNamedAgain() {
    board.connected(PEER, "host:1", false, SAID);
    board.named(PEER, "host:1");

    assertTrue(board.entries().get(PEER).connection().isPresent());
  }

  private PeerDirectory.Ban ban(PeerId peer, Instant since, long seconds) {
    return board.banned(peer, since, since.plusSeconds(seconds), Verdict.UNLINKED, "it lied");
  }

  @Test
  void shouldKeepABanOfANamedNodeWhateverHappensToIt() {
    board.named(PEER, "host:1");
    board.connected(PEER, "host:1", false, SAID);
    PeerDirectory.Ban ban = ban(PEER, NOW, 10);
    board.failed(PEER, "gone");

    assertEquals(Optional.of(ban), board.entries().get(PEER).ban());
    assertEquals(Optional.of(ban), board.ban(PEER, NOW));
    assertEquals(Optional.of(ban), board.ban(PEER, NOW.plusSeconds(9)));
    assertEquals(Optional.empty(), board.ban(PEER, NOW.plusSeconds(10)));
  }

  @Test
  void shouldKnowTheBanOfAUntrustedPeerThatIsGone() {
    board.connected(PEER, "host:1", true, SAID);
    PeerDirectory.Ban ban = ban(PEER, NOW, 10);
    board.failed(PEER, "gone");

    assertTrue(board.entries().isEmpty());
    assertEquals(Optional.of(ban), board.ban(PEER, NOW));
    assertEquals("host:1", ban.address());
  }

  @Test
  void shouldListTheBansThatHoldAndCountHowOftenAPeerWasBanned() {
    PeerId other = PeerId.of("b");
    ban(PEER, NOW, 10);
    ban(other, NOW, 30);
    assertEquals(List.of(PEER, other), List.copyOf(board.bans(NOW).keySet()));
    assertEquals(List.of(other), List.copyOf(board.bans(NOW.plusSeconds(10)).keySet()));

    assertEquals(2, ban(PEER, NOW.plusSeconds(20), 20).times());
    assertEquals(List.of(other, PEER), List.copyOf(board.bans(NOW.plusSeconds(20)).keySet()));
    assertEquals("unlinked", board.bans(NOW.plusSeconds(20)).get(PEER).code());
  }

  @Test
  void shouldForgetTheOldestBanWhenThereAreTooMany() {
    for (int i = 0; i <= PeerDirectory.BANS_MAX; i++) {
      ban(PeerId.of("peer " + i), NOW, 10);
    }

    assertEquals(Optional.empty(), board.ban(PeerId.of("peer 0"), NOW));
    assertTrue(board.ban(PeerId.of("peer 1"), NOW).isPresent());
    assertTrue(board.ban(PeerId.of("peer " + PeerDirectory.BANS_MAX), NOW).isPresent());
    assertEquals(PeerDirectory.BANS_MAX, board.bans(NOW).size());
  }
}
