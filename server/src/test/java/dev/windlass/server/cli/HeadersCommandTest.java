package dev.windlass.server.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.windlass.chain.Hash;
import dev.windlass.server.Windlass;
import dev.windlass.server.Windlass.Result;
import dev.windlass.server.http.HeadersServer;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.wire.files.HeaderFile;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadersCommandTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 4_500, Shape.EMPTY);
  private static final ChainMaker FORK = CHAIN.forkAt(4_000, 2, 600);

  @TempDir private Path folder;
  private Vertx vertx;
  private Path file;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    file = folder.resolve("headers.rlp");
  }

  @AfterEach
  void stop() throws Exception {
    HeadersServer.await(vertx.close());
  }

  private Result run(ChainMaker chain, String... more) throws Exception {
    List<String> args = new ArrayList<>(List.of("headers", "--headers-file", file.toString()));
    args.addAll(List.of("--rpc-http-port", "" + HeadersServer.serve(vertx, chain)));
    args.addAll(List.of(more));
    return Windlass.run(args.toArray(String[]::new));
  }

  private static void assertUpdated(Result result, int headers, ChainMaker chain, int questions) {
    String line =
        "updated headers=%d number=%d tip=%s questions=%d%n"
            .formatted(headers, chain.head().number(), chain.head().hash(), questions);
    assertEquals(new Result(0, line, ""), result);
  }

  @Test
  void shouldMakeAFileAndBringItUpToTheTip() throws Exception {
    String root = CHAIN.genesis().hash().toString();
    assertUpdated(run(CHAIN.upTo(100), "--root-hash", root), 100, CHAIN.upTo(100), 1);
    assertUpdated(run(CHAIN), 4_400, CHAIN, 3);
    assertUpdated(run(CHAIN, "--root-hash", root), 0, CHAIN, 1);
    assertUpdated(run(FORK), 600, FORK, 1);
    HeaderFile headers = HeaderFile.open(file);
    assertEquals(FORK.hashAt(4_300), headers.hashAt(4_300));
    assertEquals(CHAIN.genesis(), headers.lowest());
  }

  @Test
  void shouldBeginAtAnyBlockOfTheNode() throws Exception {
    assertUpdated(run(CHAIN, "--root-hash", CHAIN.hashAt(4_400).toString()), 100, CHAIN, 1);
    assertEquals(4_400, HeaderFile.open(file).lowest().number());
  }

  @Test
  void shouldLeaveTheFileAsItIsWhenTheNodeHasAnotherChain() throws Exception {
    run(CHAIN, "--root-hash", CHAIN.hashAt(4_400).toString());
    byte[] before = Files.readAllBytes(file);

    ChainMaker other = ChainMaker.of(1L << 40, 300, Shape.EMPTY);
    run(other)
        .assertFailed(WindlassCommand.EXIT_FAILED, "its chain, from block 0 to 300, joins none");

    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void shouldSayInOneLineWhatIsMissingOrWrong() throws Exception {
    run(CHAIN).assertFailed(WindlassCommand.EXIT_USAGE, "--root-hash is missing: " + file);
    run(CHAIN, "--root-hash", Hash.ZERO.toString())
        .assertFailed(WindlassCommand.EXIT_FAILED, "the node does not have block 0x000");
    assertFalse(Files.exists(file));
    Windlass.run("headers").assertFailed(WindlassCommand.EXIT_USAGE, "--headers-file: a value");
    Windlass.run("headers", "--headers-file", folder.toString())
        .assertFailed(WindlassCommand.EXIT_USAGE, folder + ": is a folder, not a file");
    Windlass.run("headers", "--headers-file", folder.resolve("no/file").toString())
        .assertFailed(WindlassCommand.EXIT_USAGE, "its folder does not exist");
  }

  @Test
  void shouldRefuseAFileThatBeginsWithAnotherBlock() throws Exception {
    HeaderFile.create(file, CHAIN.header(7));
    run(CHAIN, "--root-hash", CHAIN.hashAt(8).toString())
        .assertFailed(WindlassCommand.EXIT_FAILED, file + ": begins with block 7 ");
  }

  @Test
  void shouldRefuseAFileOfSomethingElse() throws IOException {
    Files.writeString(file, "headers, surely");
    Windlass.run("headers", "--headers-file", file.toString())
        .assertFailed(WindlassCommand.EXIT_FAILED, file + ": has no header at offset 0");
  }
}
