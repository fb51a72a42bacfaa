package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.interop.WindlassProcess.Verified;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A private network of yesterday's geth, which seals a block a second and announces each over
 * eth/68: followed for five minutes, beside the other tests.
 */
@Tag("interop")
@Execution(ExecutionMode.CONCURRENT)
class CliqueInteropTest {
  private static final int FOLLOWED = 300;
  private static final int BEHIND_MAX = 20;
  private static final long NETWORK = 7333;
  private static final String SEALER = "71562b71999873db5b286df957af199ec94617f7";

  /** The key of the sealer, which is public. */
  private static final String KEY =
      "b71c71a67e1177ad4e901695e1b4b9ee17ae16c6668d313eac2f96dbcda3f291";

  private static final Duration SYNC_MAX = Duration.ofMinutes(1);
  private static final Duration FOLLOW_MAX = Duration.ofMinutes(8);

  @RegisterExtension private final Nodes nodes = new Nodes();

  private Path genesis() throws IOException {
    JsonObject config = new JsonObject().put("chainId", NETWORK);
    for (String fork :
        new String[] {
          "homestead",
          "eip150",
          "eip155",
          "eip158",
          "byzantium",
          "constantinople",
          "petersburg",
          "istanbul",
          "berlin",
          "london"
        }) {
      config.put(fork + "Block", 0);
    }
    config.put("clique", new JsonObject().put("period", 1).put("epoch", 30_000));
    JsonObject genesis =
        new JsonObject()
            .put("config", config)
            .put("difficulty", "0x1")
            .put("gasLimit", "0x1c9c380")
            .put("extradata", "0x" + "0".repeat(64) + SEALER + "0".repeat(130))
            .put("alloc", new JsonObject().put(SEALER, new JsonObject().put("balance", "0x1")));
    return Files.writeString(nodes.data("genesis.json"), genesis.encodePrettily());
  }

  private Geth sealer(Path genesis) throws IOException {
    Path geth = Toolbox.cliqueGeth();
    Path data = nodes.data("geth");
    Path log = nodes.log("geth");
    Path password = Files.writeString(nodes.data("password"), "");
    Path key = Files.writeString(nodes.data("key"), KEY);
    Geth.init(geth, data, log, genesis);
    Geth.run(geth, data, log, "account", "import", "--password", "" + password, "" + key);
    return nodes.with(
        Geth.start(
            geth,
            data,
            log,
            "--networkid",
            "" + NETWORK,
            "--mine",
            "--miner.etherbase",
            "0x" + SEALER,
            "--unlock",
            "0x" + SEALER,
            "--password",
            password.toString(),
            "--allow-insecure-unlock"));
  }

  @Test
  void shouldFollowEveryBlockThatCliqueSeals() throws Exception {
    Path genesis = genesis();
    Geth geth = sealer(genesis);
    geth.awaitBlock(3, SYNC_MAX);
    WindlassProcess windlass =
        nodes.with(
            WindlassProcess.start(
                nodes.data("windlass"),
                nodes.log("windlass"),
                "--genesis-file",
                genesis.toString(),
                "--peers",
                geth.enode()));
    JsonObject begun =
        windlass.await("syncs", SYNC_MAX, status -> WindlassProcess.tip(status) >= 3);
    long first = WindlassProcess.tip(begun);

    JsonObject followed =
        windlass.await(
            "follows",
            FOLLOW_MAX,
            status -> {
              long tip = WindlassProcess.tip(status);
              long behind = geth.blockNumber() - tip;
              assertTrue(behind <= BEHIND_MAX, () -> behind + " blocks behind at " + tip);
              return tip >= first + FOLLOWED;
            });

    JsonObject counters = followed.getJsonObject("counters");
    assertEquals(0, counters.getLong("refetched"), followed::encode);
    assertEquals(0, counters.getLong("peersBanned"), followed::encode);
    Verified verified = windlass.stopAndVerify();
    assertTrue(verified.number() >= first + FOLLOWED, verified::toString);
    assertEquals(verified.head(), geth.block(verified.number()).orElseThrow().getString("hash"));
  }
}
