package dev.windlass.server.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Breach;
import dev.windlass.chain.PeerId;
import dev.windlass.chain.RlpException;
import dev.windlass.chain.ServedChain;
import dev.windlass.server.JobFailedException;
import dev.windlass.server.PeerSource;
import dev.windlass.wire.devp2p.genesis.PublicGenesis;
import dev.windlass.wire.files.FileChain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files that a node hauls from.
 *
 * <p>Owned by whoever opened them, until they are connected: then each link closes its own.
 */
public final class FilePeers implements AutoCloseable {
  private record Opened(Path path, FileChain chain) {}

  private final List<Opened> files = new ArrayList<>();
  private boolean isConnected;

  private FilePeers() {}

  /** Opens all of them, or none where one is no chain. */
  public static FilePeers open(List<PeerSource> sources) {
    FilePeers peers = new FilePeers();
    try {
      for (PeerSource source : sources) {
        if (source instanceof PeerSource.FilePeer file) {
          peers.files.add(new Opened(file.path(), FileChain.open(file.path())));
        }
      }
      return peers;
    } catch (RuntimeException e) {
      peers.close();
      throw e;
    }
  }

  /** The lowest block of all files; empty if there are none. */
  public Optional<Block> root() {
    return root(Optional.empty());
  }

  /**
   * The block with which a new store begins: the lowest of all files. If that is block 1, and names
   * the genesis as its parent, it is the genesis. Empty if there are no files.
   *
   * @param genesis of the network, if it is known
   */
  public Optional<Block> root(Optional<Block> genesis) {
    Optional<Opened> lowest = Optional.empty();
    for (Opened file : files) {
      if (lowest.isEmpty()
          || file.chain().lowest().number() < lowest.get().chain().lowest().number()) {
        lowest = Optional.of(file);
      }
    }
    return lowest.map(file -> root(file.chain(), file.path().toString(), genesis));
  }

  /** Files without block 0 are common: {@code geth export FILE 1 N} and hivechain write them. */
  private static Block root(ServedChain chain, String name, Optional<Block> genesis) {
    Block lowest = root(chain, name);
    boolean isGenesis = lowest.number() == 0;
    if (isGenesis && genesis.filter(block -> !block.hash().equals(lowest.hash())).isPresent()) {
      throw new JobFailedException(
          String.format(
              "%s is of another network: its block 0 is %s, the genesis is %s",
              name, lowest.hash(), genesis.get().hash()));
    }
    Optional<Block> known = genesis.or(() -> PublicGenesis.withHash(lowest.parentHash()));
    if (lowest.number() != 1 || known.isEmpty()) {
      return lowest;
    }
    Block parent = known.get();
    if (!lowest.parentHash().equals(parent.hash())) {
      throw new JobFailedException(
          String.format(
              "%s is another chain: its block 1 stands on %s, the genesis is %s",
              name, lowest.parentHash(), parent.hash()));
    }
    return parent;
  }

  /**
   * The lowest block of a chain, proven as far as it can be without a parent.
   *
   * @param name of the chain, for the message where it is wrong
   */
  public static Block root(ServedChain chain, String name) {
    BlockId lowest = chain.lowest();
    try {
      Block block = Block.decode(chain.rawBlock(lowest.number()));
      Optional<Breach> breach = BlockRules.check(block);
      if (breach.isPresent()) {
        throw new JobFailedException(name + ": block " + lowest + ": " + breach.get());
      }
      return block;
    } catch (RlpException e) {
      throw new JobFailedException(name + ": block " + lowest + ": " + e.getMessage(), e);
    }
  }

  /** Refuses a file that has another block where the store begins. */
  public void requireChainOf(BlockId root) {
    for (Opened file : files) {
      requireChainOf(root, file.chain(), file.path().toString());
    }
  }

  /**
   * Refuses a chain that has another block where the store begins; one that does not reach so far
   * may still belong to it.
   */
  public static void requireChainOf(BlockId root, ServedChain chain, String name) {
    boolean isCovered =
        chain.lowest().number() <= root.number() && root.number() <= chain.head().number();
    if (isCovered && !chain.hashAt(root.number()).equals(root.hash())) {
      throw new JobFailedException(
          name
              + " is another chain: its block "
              + root.number()
              + " is "
              + chain.hashAt(root.number())
              + ", the store begins with "
              + root.hash());
    }
  }

  /** Hands them over to a node. */
  public void connectTo(Node node) {
    isConnected = true;
    for (Opened file : files) {
      PeerId id = PeerId.of("file:" + file.path());
      node.connect(
          replies -> new FilePeerLink(id, file.chain(), replies, node::disconnect),
          file.chain().head());
    }
  }

  @Override
  public void close() {
    if (!isConnected) {
      files.forEach(file -> file.chain().close());
    }
  }
}
