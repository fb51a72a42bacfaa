package dev.windlass.server.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A chain of valid blocks on disk.
 *
 * @param folder holds genesis.json, chain.rlp and, where there is a fork, fork.rlp
 * @param head the hash of the last block of chain.rlp
 * @param forkHead the same of fork.rlp, or empty
 */
record MadeChain(Path folder, long blocks, String head, String forkHead) {
  private static final int DATA_BYTES = 500;

  /** Blocks with one transaction of 500 bytes each; made once for all tests of a run. */
  static MadeChain of(long blocks) throws IOException {
    return of(blocks, 0, 0);
  }

  /** The same, and a fork that shares some blocks with it and then has some of its own. */
  static synchronized MadeChain of(long blocks, long forkAt, long forkBlocks) throws IOException {
    String name = "chain-" + blocks + "-" + forkAt + "-" + forkBlocks;
    Path folder = Nodes.root().resolve(name);
    Path heads = folder.resolve("heads");
    if (!Files.exists(heads)) {
      Folders.delete(folder);
      Files.createDirectories(folder);
      Path genesis = folder.resolve("genesis.json");
      ValidChain.writeGenesis(genesis);
      List<String> made = new ArrayList<>();
      made.add(write(folder.resolve("chain.rlp"), genesis, blocks, blocks + 1));
      long forkHead = forkAt + forkBlocks;
      made.add(forkAt == 0 ? "" : write(folder.resolve("fork.rlp"), genesis, forkHead, forkAt + 1));
      Files.write(heads, made);
    }
    List<String> made = Files.readAllLines(heads);
    return new MadeChain(folder, blocks, made.get(0), made.get(1));
  }

  private static String write(Path file, Path genesis, long blocks, long differFrom)
      throws IOException {
    return ValidChain.write(file, genesis, blocks, differFrom, DATA_BYTES).toString();
  }

  Path genesis() {
    return folder.resolve("genesis.json");
  }

  Path file() {
    return folder.resolve("chain.rlp");
  }

  Path fork() {
    return folder.resolve("fork.rlp");
  }

  /** A geth that holds all of the chain, which is imported once for all tests of a run. */
  Geth geth(Nodes nodes, String name) throws IOException {
    Path data = gethData(nodes, name);
    return nodes.with(Geth.start(Toolbox.geth(), data, nodes.log(name)));
  }

  /** The data of such a geth, which has no key yet. */
  Path gethData(Nodes nodes, String name) throws IOException {
    Path data = nodes.data(name);
    Folders.copy(imported(), data);
    return data;
  }

  /** A geth that has its genesis and nothing more. */
  Geth emptyGeth(Nodes nodes, String name, String... options) throws IOException {
    Path data = nodes.data(name);
    Geth.init(Toolbox.geth(), data, nodes.log(name), genesis());
    return nodes.with(Geth.start(Toolbox.geth(), data, nodes.log(name), options));
  }

  private Path imported() throws IOException {
    synchronized (MadeChain.class) {
      Path data = folder.resolve("geth");
      Path isImported = folder.resolve("imported");
      if (!Files.exists(isImported)) {
        Folders.delete(data);
        Path log = Nodes.root().resolve("geth-import-" + blocks + ".log");
        Geth.init(Toolbox.geth(), data, log, genesis());
        Geth.run(Toolbox.geth(), data, log, "import", file().toString());
        // Each node that starts on a copy makes a key of its own.
        Files.deleteIfExists(data.resolve("geth/nodekey"));
        Files.createFile(isImported);
      }
      return data;
    }
  }

  /** A Windlass that knows its genesis. */
  WindlassProcess windlass(Nodes nodes, String name, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("--genesis-file", genesis().toString()));
    all.addAll(List.of(options));
    return nodes.with(
        WindlassProcess.start(nodes.data(name), nodes.log(name), all.toArray(String[]::new)));
  }
}
