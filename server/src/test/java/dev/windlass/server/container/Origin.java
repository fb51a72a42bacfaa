package dev.windlass.server.container;

import dev.windlass.chain.Hash;
import dev.windlass.server.NetworkChain;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * A container named origin, of the same image, that serves a made chain to the others.
 *
 * @param head its newest block
 */
record Origin(Container container, Hash head) {
  static final String NAME = "origin";
  static final int PORT = 30303;

  /** Where the one with this key is, or will be. */
  static Enode enode(NodeKey key) {
    return new Enode(key.publicKey(), NAME, PORT);
  }

  /** Starts it on ports that leave the image's own to the others. */
  static Origin start(Container.Settings settings, Network network, NodeKey key, int blocks)
      throws IOException {
    Path data = settings.data();
    Path nodeKey = Files.writeString(data.resolve("nodekey"), key.toSecretHex() + "\n");
    Files.setPosixFilePermissions(nodeKey, PosixFilePermissions.fromString("rw-r--r--"));
    Hash head = NetworkChain.write(data.resolve("chain.rlp"), network, blocks);
    Container container =
        settings.run(
            Map.of(
                "WINDLASS_NETWORK", network.name(),
                "WINDLASS_PEERS", "file:/data/chain.rlp",
                "WINDLASS_ANCHOR", head.toString(),
                "WINDLASS_P2P_ENABLED", "true",
                "WINDLASS_P2P_PORT", "" + PORT,
                "WINDLASS_RPC_HTTP_PORT", "18645",
                "WINDLASS_METRICS_PORT", "19645"));
    return new Origin(container, head);
  }
}
