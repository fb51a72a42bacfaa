package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.fixtures.TestChains;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A signal that comes at any moment of the start ends a node as one that comes later does. The
 * moment is the one at which a class is loaded.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StopTest {
  /** The exit code of a process that SIGTERM ended. */
  private static final int TERMINATED = 128 + 15;

  @TempDir Path folder;

  private ChildWindlass traced(String... args) throws IOException {
    return ChildWindlass.traced(folder.resolve("out"), "-Xlog:class+load:stderr", args);
  }

  private ChildWindlass run() throws IOException {
    ChainMaker chain = ChainMaker.of(1, 500, Shape.SIGNED);
    Path file = TestChains.write(folder.resolve("chain.rlp"), chain, 0, 500);
    return traced(
        "run",
        "--rpc-http-port",
        "0",
        "--metrics-port",
        "0",
        "--data-path",
        folder.resolve("data").toString(),
        "--peers",
        "file:" + file);
  }

  @ParameterizedTest
  @CsvSource({
    "TERM, dev.windlass.server.cli.WindlassCommand",
    "INT, dev.windlass.server.cli.NodeOptions",
    "TERM, dev.windlass.store.PowerCutRecovery",
    "INT, dev.windlass.server.http.HttpApi",
    "TERM, dev.windlass.node.FilePeerLink"
  })
  void shouldEndCleanWhileItStarts(String signal, String loaded) throws Exception {
    try (ChildWindlass node = run()) {
      assertNotNull(node.awaitLog(" " + loaded + " "), loaded);
      node.signal(signal);
      // Its last line, wherever in the start it was.
      assertNotNull(node.awaitLog("Stopped "), loaded);
      assertEquals(0, node.exitCode());
      assertEquals("", node.output());
    }
  }

  @Test
  void shouldEndADemoCleanWhileItStarts() throws Exception {
    try (ChildWindlass demo = traced(Windlass.demo())) {
      assertNotNull(demo.awaitLog(" dev.windlass.server.cli.DemoCommand "));
      demo.signal("TERM");
      assertEquals(0, demo.exitCode());
      assertEquals("", demo.output());
    }
  }

  /** Its exit code is its result, so a stopped run must not exit with success. */
  @Test
  void shouldNotSayThatAStoreIsProvenIfItWasStoppedBefore() throws Exception {
    Path data = folder.resolve("data");
    Windlass.run(Windlass.demo("--blocks", "10", "--data-path", data.toString()));
    try (ChildWindlass verify = traced("verify", "--data-path", data.toString())) {
      assertNotNull(verify.awaitLog(" dev.windlass.server.cli.VerifyCommand "));
      verify.signal("TERM");
      assertEquals(TERMINATED, verify.exitCode());
      assertEquals("", verify.output());
    }
    assertTrue(Files.exists(data.resolve("chain/CURRENT")));
  }
}
