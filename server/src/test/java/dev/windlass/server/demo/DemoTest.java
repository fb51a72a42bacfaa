package dev.windlass.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.fixtures.TestChains;
import dev.windlass.fixtures.TestData;
import dev.windlass.server.ChildWindlass;
import dev.windlass.server.StopSignal;
import dev.windlass.server.Windlass;
import dev.windlass.server.Windlass.Result;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
  private static final Pattern LINE =
      Pattern.compile(
          "synced blocks=(\\d+) number=(\\d+) tip=(0x[0-9a-f]{64}) seconds=\\d+\\.\\d\\d"
              + " blocks_per_second=\\d+ refetched=(\\d+) hedged=\\d+ peers_banned=(\\d+)");

  private record Synced(long blocks, long number, String head, long refetched, long banned) {}

  @TempDir private Path folder;

  private static Synced synced(Result result) {
    assertEquals(0, result.exitCode(), result::toString);
    Matcher matcher = LINE.matcher(result.lastLine());
    assertTrue(matcher.matches(), result::toString);
    return new Synced(
        Long.parseLong(matcher.group(1)),
        Long.parseLong(matcher.group(2)),
        matcher.group(3),
        Long.parseLong(matcher.group(4)),
        Long.parseLong(matcher.group(5)));
  }

  private static Synced demo(String... args) {
    return synced(Windlass.run(Windlass.demo(args)));
  }

  private void assertProves(Path dataPath, long blocks, long number, String head) {
    Result result = Windlass.run("verify", "--data-path", dataPath.toString(), "--logging", "warn");
    assertEquals(
        "verified blocks=" + blocks + " number=" + number + " tip=" + head + " problems=0",
        result.lastLine());
    assertEquals(0, result.exitCode());
  }

  @Test
  void shouldSyncTheFirstBlocksOfMainnet() {
    Path file = TestData.path("mainnet/mainnet-00000-5ec1ffb8.era1");
    String head = "0xa6860fefa339c963e1bb622526cc8dd4344eedd2a9b969e74de5cccc445fbed4";

    Synced synced = demo("--file", file.toString(), "--data-path", folder.toString());

    assertEquals(8191, synced.blocks());
    assertEquals(8191, synced.number());
    assertEquals(head, synced.head());
    assertEquals(0, synced.refetched());
    assertTrue(synced.banned() >= 1, synced::toString);
    assertProves(folder, 8192, 8191, head);
  }

  /** It was a line that it waits for a head, without peers. */
  @Test
  void shouldBeginItsLogWithWhatIsStored() throws Exception {
    String[] args = Windlass.demo("--blocks", "100");
    args[2] = "info";
    List<String> lines = new ArrayList<>();
    try (ChildWindlass child = new ChildWindlass(folder.resolve("out.txt"), args)) {
      for (String line = child.logLine(); line != null; line = child.logLine()) {
        lines.add(line);
      }
      assertEquals(0, child.exitCode());
    }
    assertTrue(lines.get(0).matches(".* Store is open +number=0 hash=0x.*"), lines::toString);
  }

  @Test
  void shouldSyncAChainOfItsOwnWhenThereIsNoFile() {
    Synced synced = demo("--blocks", "3000", "--data-path", folder.toString());

    ChainMaker chain = ChainMaker.onDemand(1, 3000, Shape.SIGNED);
    assertEquals(3000, synced.blocks());
    assertEquals(3000, synced.number());
    assertEquals(chain.head().hash().toString(), synced.head());
    assertTrue(synced.banned() >= 1, synced::toString);
    assertProves(folder, 3001, 3000, synced.head());
  }

  @Test
  void shouldSyncOnlyTheDifferenceWhenTheStoreIsThere() {
    demo("--blocks", "1000", "--data-path", folder.toString());

    Synced longer = demo("--blocks", "1800", "--data-path", folder.toString());
    Synced same = demo("--blocks", "1800", "--data-path", folder.toString());

    assertEquals(800, longer.blocks());
    assertEquals(1800, longer.number());
    assertEquals(0, longer.refetched());
    assertEquals(0, same.blocks());
    assertEquals(longer.head(), same.head());
    assertProves(folder, 1801, 1800, longer.head());
  }

  @Test
  void shouldBeginWithTheFirstBlockWhenTheFileHasNoGenesis() throws IOException {
    ChainMaker chain = ChainMaker.of(5, 900, Shape.SIGNED);
    Path file = TestChains.write(folder.resolve("chain.rlp"), chain, 100, 900);
    Path data = folder.resolve("data");

    Synced synced = demo("--file", file.toString(), "--data-path", data.toString());

    assertEquals(800, synced.blocks());
    assertEquals(900, synced.number());
    assertProves(data, 801, 900, chain.head().hash().toString());
  }

  @Test
  void shouldEndAtOnceWhenTheFileIsOneBlock() throws IOException {
    ChainMaker chain = ChainMaker.of(5, 0, Shape.EMPTY);
    Path file = TestChains.write(folder.resolve("chain.rlp"), chain, 0, 0);

    Synced synced = demo("--file", file.toString());

    assertEquals(0, synced.blocks());
    assertEquals(chain.head().hash().toString(), synced.head());
  }

  @Test
  void shouldLeaveNothingBehindWhenNoDataPathIsNamed() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));

    demo("--blocks", "100");

    try (Stream<Path> left = Files.list(temporary)) {
      long mine = ProcessHandle.current().pid();
      assertEquals(0, left.filter(file -> isDemoOf(file, mine)).count());
    }
  }

  private static boolean isDemoOf(Path file, long process) {
    return file.getFileName().toString().startsWith("windlass-demo-" + process + "-");
  }

  @Test
  void shouldSayWhereItServesAndHowToStopItWhenItIsToldToServe() {
    StopSignal stop = new StopSignal();
    StringWriter out = new StoppingWriter(stop, "serving ");

    Result result = Windlass.run(stop, out, Windlass.demo("--blocks", "300", "--serve"));

    List<String> lines = result.out().lines().toList();
    assertEquals(2, lines.size(), result::toString);
    assertTrue(lines.get(0).startsWith("synced blocks=300 "), result::toString);
    assertTrue(
        lines
            .get(1)
            .matches(
                "serving http=http://127\\.0\\.0\\.1:[1-9]\\d*/"
                    + " metrics=http://127\\.0\\.0\\.1:[1-9]\\d*/metrics; Ctrl-C stops it"),
        result::toString);
    assertEquals(0, result.exitCode(), result::toString);
  }

  @Test
  void shouldEndWithoutALineWhenItIsStoppedBefore() {
    StopSignal stop = new StopSignal();
    stop.request();

    Result result =
        Windlass.run(
            stop,
            new StringWriter(),
            Windlass.demo("--blocks", "2000", "--data-path", folder.toString()));

    assertEquals(0, result.exitCode(), result::toString);
    assertEquals("", result.out());
    assertEquals(2000, demo("--blocks", "2000", "--data-path", folder.toString()).number());
  }

  /** Asks to stop once something was written. */
  private static final class StoppingWriter extends StringWriter {
    private final StopSignal stop;
    private final String awaited;

    StoppingWriter(StopSignal stop, String awaited) {
      this.stop = stop;
      this.awaited = awaited;
    }

    @Override
    public void flush() {
      if (toString().contains(awaited)) {
        stop.request();
      }
    }
  }

  /** On a terminal the log and the output are one. */
  @Test
  void shouldEndWithWhatItSynced() throws Exception {
    List<String> command =
        ChildWindlass.command(
            "demo", "--blocks", "50", "--rpc-http-port", "0", "--metrics-port", "0");
    Process demo = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines;
    try (BufferedReader shown = demo.inputReader()) {
      lines = shown.lines().toList();
    }
    assertEquals(0, demo.waitFor());
    assertTrue(lines.get(lines.size() - 2).contains("Stopped"), lines::toString);
    assertTrue(lines.get(lines.size() - 1).startsWith("synced blocks=50 "), lines::toString);
  }
}
