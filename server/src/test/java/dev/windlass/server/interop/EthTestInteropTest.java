package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What go-ethereum's own conformance suite ({@code devp2p rlpx eth-test}) says of Windlass, over
 * the chain of the suite's test data: six hundred blocks through every fork up to Amsterdam.
 */
@Tag("interop")
class EthTestInteropTest {
  private static final Duration SYNC_MAX = Duration.ofMinutes(1);
  private static final Duration SUITE_MAX = Duration.ofMinutes(2);
  private static final Pattern RESULT = Pattern.compile("(?m)^-- (OK|FAIL) (\\w+) \\(");

  /** Two of them want nothing where neither eth/70 nor eth/72 is spoken. */
  private static final Set<String> PASSED =
      Set.of(
          "Status",
          "MaliciousHandshake",
          "BlockRangeUpdateExpired",
          "BlockRangeUpdateFuture",
          "BlockRangeUpdateInvalid",
          "GetBlockHeaders",
          "GetNonexistentBlockHeaders",
          "SimultaneousRequests",
          "SameRequestID",
          "ZeroRequestID",
          "GetBlockBodies",
          "GetLargeReceipts",
          "BlobTxAvailabilityFailure",
          "GetCells",
          "BlobTxWithInvalidCells");

  /** They want receipts, access lists, or a pool of transactions and an engine behind it. */
  private static final Set<String> NOT_SERVED =
      Set.of(
          "GetBlockAccessLists",
          "GetReceipts",
          "LargeTxRequest",
          "Transaction",
          "InvalidTxs",
          "NewPooledTxs",
          "BlobViolations",
          "TestBlobTxWithoutSidecar",
          "TestBlobTxWithMismatchedSidecar");

  @RegisterExtension private final Nodes nodes = new Nodes();

  @Test
  void shouldPassWhatNeedsNeitherPoolNorReceiptsNorAccessLists() throws Exception {
    Path chain = Toolbox.ethTestData();
    JsonObject head = new JsonObject(Files.readString(chain.resolve("headblock.json")));
    long number = Long.decode(head.getString("number"));
    WindlassProcess windlass =
        nodes.with(
            WindlassProcess.start(
                nodes.data("windlass"),
                nodes.log("windlass"),
                "--genesis-file",
                chain.resolve("genesis.json").toString(),
                "--peers",
                "file:" + chain.resolve("chain.rlp"),
                "--anchor",
                head.getString("hash"),
                "--p2p-enabled",
                "--p2p-port",
                "0"));
    windlass.awaitTip(number, SYNC_MAX);

    Path log = nodes.log("eth-test");
    List<String> command =
        new ArrayList<>(List.of(Toolbox.devp2p().toString(), "rlpx", "eth-test"));
    command.addAll(List.of("--chain", chain.toString(), "--node", windlass.enode()));
    // Nothing listens there: Windlass has no engine.
    command.addAll(List.of("--engineapi", "http://127.0.0.1:" + Ports.free()));
    command.addAll(List.of("--jwtsecret", "0x" + "11".repeat(32)));
    try (NodeProcess suite =
        NodeProcess.start("eth-test", log, Optional.empty(), Map.of(), command)) {
      suite.awaitExit(1, SUITE_MAX);
    }

    Set<String> passed = new TreeSet<>();
    Set<String> failed = new TreeSet<>();
    Matcher result = RESULT.matcher(Files.readString(log));
    while (result.find()) {
      (result.group(1).equals("OK") ? passed : failed).add(result.group(2));
    }
    assertEquals(new TreeSet<>(PASSED), passed, () -> "see " + log);
    assertEquals(new TreeSet<>(NOT_SERVED), failed, () -> "see " + log);
    windlass.stopAndVerify(number, head.getString("hash"));
  }
}
