package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.fixtures.TestChains;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong is one line and an exit code, and takes nothing of what was stored. */
class FailureTest {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final ChainMaker CHAIN = ChainMaker.of(1, 400, Shape.SIGNED);

  @TempDir private Path folder;

  private Path data() {
    return folder.resolve("data");
  }

  private Windlass.Result demo(String... args) {
    return Windlass.run(Windlass.demo(args));
  }

  private void fill() {
    assertEquals(0, demo("--blocks", "400", "--data-path", data().toString()).exitCode());
  }

  private void assertNothingIsLost() {
    assertEquals(
        "verified blocks=401 number=400 tip=" + CHAIN.head().hash() + " problems=0",
        Windlass.run("verify", "--data-path", data().toString(), "--logging", "warn").lastLine());
  }

  @Test
  void shouldNameTheFileWhenItIsMissing() {
    fill();
    Path file = folder.resolve("none.era1");
    demo("--file", file.toString(), "--data-path", data().toString())
        .assertFailed(USAGE, "--file: " + file + ": no such file");
    Windlass.run(Windlass.node("--peers", "file:" + file, "--data-path", data().toString()))
        .assertFailed(FAILED, file + ": no such file");
    assertNothingIsLost();
  }

  @Test
  void shouldNameTheFileWhenItIsAFolder() {
    demo("--file", folder.toString())
        .assertFailed(USAGE, "--file: " + folder + ": is a folder, not a file");
  }

  @Test
  void shouldSayWhereTheFileEndsWhenItIsTruncated() throws IOException {
    Path file = TestChains.write(folder.resolve("chain.rlp"), CHAIN, 0, 400);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    demo("--file", file.toString()).assertFailed(FAILED, file + ": ");
  }

  @Test
  void shouldSayWhatTheFileIsNotWhenItIsNoRlp() throws IOException {
    Path file = Files.writeString(folder.resolve("chain.rlp"), "blocks, surely\n");
    demo("--file", file.toString()).assertFailed(FAILED, file + ": begins with 0x626c6f63");
  }

  @Test
  void shouldNameTheBlockWhenTheFirstOneDoesNotProve() throws IOException {
    Path file = folder.resolve("chain.rlp");
    byte[] block = CHAIN.rawBlock(7);
    // The last byte before the empty list of uncles belongs to a transaction.
    block[block.length - 2] ^= 1;
    Files.write(file, block);
    demo("--file", file.toString()).assertFailed(FAILED, "transactions-root");
  }

  @Test
  void shouldNameBothChainsWhenTheStoreHoldsAnother() throws IOException {
    fill();
    ChainMaker other = ChainMaker.of(9L << 32, 10, Shape.EMPTY);
    Path file = TestChains.write(folder.resolve("other.rlp"), other, 0, 10);
    Windlass.Result result = demo("--file", file.toString(), "--data-path", data().toString());
    result.assertFailed(FAILED, file + " is another chain");
    assertTrue(result.err().contains(CHAIN.hashAt(0).toString()), result::err);
    assertTrue(result.err().contains(other.hashAt(0).toString()), result::err);
    Windlass.run(Windlass.node("--peers", "file:" + file, "--data-path", data().toString()))
        .assertFailed(FAILED, file + " is another chain");
    assertNothingIsLost();
  }

  /** One of another chain, one that is not there, one with a flipped byte, and one cut short. */
  @Test
  void shouldSyncFromTheFileThatIsWholeAndNameTheOthers() throws Exception {
    ChainMaker other = ChainMaker.of(9L << 32, 10, Shape.EMPTY);
    Path whole = TestChains.write(folder.resolve("whole.rlp"), CHAIN, 0, 10);
    Path others = TestChains.write(folder.resolve("others.rlp"), other, 0, 10);
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.rlp"), Arrays.copyOf(bytes, bytes.length - 5));
    bytes[20] ^= 1;
    Path flipped = Files.write(folder.resolve("flipped.rlp"), bytes);
    Path none = folder.resolve("none.rlp");
    StringBuilder peers = new StringBuilder();
    for (Path file : List.of(flipped, cut, none, others, whole)) {
      peers.append(peers.isEmpty() ? "file:" : ",file:").append(file);
    }
    String[] args =
        Windlass.node(
            "--peers",
            peers.toString(),
            "--data-path",
            data().toString(),
            "--anchor",
            CHAIN.hashAt(10).toString(),
            "--exit-when-synced");
    StringBuilder lines = new StringBuilder();
    try (ChildWindlass node = new ChildWindlass(folder.resolve("out"), args)) {
      for (String line = node.logLine(); line != null; line = node.logLine()) {
        lines.append(line).append('\n');
      }
      assertEquals(0, node.exitCode());
    }
    String log = lines.toString();
    assertLeftOut(log, flipped, "is not one chain");
    assertLeftOut(log, cut, "is truncated");
    assertLeftOut(log, none, "no such file");
    assertLeftOut(log, others, "is another chain");
    assertFalse(log.contains("file=" + whole), log);
  }

  private static void assertLeftOut(String log, Path file, String because) {
    String line = "file=" + file + " reason=" + because;
    assertTrue(log.contains(line), () -> line + " is not in " + log);
  }

  @Test
  void shouldRefuseOptionsThatExcludeEachOther() throws IOException {
    Path file = TestChains.write(folder.resolve("chain.rlp"), CHAIN, 0, 1);
    demo("--file", file.toString(), "--blocks", "3")
        .assertFailed(USAGE, "--blocks is for a made chain");
  }

  @Test
  void shouldSayWhatWouldBeRightWhenABlockCountIsWrong() {
    demo("--blocks", "0")
        .assertFailed(USAGE, "--blocks: '0' is not a count of blocks: expected a number from 1");
    demo("--blocks", "many").assertFailed(USAGE, "--blocks: 'many' is not a count of blocks");
  }

  @Test
  void shouldSayThatThereIsNothingToVerifyWhenThereIsNoStore() {
    Windlass.run("verify", "--data-path", data().toString(), "--logging", "warn")
        .assertFailed(USAGE, "--data-path: there is no store in " + data());
  }

  @Test
  void shouldNameThePortWhenItIsInUse() throws IOException {
    fill();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      String[] data = {"--data-path", data().toString()};
      Windlass.run(Windlass.node(data[0], data[1], "--rpc-http-port", port))
          .assertFailed(FAILED, "port " + port + " on 127.0.0.1 is in use");
      Windlass.run(Windlass.node(data[0], data[1], "--metrics-port", port))
          .assertFailed(FAILED, "--metrics-port");
      demo(data[0], data[1], "--blocks", "400", "--serve", "--rpc-http-port", port)
          .assertFailed(FAILED, "--rpc-http-port");
    }
    assertNothingIsLost();
  }

  @Test
  void shouldSyncAllTheSameWhenADemosPortIsInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      Windlass.Result result = demo("--blocks", "100", "--rpc-http-port", port);
      assertEquals(0, result.exitCode(), result::toString);
    }
  }

  @Test
  void shouldSayInUseWhenAnotherProcessHasTheStore() throws Exception {
    fill();
    String[] node = Windlass.node("--data-path", data().toString());
    node[2] = "info";
    try (ChildWindlass holder = new ChildWindlass(folder.resolve("out.txt"), node)) {
      assertNotNull(holder.awaitLog("Metrics are served"));
      demo("--blocks", "400", "--data-path", data().toString())
          .assertFailed(FAILED, "in use by a process that runs");
      Windlass.run("verify", "--data-path", data().toString(), "--logging", "warn")
          .assertFailed(FAILED, "in use by a process that runs");
      holder.terminate();
      assertEquals(0, holder.exitCode());
      assertEquals("", holder.output());
    }
    assertNothingIsLost();
  }

  @Test
  void shouldSayNotReadableWhenTheRightIsMissing() throws IOException {
    fill();
    Path chain = data().resolve("chain");
    Files.setPosixFilePermissions(chain, PosixFilePermissions.fromString("---------"));
    try {
      Assumptions.assumeFalse(
          Files.isReadable(chain), "skipped: this user may read what nobody may");
      demo("--blocks", "400", "--data-path", data().toString())
          .assertFailed(FAILED, "permission denied");
    } finally {
      Files.setPosixFilePermissions(chain, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    assertNothingIsLost();
  }

  @Test
  void shouldSayDamagedWhenATableIsLost() throws IOException {
    fill();
    Files.delete(data().resolve("chain/CURRENT"));
    assertDamagedUntilItIsMovedAway();
  }

  @Test
  void shouldSayDamagedWhenATableHasLostItsEnd() throws IOException {
    fill();
    // A second opening turns the log into a table.
    fill();
    try (Stream<Path> files = Files.list(data().resolve("chain"))) {
      Path table = files.filter(file -> file.toString().endsWith(".sst")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(table);
      bytes[bytes.length - 1] ^= 1;
      Files.write(table, bytes);
    }
    assertDamagedUntilItIsMovedAway();
  }

  /** The way out that the message names is one. */
  private void assertDamagedUntilItIsMovedAway() throws IOException {
    String[] args = {"--blocks", "400", "--data-path", data().toString()};
    for (int start = 0; start < 2; start++) {
      Windlass.Result result = demo(args);
      result.assertFailed(FAILED, "is damaged: ");
      assertTrue(result.err().contains("move the folder 'chain' of the data path away"));
    }
    Files.move(data().resolve("chain"), folder.resolve("damaged"));
    assertEquals(0, demo(args).exitCode());
    assertNothingIsLost();
  }

  @Test
  void shouldSayThatTheDataPathIsAFile() throws IOException {
    Files.writeString(data(), "no folder");
    demo("--blocks", "400", "--data-path", data().toString())
        .assertFailed(USAGE, "--data-path: " + data() + ": is a file, not a folder");
  }

  @Test
  void shouldEndCleanWhenItIsTerminatedInTheMiddleOfASync() throws Exception {
    String[] args = Windlass.demo("--data-path", data().toString(), "--blocks", "30000");
    args[2] = "trace";
    try (ChildWindlass child = new ChildWindlass(folder.resolve("out.txt"), args)) {
      assertNotNull(child.awaitLog("Inserted "));
      child.terminate();
      assertEquals(0, child.exitCode());
      assertEquals("", child.output());
    }
    Windlass.Result result =
        Windlass.run("verify", "--data-path", data().toString(), "--logging", "warn");
    assertEquals(0, result.exitCode(), result::toString);
    Windlass.Result again = demo("--data-path", data().toString(), "--blocks", "30000");
    assertTrue(again.lastLine().contains(" number=30000 "), again::toString);
  }
}
