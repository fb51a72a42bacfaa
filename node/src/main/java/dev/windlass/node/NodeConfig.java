package dev.windlass.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.store.ChainStore;
import dev.windlass.downloader.History;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.RunCheck;
import dev.windlass.p2p.rpc.HeadSource;
import dev.windlass.wire.devp2p.Address;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.files.AccumulatorRoots;
import dev.windlass.wire.jsonrpc.RpcUrl;
import dev.windlass.wire.mirror.MirrorUrl;
import dev.windlass.wire.network.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The configuration of a node.
 *
 * @param dataPath the folder of the store, which is made if it does not exist
 * @param network the network of its nodes. Files and simulated peers may be of any network
 * @param genesis the genesis of the network, if the user named the network
 * @param anchor a head hash that the operator trusts, to sync at once
 * @param heads the nodes that name heads, which are trusted like the anchor
 * @param checkpoints trusted blocks that every chain must pass through
 * @param isCheckedFully whether blocks to which no trusted hash leads get every check that needs no
 *     execution
 * @param history which blocks are fetched
 * @param tipAgeMax how old the tip of a node in sync may be, if it follows the heads of peers
 * @param peers the sources of blocks
 * @param limits what the node may take of its machine and of its network
 */
public record NodeConfig(
    Path dataPath,
    Network network,
    Optional<Block> genesis,
    Optional<Hash> anchor,
    Heads heads,
    Checkpoints checkpoints,
    boolean isCheckedFully,
    History history,
    Optional<Duration> tipAgeMax,
    List<PeerSource> peers,
    NodeLimits limits,
    P2p p2p,
    Http http,
    Metrics metrics) {
  public NodeConfig {
    Objects.requireNonNull(dataPath);
    Objects.requireNonNull(network);
    Objects.requireNonNull(genesis);
    Objects.requireNonNull(anchor);
    Objects.requireNonNull(heads);
    Objects.requireNonNull(checkpoints);
    Objects.requireNonNull(history);
    Objects.requireNonNull(tipAgeMax);
    peers = List.copyOf(peers);
    Objects.requireNonNull(limits);
    Objects.requireNonNull(p2p);
    Objects.requireNonNull(http);
    Objects.requireNonNull(metrics);
  }

  /**
   * The JSON-RPC nodes that name heads.
   *
   * @param sources none of them twice
   * @param tag which block of each is its head
   * @param quorum how many of them must have a head in their chain
   */
  public record Heads(List<RpcUrl> sources, HeadSource.Tag tag, int quorum) {
    public static final Heads NONE = new Heads(List.of(), HeadSource.Tag.FINALIZED, 1);

    public Heads {
      sources = sources.stream().distinct().toList();
      Objects.requireNonNull(tag);
      if (quorum < 1 || quorum > Math.max(1, sources.size())) {
        throw new IllegalArgumentException("quorum " + quorum);
      }
    }
  }

  /**
   * Trusted blocks that every chain must pass through.
   *
   * @param areUsed whether the ones that the stored chain has passed are used as well
   * @param named by the user or built in, lowest first
   * @param accumulators trusted roots of eras, by which files of era mirrors are proven
   */
  public record Checkpoints(boolean areUsed, List<BlockId> named, AccumulatorRoots accumulators) {
    public static final Checkpoints NONE = new Checkpoints(false, List.of());

    /** Without accumulator roots. */
    public Checkpoints(boolean areUsed, List<BlockId> named) {
      this(areUsed, named, AccumulatorRoots.NONE);
    }

    public Checkpoints {
      Objects.requireNonNull(accumulators);
      named = List.copyOf(named);
    }

    /**
     * What a node over this store trusts.
     *
     * @param check of the blocks to which no trusted hash leads
     */
    public Trust trust(ChainStore store, RunCheck check) {
      Map<Long, BlockId> byNumber = new TreeMap<>();
      if (areUsed) {
        store.passedCheckpoints().forEach(block -> byNumber.put(block.number(), block));
      }
      named.forEach(block -> byNumber.put(block.number(), block));
      return new Trust(List.copyOf(byNumber.values()), check);
    }

    /** Refuses a store whose chain has another block at a checkpoint. */
    void requireIn(ChainStore store) {
      for (BlockId checkpoint : named) {
        boolean isStored =
            checkpoint.number() >= store.root().number()
                && checkpoint.number() <= store.tip().number();
        Optional<Hash> there =
            isStored ? store.canonicalHash(checkpoint.number()) : Optional.empty();
        if (there.isPresent() && !there.get().equals(checkpoint.hash())) {
          throw new JobFailedException(
              String.format(
                  "the store has %s as block %d, and the checkpoint is %s",
                  there.get(), checkpoint.number(), checkpoint.hash()));
        }
      }
    }
  }

  /** Whether a new store begins with the genesis of a JSON-RPC node. */
  public boolean takesGenesisOfNode() {
    return network.equals(GenesisOfNode.NETWORK);
  }

  /** How many nodes of the network are named, each counted once. */
  public int namedNodes() {
    return (int)
        peers.stream()
            .filter(PeerSource.NodePeer.class::isInstance)
            .map(peer -> ((PeerSource.NodePeer) peer).enode())
            .distinct()
            .count();
  }

  /** Whether the user named nodes of the network. */
  public boolean hasNodes() {
    return namedNodes() > 0;
  }

  /** The JSON-RPC nodes that the user named as peers. */
  public List<RpcUrl> rpcPeers() {
    return peers.stream()
        .filter(PeerSource.RpcPeer.class::isInstance)
        .map(peer -> ((PeerSource.RpcPeer) peer).url())
        .distinct()
        .toList();
  }

  /** Whether all that the user named are JSON-RPC nodes. */
  public boolean isOnJsonRpcOnly() {
    boolean isNamed = !rpcPeers().isEmpty() || !heads.sources().isEmpty();
    boolean isElse = !peers.stream().allMatch(PeerSource.RpcPeer.class::isInstance);
    return isNamed && !isElse && !p2p.isEnabled();
  }

  /** The era mirrors that the user named. */
  public List<MirrorUrl> mirrors() {
    return peers.stream()
        .filter(PeerSource.MirrorPeer.class::isInstance)
        .map(peer -> ((PeerSource.MirrorPeer) peer).url())
        .distinct()
        .toList();
  }

  /** The folders of era files that the user named. */
  public List<Path> eraFolders() {
    return peers.stream()
        .filter(PeerSource.FilePeer.class::isInstance)
        .map(PeerSource.FilePeer.class::cast)
        .filter(PeerSource.FilePeer::isFolder)
        .map(PeerSource.FilePeer::path)
        .distinct()
        .toList();
  }

  /** The network whose era files are used. Empty if it has no public name. */
  Optional<String> eraNetwork() {
    boolean isNamed = genesis.isPresent() || isOnNetwork();
    return Optional.of(network.name()).filter(name -> isNamed && Network.named(name).isPresent());
  }

  /** Whether nodes or mirrors may serve blocks, because they are named or may connect. */
  public boolean isOnNetwork() {
    return hasNodes() || !rpcPeers().isEmpty() || !mirrors().isEmpty() || p2p.isEnabled();
  }

  /** Whether the heads that peers claim are synced, because the user names none. */
  public boolean followsPeers() {
    boolean hasClaims = hasNodes() || !rpcPeers().isEmpty();
    return hasClaims && anchor.isEmpty() && heads.sources().isEmpty();
  }

  /**
   * The endpoints for health, status and heads.
   *
   * @param port 0 takes any free one
   * @param token required in each changing request from another machine. Without a token all of
   *     them are refused
   * @param hostAllowlist the host names that a request may use for this node. {@code *} is any
   */
  public record Http(String host, int port, Optional<String> token, List<String> hostAllowlist) {
    public static final int PORT = 8645;

    public Http {
      Objects.requireNonNull(host);
      checkPort(port);
      Objects.requireNonNull(token);
      hostAllowlist = List.copyOf(hostAllowlist);
    }

    /** Hides the token. */
    @Override
    public String toString() {
      return "Http[" + Address.of(host, port) + ", hostAllowlist=" + hostAllowlist + "]";
    }
  }

  /**
   * The address for other nodes, and the protocols to use.
   *
   * @param port 0 takes any free one
   * @param protocols some of {@link #PROTOCOLS}. A connection uses the highest that both ends
   *     support
   */
  public record P2p(boolean isEnabled, String host, int port, List<Capability> protocols) {
    public static final int PORT = 30313;

    /** All supported protocols. */
    public static final List<Capability> PROTOCOLS =
        List.of(
            Capability.eth(60),
            Capability.eth(61),
            Capability.eth(66),
            Capability.eth(67),
            Capability.eth(68),
            Capability.eth(69));

    /** With all protocols. */
    public P2p(boolean isEnabled, String host, int port) {
      this(isEnabled, host, port, PROTOCOLS);
    }

    public P2p {
      Objects.requireNonNull(host);
      protocols = List.copyOf(protocols);
      if (protocols.isEmpty() || !PROTOCOLS.containsAll(protocols)) {
        throw new IllegalArgumentException("protocols " + protocols);
      }
      checkPort(port);
    }
  }

  /**
   * The endpoint for Prometheus.
   *
   * @param port 0 takes any free one
   */
  public record Metrics(boolean isEnabled, String host, int port) {
    public static final int PORT = 9645;

    public Metrics {
      Objects.requireNonNull(host);
      checkPort(port);
    }
  }

  private static void checkPort(int port) {
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("port " + port);
    }
  }
}
