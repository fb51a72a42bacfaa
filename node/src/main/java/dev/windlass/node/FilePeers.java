package dev.windlass.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Breach;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.wire.files.EraFolder;
import dev.windlass.wire.files.FileChain;
import dev.windlass.wire.files.FileChainException;
import dev.windlass.wire.files.IndexFolder;
import dev.windlass.wire.network.PublicGenesis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that a node syncs from. A thread reads each file completely while the node runs, and
 * then connects it as a peer. A file that is no chain, or another chain, is left out, and a log
 * line gives the reason.
 *
 * <p>The reading thread owns each file until it is connected. Then the file's link owns it.
 */
public final class FilePeers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FilePeers.class);

  /** The same interval as for the progress of a sync. */
  private static final long LINE_NANOS = 8_000_000_000L;

  private final List<Path> paths;

  /** Of these only the lowest block is read here. {@link EraFolders} are their peers. */
  private final List<Path> folders;

  private final Optional<String> network;
  private final IndexFolder indexes;
  private final CompletableFuture<Void> useless = new CompletableFuture<>();
  private volatile boolean isClosed;

  private record Lowest(Path path, Block block) {}

  private FilePeers(List<Path> all, Optional<String> network, IndexFolder indexes) {
    this.network = network;
    this.paths = all.stream().filter(path -> !Files.isDirectory(path)).toList();
    this.folders = all.stream().filter(Files::isDirectory).toList();
    this.indexes = indexes;
  }

  /** Takes the files of a configuration. Reads nothing yet. */
  public static FilePeers of(NodeConfig config, IndexFolder indexes) {
    return of(config.peers(), config.eraNetwork(), indexes);
  }

  /** Takes the sources that are files, of any one network. Reads nothing yet. */
  public static FilePeers of(List<PeerSource> sources, IndexFolder indexes) {
    return of(sources, Optional.empty(), indexes);
  }

  static FilePeers of(List<PeerSource> sources, Optional<String> network, IndexFolder indexes) {
    return new FilePeers(
        sources.stream()
            .filter(PeerSource.FilePeer.class::isInstance)
            .map(source -> ((PeerSource.FilePeer) source).path())
            .distinct()
            .toList(),
        network,
        indexes);
  }

  /**
   * The root of a new store. It is the lowest block of all files, or the genesis if that block is
   * the genesis's child. A file that cannot be used is passed over.
   *
   * @param genesis the network's, if known
   * @return empty if there are no files
   * @throws JobFailedException if there are files, but none can be used
   */
  public Optional<Block> root(Optional<Block> genesis) {
    List<Lowest> lowestFirst = new ArrayList<>();
    RuntimeException problem = null;
    for (Path path : beginnings()) {
      try {
        lowestFirst.add(new Lowest(path, lowestBlock(path)));
      } catch (FileChainException e) {
        problem = problem == null ? e : problem;
      }
    }
    lowestFirst.sort(Comparator.comparingLong(lowest -> lowest.block().number()));
    for (Lowest lowest : lowestFirst) {
      try {
        return Optional.of(root(lowest.block(), lowest.path().toString(), genesis));
      } catch (JobFailedException e) {
        problem = problem == null ? e : problem;
      }
    }
    if (problem != null) {
      throw problem;
    }
    return Optional.empty();
  }

  private List<Path> beginnings() {
    return Stream.concat(paths.stream(), folders.stream()).toList();
  }

  private Block lowestBlock(Path path) {
    return FileChain.lowestBlock(Files.isDirectory(path) ? EraFolder.lowest(path, network) : path);
  }

  /** Accepts files without block 0, which {@code geth export FILE 1 N} and hivechain write. */
  private static Block root(Block lowest, String name, Optional<Block> genesis) {
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
   * The lowest block of a chain, checked as far as possible without its parent.
   *
   * @param name of the chain, for the error message
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

  /**
   * Refuses a chain that has another block at the number of the root. A chain without a block at
   * that number is accepted.
   */
  public static void requireChainOf(BlockId root, ServedChain chain, String name) {
    if (chain.lowest().number() == root.number() + 1) {
      requireParent(root, Block.decode(chain.rawBlock(root.number() + 1)), name);
    }
    boolean isCovered =
        chain.lowest().number() <= root.number() && root.number() <= chain.head().number();
    if (isCovered) {
      requireSame(root, new BlockId(root.number(), chain.hashAt(root.number())), name);
    }
  }

  private static void requireParent(BlockId root, Block child, String name) {
    if (!child.parentHash().equals(root.hash())) {
      throw new JobFailedException(
          String.format(
              "%s is another chain: its block %d stands on %s, the store begins with %s",
              name, child.number(), child.parentHash(), root.hash()));
    }
  }

  /**
   * Checks the lowest blocks of the files only.
   *
   * @param root of the existing store
   * @throws JobFailedException if there are files, but none of them can belong to it
   */
  void requireOneOf(BlockId root) {
    RuntimeException problem = null;
    for (Path path : beginnings()) {
      try {
        Block lowest = lowestBlock(path);
        if (lowest.number() == root.number() + 1) {
          requireParent(root, lowest, path.toString());
        } else if (lowest.number() == root.number()) {
          requireSame(root, lowest.id(), path.toString());
        }
        return;
      } catch (FileChainException | JobFailedException e) {
        problem = problem == null ? e : problem;
      }
    }
    if (problem != null) {
      throw problem;
    }
  }

  private static void requireSame(BlockId root, BlockId found, String name) {
    if (!found.hash().equals(root.hash())) {
      throw new JobFailedException(
          name
              + " is another chain: its block "
              + root.number()
              + " is "
              + found.hash()
              + ", the store begins with "
              + root.hash());
    }
  }

  /**
   * Begins to read the files, and connects each to the node once it is read.
   *
   * @param root of the node's store
   */
  public void connectTo(Node node, BlockId root) {
    for (Path path : paths) {
      node.peers().named(id(path), path.toString());
      node.peers().failed(id(path), "is being read");
    }
    Thread thread = new Thread(() -> openAll(node, root), "files");
    thread.setDaemon(true);
    thread.start();
  }

  /** Fails if there are files, but none of them can be used. Otherwise it never completes. */
  public CompletableFuture<?> untilUseless() {
    return useless;
  }

  private void openAll(Node node, BlockId root) {
    try {
      RuntimeException problem = null;
      int used = 0;
      int read = 0;
      long blocks = 0;
      long saidNanos = System.nanoTime();
      for (Path path : paths) {
        if (isClosed) {
          return;
        }
        try {
          blocks += open(node, root, path);
          used++;
        } catch (FileChainException | JobFailedException e) {
          problem = problem == null ? e : problem;
          leaveOut(node, path, e.getMessage());
        }
        read++;
        if (System.nanoTime() - saidNanos > LINE_NANOS) {
          saidNanos = System.nanoTime();
          say("Reading files", read, blocks);
        }
      }
      if (paths.size() > 1) {
        say("Files are read", read, blocks);
      }
      indexes.keepOnly(paths);
      indexes.trouble().ifPresent(FilePeers::isReadAgain);
      if (used == 0 && problem != null) {
        useless.completeExceptionally(problem);
      }
    } catch (RuntimeException | Error e) {
      useless.completeExceptionally(e);
    }
  }

  private void say(String what, int read, long blocks) {
    LOG.atInfo()
        .setMessage(what)
        .addKeyValue("files", read)
        .addKeyValue("of", paths.size())
        .addKeyValue("blocks", blocks)
        .log();
  }

  private static void isReadAgain(String because) {
    LOG.atWarn()
        .setMessage(
            "Files will be read again at the next start, since their indexes cannot be stored")
        .addKeyValue("reason", because)
        .log();
  }

  private long open(Node node, BlockId root, Path path) {
    FileChain chain = FileChain.open(path, indexes);
    try {
      requireChainOf(root, chain, path.toString());
    } catch (RuntimeException e) {
      chain.close();
      throw e;
    }
    if (isClosed) {
      chain.close();
      return 0;
    }
    long lowest = chain.lowest().number();
    long head = chain.head().number();
    PeerDirectory.Connection said = new PeerDirectory.Connection("file", "file", lowest, head);
    node.peers().connected(id(path), path.toString(), false, said);
    node.connect(
        downloader ->
            new FilePeerLink(
                id(path),
                chain,
                downloader,
                (peer, because) -> {
                  node.peers().failed(peer, because);
                  node.disconnect(peer);
                }),
        lowest,
        chain.head());
    return head - lowest + 1;
  }

  private static void leaveOut(Node node, Path path, String because) {
    String name = path.toString();
    String why =
        because.startsWith(name)
            ? because.substring(name.length()).replaceFirst("^:? ", "")
            : because;
    node.peers().failed(id(path), why);
    LOG.atWarn()
        .setMessage("File is left out")
        .addKeyValue("file", path)
        .addKeyValue("reason", why)
        .log();
  }

  private static PeerId id(Path path) {
    return PeerId.of("file:" + path);
  }

  /** Connects no more files. */
  @Override
  public void close() {
    isClosed = true;
  }
}
