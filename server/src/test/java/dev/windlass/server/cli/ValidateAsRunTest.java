package dev.windlass.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.fixtures.TestChains;
import dev.windlass.server.Windlass;
import dev.windlass.server.Windlass.Result;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.LevelDbBlockStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code validate-config} refuses what {@code run} refuses, in the same words. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ValidateAsRunTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 10, Shape.EMPTY);
  private static final ChainMaker OTHER = ChainMaker.of(9L << 32, 10, Shape.EMPTY);
  private static final String KEY = "a".repeat(128);

  @TempDir private Path folder;

  private String data() {
    return folder.resolve("data").toString();
  }

  private Result begin(String command, String... args) {
    List<String> all = new ArrayList<>(List.of(command, "--logging", "off"));
    List<String> given = List.of(args);
    if (!given.contains("--data-path")) {
      all.addAll(List.of("--data-path", data()));
    }
    for (String port : List.of("--rpc-http-port", "--metrics-port")) {
      if (!given.contains(port)) {
        all.addAll(List.of(port, "0"));
      }
    }
    all.addAll(given);
    return Windlass.run(all.toArray(String[]::new));
  }

  private void assertBothRefuse(String complaint, String... args) {
    Result validated = begin("validate-config", args);
    Result ran = begin("run", args);
    assertTrue(ran.err().contains(complaint), ran::toString);
    assertEquals(1, ran.err().lines().count(), ran::toString);
    assertEquals(ran.err(), validated.err().replace("windlass validate-config", "windlass run"));
    assertEquals(ran.exitCode(), validated.exitCode());
    assertNotEquals(0, ran.exitCode());
    assertFalse(validated.out().contains("valid\n"), validated::toString);
  }

  private void fill(ChainMaker chain) {
    LevelDbBlockStore.open(Path.of(data()), Block.decode(chain.rawBlock(0))).close();
  }

  @Test
  void shouldRefuseOptionsThatContradictEachOther() throws IOException {
    assertBothRefuse("--exit-when-synced needs --anchor", "--exit-when-synced");
    String[] ports = {"--rpc-http-port", "1234", "--metrics-port", "1234"};
    assertBothRefuse("--rpc-http-port and --metrics-port are both 1234", ports);
    Path genesis = Files.writeString(folder.resolve("genesis.json"), "{}");
    String[] networks = {"--network", "hoodi", "--genesis-file", genesis.toString()};
    assertBothRefuse("--network and --genesis-file both name a network", networks);
  }

  @Test
  void shouldRefuseValuesThatAreNone() throws IOException {
    assertBothRefuse("--peers: 'enode://", "--peers", "enode://" + KEY + "@h:1");
    assertBothRefuse("--peers: 'enode://h:1' is no enode", "--peers", "enode://h:1");
    assertBothRefuse("--anchor: a hash is", "--anchor", "0x12");
    Path genesis = Files.writeString(folder.resolve("genesis.json"), "{\"config\": {}}");
    String[] file = {"--genesis-file", genesis.toString()};
    assertBothRefuse("--genesis-file: " + genesis + ": alloc is missing", file);
    Path toml = Files.writeString(folder.resolve("w.toml"), "pears = []");
    String unknown = toml + ":1: unknown key 'pears'; did you mean 'peers'?";
    assertBothRefuse(unknown, "--config-file", toml.toString());
  }

  @Test
  void shouldRefuseFilesThatAreNotWhatTheyShouldBe() throws IOException {
    String absent = folder.resolve("absent").toString();
    assertBothRefuse("--config-file: " + absent + ": no such file", "--config-file", absent);
    assertBothRefuse("--genesis-file: " + absent + ": no such file", "--genesis-file", absent);
    assertBothRefuse(absent + ": no such file", "--peers", "file:" + absent);
    Path text = Files.writeString(folder.resolve("chain.rlp"), "blocks, surely\n");
    assertBothRefuse(text + ": begins with 0x626c6f63", "--peers", "file:" + text);
    assertBothRefuse("--data-path: " + text + ": is a file", "--data-path", text.toString());
    String below = text.resolve("data").toString();
    assertBothRefuse("--data-path: " + text, "--data-path", below);
    Path other = TestChains.write(folder.resolve("other.rlp"), OTHER, 0, 9);
    String[] sepolia = {"--network", "sepolia", "--peers", "file:" + other};
    assertBothRefuse(other + " is of another network: its block 0 is", sepolia);
    Path later = TestChains.write(folder.resolve("later.rlp"), OTHER, 1, 9);
    String[] behind = {"--network", "sepolia", "--peers", "file:" + later};
    assertBothRefuse(later + " is another chain: its block 1 stands on", behind);
  }

  @Test
  void shouldRefuseAStoreThatIsNotTheOneItShouldBe() throws IOException {
    fill(CHAIN);
    String[] network = {"--network", "sepolia"};
    assertBothRefuse("the store begins with the genesis " + CHAIN.hashAt(0), network);
    for (int lowest : new int[] {0, 1}) {
      Path other = TestChains.write(folder.resolve(lowest + ".rlp"), OTHER, lowest, 9);
      assertBothRefuse(other + " is another chain", "--peers", "file:" + other);
    }
    Path data = Path.of(data());
    try (LevelDbBlockStore held = LevelDbBlockStore.open(data)) {
      assertEquals(0, held.tip().number());
      assertBothRefuse("is in use by a process that runs");
    }
    Files.writeString(data.resolve("nodekey"), "no key\n");
    assertBothRefuse(data.resolve("nodekey") + ": ");
    Files.delete(data.resolve("nodekey"));
    Files.delete(data.resolve("chain/CURRENT"));
    assertBothRefuse("is damaged");
  }

  @Test
  void shouldRefuseAPortThatIsInUseAndAnAddressThatIsNotOurs() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      String inUse = "port " + port + " on 127.0.0.1 is in use: choose another with ";
      assertBothRefuse(inUse + "--rpc-http-port", "--rpc-http-port", port);
      assertBothRefuse(inUse + "--metrics-port", "--metrics-port", port);
      assertBothRefuse(inUse + "--p2p-port", "--p2p-enabled", "--p2p-port", port);
      Result validated = begin("validate-config", "--p2p-port", port);
      assertEquals(0, validated.exitCode(), validated::toString);
    }
    String[] theirs = {"--rpc-http-host", "192.0.2.1"};
    assertBothRefuse("192.0.2.1 is not an address of this machine", theirs);
    String[] unknown = {"--metrics-host", "no_such_host.invalid"};
    assertBothRefuse("no_such_host.invalid is not an address of this machine", unknown);
  }

  @Test
  void shouldShowTheValuesAlsoOfWhatIsRefusedAndMakeNothing() {
    Result refused = begin("validate-config", "--peers", "file:/absent");
    assertTrue(refused.out().contains("peers = [file:/absent]  # command line\n"), refused::out);
    Result valid = begin("validate-config");
    assertEquals(0, valid.exitCode(), valid::toString);
    assertEquals("valid", valid.lastLine());
    assertFalse(Files.exists(Path.of(data())));
  }
}
