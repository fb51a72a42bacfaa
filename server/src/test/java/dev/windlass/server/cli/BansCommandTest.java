package dev.windlass.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.EvidenceCodec;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.server.Windlass;
import dev.windlass.server.Windlass.Result;
import dev.windlass.server.http.ServedBans;
import dev.windlass.store.LevelDbBlockStore;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BansCommandTest {
  private static final Block BLOCK = new TestBlock().number(1).block();
  private static final byte[] PROOF =
      EvidenceCodec.encode(new Evidence.OffCheckpoint(new BlockId(1, Hash.ZERO), BLOCK.header()));
  private static final byte[] NO_PROOF =
      EvidenceCodec.encode(new Evidence.OffCheckpoint(BLOCK.id(), BLOCK.header()));

  @TempDir private Path folder;

  private static PeerBan ban(String peer, Offence offence) {
    Instant now = Instant.now();
    return new PeerBan(
        PeerId.of(peer), "203.0.113.7:30303", now, now.plusSeconds(600), 2, offence, "it lied");
  }

  private static Result run(ServedBans served, String... args) {
    List<String> all = new ArrayList<>(List.of("bans"));
    all.addAll(List.of(args));
    all.add("--rpc-http-port=" + served.port);
    return Windlass.run(all.toArray(String[]::new));
  }

  @Test
  void shouldListTheBansOfTheRunningNode() {
    try (ServedBans served = new ServedBans()) {
      served.nodes.banned(ban("enode:5b2d60956cd083b8", Offence.WRONG_CHAIN));
      List<String> lines = run(served, "list").out().lines().toList();
      assertEquals(2, lines.size());
      assertTrue(lines.get(0).startsWith("ID "), lines::toString);
      assertTrue(
          lines.get(1).matches("enode:5b2d60956cd083b8 +203.0.113.7:30303 +wrong_chain .* it lied"),
          lines::toString);

      JsonObject json = new JsonObject(run(served, "list", "--json").out());
      JsonObject first = json.getJsonArray("peers").getJsonObject(0);
      assertEquals("wrong_chain", first.getString("code"));
    }
  }

  @Test
  void shouldAddAndRemoveBans() {
    try (ServedBans served = new ServedBans()) {
      Result added = run(served, "add", "203.0.113.7", "--for=7d", "--reason=it floods");
      assertEquals(0, added.exitCode(), added::toString);
      assertTrue(added.out().startsWith("banned id=host:203.0.113.7 until="), added::out);
      assertEquals(0, run(served, "add", "enode:5b2d60956cd083b8").exitCode());
      Result removed = run(served, "remove", "host:203.0.113.7");
      assertEquals("ended id=host:203.0.113.7\n", removed.out(), removed::toString);
      assertEquals(
          List.of(
              "ban host:203.0.113.7 PT168H it floods",
              "ban enode:5b2d60956cd083b8 PT24H no reason was given",
              "pardon host:203.0.113.7"),
          served.done());
      assertEquals(2, run(served, "add", "some.name").exitCode());
      assertEquals(2, run(served, "add", "203.0.113.7", "--for=1y").exitCode());
    }
    assertEquals(2, Windlass.run("bans").exitCode());
  }

  @Test
  void shouldReplayTheEvidenceOfTheRunningNode() {
    try (ServedBans served = new ServedBans()) {
      served.nodes.banned(ban("enode:aa", Offence.WRONG_CHAIN));
      served.nodes.banned(ban("file:/a b.rlp", Offence.UNREQUESTED));
      served.keepEvidence("enode:aa", PROOF);
      Result replayed = run(served, "replay");
      assertEquals(0, replayed.exitCode(), replayed::toString);
      List<String> lines = replayed.out().lines().toList();
      String proven = "proven enode:aa wrong_chain: checkpoint: block 1 is ";
      assertTrue(lines.get(0).startsWith(proven), lines::toString);
      assertEquals("not replayable file:/a b.rlp unrequested: no bytes are kept", lines.get(1));

      served.keepEvidence("enode:aa", NO_PROOF);
      Result refuted = run(served, "replay", "enode:aa");
      assertEquals(1, refuted.exitCode());
      String refusal = "not proven enode:aa wrong_chain: the bytes do not show this offence\n";
      assertEquals(refusal, refuted.out());
      assertEquals(2, run(served, "replay", "enode:bb").exitCode());

      served.nodes.banned(ban("enode:cc", Offence.FABRICATED));
      served.keepEvidence("enode:cc", PROOF);
      assertEquals(1, run(served, "replay", "enode:cc").exitCode(), "another offence is proven");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void shouldReplayTheEvidenceOfTheDataPathWhenNoNodeRuns() throws IOException {
    try (LevelDbBlockStore store = LevelDbBlockStore.open(folder, BLOCK)) {
      store.putPeerBan(ban("enode:aa", Offence.WRONG_CHAIN), PROOF);
      store.putPeerBan(ban("enode:bb", Offence.OPERATOR), new byte[0]);
    }
    String port = "--rpc-http-port=" + freePort();
    Result replayed = Windlass.run("bans", "replay", port, "--data-path=" + folder);
    assertEquals(0, replayed.exitCode(), replayed::toString);
    List<String> lines = replayed.out().lines().toList();
    assertEquals(2, lines.size());
    assertTrue(lines.get(0).startsWith("proven enode:aa wrong_chain: "), lines::toString);
    assertTrue(lines.get(1).startsWith("not replayable enode:bb operator: "), lines::toString);

    Path nothing = folder.resolve("nothing");
    assertEquals(2, Windlass.run("bans", "replay", port, "--data-path=" + nothing).exitCode());
  }
}
