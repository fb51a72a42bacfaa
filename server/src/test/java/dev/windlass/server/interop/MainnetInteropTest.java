package dev.windlass.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real blocks from the nodes of two makers. */
@Tag("interop")
class MainnetInteropTest {
  private static final long LAST = 8191;
  private static final String HEAD =
      "0xa6860fefa339c963e1bb622526cc8dd4344eedd2a9b969e74de5cccc445fbed4";
  private static final Duration SYNC_MAX = Duration.ofMinutes(2);
  private static final Duration NODE_SYNC_MAX = Duration.ofMinutes(5);

  @RegisterExtension private final Nodes nodes = new Nodes();

  private static Path era() {
    return Toolbox.data("mainnet/mainnet-00000-5ec1ffb8.era1");
  }

  private Path eraFolder() throws IOException, NoSuchAlgorithmException {
    Path era = era();
    Path folder = Files.createDirectories(nodes.data("era"));
    byte[] bytes = Files.readAllBytes(era);
    Files.write(folder.resolve(era.getFileName()), bytes);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
    Files.writeString(
        folder.resolve("checksums.txt"), "0x" + HexFormat.of().formatHex(digest) + "\n");
    return folder;
  }

  @Test
  void shouldSyncMainnetWhenGethServesIt() throws Exception {
    Path geth = Toolbox.geth();
    Path gethData = nodes.data("geth");
    Path log = nodes.log("geth");
    Geth.run(
        geth,
        gethData,
        log,
        "--mainnet",
        "import-history",
        "--era.format",
        "era1",
        eraFolder().toString());
    Geth node = nodes.with(Geth.start(geth, gethData, log, "--mainnet"));

    WindlassProcess windlass =
        nodes.with(
            WindlassProcess.start(
                nodes.data("windlass"),
                nodes.log("windlass"),
                "--network",
                "mainnet",
                "--peers",
                node.enode(),
                "--anchor",
                HEAD,
                "--exit-when-synced"));
    windlass.awaitExit(SYNC_MAX);
    windlass.verify(LAST, HEAD);
  }

  /** It syncs from peers only what comes before the Merge. */
  @Test
  void shouldGiveEthereumJsEveryBlockOfMainnet() throws Exception {
    Path nobody = Files.writeString(nodes.data("bootnodes.txt"), "");
    EthereumJs node =
        nodes.with(
            EthereumJs.start(
                nodes.data("ethereumjs"),
                nodes.log("ethereumjs"),
                "--network=mainnet",
                "--bootnodes=" + nobody,
                "--minPeers=1"));
    // It has a target for its sync from the Status, and no other later.
    WindlassProcess syncing =
        nodes.with(
            WindlassProcess.start(
                nodes.data("windlass"),
                nodes.log("syncing"),
                "--peers",
                "file:" + era(),
                "--anchor",
                HEAD,
                "--exit-when-synced"));
    syncing.awaitExit(SYNC_MAX);
    WindlassProcess windlass =
        nodes.with(
            WindlassProcess.start(
                nodes.data("windlass"), nodes.log("windlass"), "--peers", node.enode()));
    windlass.awaitTip(LAST, SYNC_MAX);

    node.awaitBlock(LAST, NODE_SYNC_MAX);

    assertEquals(HEAD, node.block(LAST).orElseThrow().getString("hash"));
    windlass.stopAndVerify(LAST, HEAD);
  }
}
