package dev.windlass.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.wire.files.FileChainException;
import dev.windlass.wire.network.PublicGenesis;
import java.util.Optional;

/**
 * What a node needs before it begins, looked at in one order: so {@code validate-config} refuses
 * what {@code run} refuses, in the same words. Nothing is made; a store that is there is opened.
 *
 * <p>Whoever has it looked at closes it, unless it takes the store.
 */
public final class StartCheck implements AutoCloseable {
  private final NodeConfig config;
  private Optional<LevelDbBlockStore> stored = Optional.empty();
  private Optional<Block> root = Optional.empty();

  private StartCheck(NodeConfig config) {
    this.config = config;
  }

  /**
   * Looks at all of it.
   *
   * @throws RuntimeException as {@code run} would throw it
   */
  public static StartCheck of(NodeConfig config, FilePeers files) {
    StartCheck check = new StartCheck(config);
    try {
      check.lookAt(files);
      return check;
    } catch (RuntimeException e) {
      check.close();
      throw e;
    }
  }

  private void lookAt(FilePeers files) {
    EthNetwork.storedKey(config.dataPath());
    if (LevelDbBlockStore.exists(config.dataPath())) {
      SnappyLibrary.unpackInto(config.dataPath());
      LevelDbBlockStore store = LevelDbBlockStore.open(config.dataPath(), config.limits().store());
      stored = Optional.of(store);
      EthNetwork.requireChainOf(config, store.root());
      if (!config.isOnNetwork()) {
        files.requireOneOf(store.root());
      }
    } else {
      Block first =
          rootOf(files)
              .or(config::genesis)
              .or(() -> PublicGenesis.withHash(config.network().genesis()))
              .orElseThrow();
      EthNetwork.requireChainOf(config, first.id());
      root = Optional.of(first);
    }
    requirePorts();
  }

  /**
   * Files that are of no use are no reason not to start if there are nodes: they are told later.
   */
  private Optional<Block> rootOf(FilePeers files) {
    try {
      return files.root(config.genesis());
    } catch (FileChainException | JobFailedException e) {
      if (config.isOnNetwork()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void requirePorts() {
    new Endpoint(config.http().host(), config.http().port(), "--rpc-http").requireFree();
    if (config.metrics().isEnabled()) {
      new Endpoint(config.metrics().host(), config.metrics().port(), "--metrics").requireFree();
    }
    if (config.p2p().isEnabled()) {
      new Endpoint(config.p2p().host(), config.p2p().port(), "--p2p").requireFree();
    }
  }

  /** The store to begin with, which is made if there is none; the caller closes it. */
  public BlockStore take() {
    LevelDbBlockStore store =
        stored.orElseGet(
            () ->
                LevelDbBlockStore.open(
                    config.dataPath(), root.orElseThrow(), config.limits().store()));
    stored = Optional.empty();
    return StoreRemarks.logged(store);
  }

  @Override
  public void close() {
    stored.ifPresent(BlockStore::close);
    stored = Optional.empty();
  }
}
