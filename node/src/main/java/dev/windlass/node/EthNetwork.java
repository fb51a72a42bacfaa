package dev.windlass.node;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.p2p.Announcer;
import dev.windlass.p2p.Connections;
import dev.windlass.p2p.TotalDifficulty;
import dev.windlass.store.StoredChain;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.InboundLimits;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.rlpx.NodeKey;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import dev.windlass.wire.network.LocalChain;
import dev.windlass.wire.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** A node's access to its network: its key, its chain, and the nodes that the user named. */
public final class EthNetwork {
  private static final String KEY_FILE = "nodekey";

  private final Network network;
  private final LocalNode local;
  private final List<Enode> enodes;
  private final List<Enode> trusted;
  private final NodeConfig.P2p p2p;
  private final NodeLimits limits;

  private EthNetwork(
      Network network,
      NodeKey key,
      List<PeerSource.NodePeer> nodes,
      NodeConfig.P2p p2p,
      NodeLimits limits) {
    this.network = network;
    this.local =
        LocalNode.of(key, Version.clientName(), p2p.protocols(), p2p.isEnabled() ? p2p.port() : 0);
    this.enodes = nodes.stream().map(PeerSource.NodePeer::enode).distinct().toList();
    this.trusted =
        nodes.stream()
            .filter(PeerSource.NodePeer::isTrusted)
            .map(PeerSource.NodePeer::enode)
            .toList();
    this.p2p = p2p;
    this.limits = limits;
  }

  /** Makes an access with a temporary key. */
  public static EthNetwork passing(Network network, List<Enode> enodes, NodeConfig.P2p p2p) {
    NodeKey key = NodeKey.random(new SecureRandom());
    List<PeerSource.NodePeer> nodes = enodes.stream().map(PeerSource.NodePeer::new).toList();
    return new EthNetwork(network, key, nodes, p2p, NodeLimits.DEFAULT);
  }

  /** Makes an access with the node's key, which is read from its data path or made there. */
  public static EthNetwork of(NodeConfig config) {
    List<PeerSource.NodePeer> nodes =
        config.peers().stream()
            .filter(PeerSource.NodePeer.class::isInstance)
            .map(PeerSource.NodePeer.class::cast)
            .toList();
    return new EthNetwork(
        config.network(), key(config.dataPath()), nodes, config.p2p(), config.limits());
  }

  private static NodeKey key(Path dataPath) {
    return storedKey(dataPath).orElseGet(() -> newKey(dataPath.resolve(KEY_FILE)));
  }

  /** The node's key, if there is one in its data path. */
  static Optional<NodeKey> storedKey(Path dataPath) {
    Path file = dataPath.resolve(KEY_FILE);
    try {
      return Files.exists(file)
          ? Optional.of(NodeKey.fromHex(Files.readString(file).strip()))
          : Optional.empty();
    } catch (IOException e) {
      throw new JobFailedException(
          "cannot read the node's key in " + file + ": " + DataPath.reason(e), e);
    } catch (RlpxException e) {
      throw new JobFailedException(file + ": " + e.getMessage(), e);
    }
  }

  private static NodeKey newKey(Path file) {
    try {
      Files.createDirectories(file.getParent());
      NodeKey made = NodeKey.random(new SecureRandom());
      // Written to another file first, since no later start would accept half a key.
      Path begun = file.resolveSibling(KEY_FILE + ".begun");
      Files.deleteIfExists(begun);
      Files.createFile(
          begun,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(
          begun, made.toSecretHex() + "\n", StandardOpenOption.WRITE, StandardOpenOption.SYNC);
      Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE);
      return made;
    } catch (IOException e) {
      throw new JobFailedException(
          "cannot keep the node's key in " + file + ": " + DataPath.reason(e), e);
    }
  }

  public boolean hasPeers() {
    return !enodes.isEmpty();
  }

  /** Refuses a store whose genesis is not the one of the user's network. */
  static void requireChainOf(NodeConfig config, BlockId root) {
    Network network = config.network();
    boolean isNeeded =
        !config.takesGenesisOfNode() && (config.genesis().isPresent() || config.isOnNetwork());
    if (isNeeded && root.number() == 0 && !root.hash().equals(network.genesis())) {
      throw new JobFailedException(
          String.format(
              "the store begins with the genesis %s, and %s with %s",
              root.hash(), network.name(), network.genesis()));
    }
  }

  /** Begins to dial. Returns the node's own address if it listens. */
  public Optional<Enode> connectTo(Node node, BlockStore store) {
    StoredChain chain = new StoredChain(store);
    TotalDifficulty difficulty = new TotalDifficulty(store);
    LocalChain said =
        new LocalChain(network.id(), network.genesis(), chain, network.forks(), difficulty);
    Announcer announcer = new Announcer(node.vertx(), said, difficulty, node::isCurrent);
    Connections connections =
        new Connections(
            node.vertx(),
            node.downloader(),
            node.peers(),
            local.with(node.messages()),
            announcer,
            node::heardOfHead);
    node.announceThrough(announcer);
    // A node whose blocks arrive fast may have more by now.
    announcer.afterSync(connections::askNewer);
    node.closeBefore(connections::close);
    node.countUnseenBy(connections::unseenBlocks);
    connections.connect(enodes, trusted);
    return p2p.isEnabled() ? Optional.of(listen(connections)) : Optional.empty();
  }

  private InboundLimits inbound() {
    return InboundLimits.DEFAULT.withConnectionsMax(limits.inboundSlots(enodes.size()));
  }

  private Enode listen(Connections connections) {
    try {
      return connections
          .listen(p2p.host(), p2p.port(), inbound())
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    } catch (CompletionException e) {
      throw new Endpoint(p2p.host(), p2p.port(), "--p2p").failure(e.getCause());
    }
  }
}
