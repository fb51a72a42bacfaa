package dev.windlass.server.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockStore;
import dev.windlass.server.JobFailedException;
import dev.windlass.server.PeerSource;
import dev.windlass.server.Version;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.eth.LocalChain;
import dev.windlass.wire.devp2p.eth.Network;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;

/**
 * What a node needs to talk to the nodes of a network: who it is, which chain that is, and whom the
 * user named.
 */
public final class EthNetwork {
  private static final String KEY_FILE = "nodekey";
  private static final List<Capability> SPOKEN =
      List.of(Capability.eth(66), Capability.eth(67), Capability.eth(68), Capability.eth(69));

  private final Network network;
  private final LocalNode local;
  private final List<Enode> enodes;

  private EthNetwork(Network network, LocalNode local, List<Enode> enodes) {
    this.network = network;
    this.local = local;
    this.enodes = enodes;
  }

  /** Reads the node's key from its data path, or makes one there. */
  public static EthNetwork of(Network network, Path dataPath, List<PeerSource> peers) {
    List<Enode> enodes =
        peers.stream()
            .filter(PeerSource.NodePeer.class::isInstance)
            .map(peer -> ((PeerSource.NodePeer) peer).enode())
            .toList();
    LocalNode local = LocalNode.of(key(dataPath), Version.clientName(), SPOKEN, 0);
    return new EthNetwork(network, local, enodes);
  }

  private static NodeKey key(Path dataPath) {
    Path file = dataPath.resolve(KEY_FILE);
    try {
      if (Files.exists(file)) {
        return NodeKey.fromHex(Files.readString(file).strip());
      }
      Files.createDirectories(dataPath);
      NodeKey made = NodeKey.random(new SecureRandom());
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, made.toSecretHex() + "\n");
      return made;
    } catch (IOException e) {
      throw new JobFailedException("cannot keep the node's key in " + file + ": " + e, e);
    } catch (RlpxException e) {
      throw new JobFailedException(file + ": " + e.getMessage(), e);
    }
  }

  public boolean hasPeers() {
    return !enodes.isEmpty();
  }

  /** The block with which a store of this network begins, from one of its nodes. */
  public Block fetchGenesis() {
    return GenesisFetch.fetch(local, network, enodes);
  }

  /** Begins to dial. */
  public void connectTo(Node node, BlockStore store) {
    StoredChain chain = new StoredChain(store);
    LocalChain said =
        new LocalChain(
            network.id(),
            network.genesis(),
            chain,
            number -> network.forks().at(number, 0),
            BigInteger.ZERO);
    new EthPeers(node, local, said, network.forks()).connect(enodes);
  }
}
