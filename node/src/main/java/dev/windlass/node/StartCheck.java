package dev.windlass.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.links.BannedBlocks;
import dev.windlass.downloader.links.RunCheck;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.SnappyLibrary;
import dev.windlass.wire.files.FileChainException;
import dev.windlass.wire.network.PublicGenesis;
import java.util.Optional;

/**
 * Checks what a node needs before it starts. {@code run} and {@code validate-config} both use it,
 * so that both refuse the same configurations with the same message. It makes nothing, but opens an
 * existing store.
 *
 * <p>The caller closes it, which closes the store unless it was taken.
 */
public final class StartCheck implements AutoCloseable {
  private final NodeConfig config;
  private Optional<LevelDbBlockStore> stored = Optional.empty();
  private Optional<Block> root = Optional.empty();

  private StartCheck(NodeConfig config) {
    this.config = config;
  }

  /**
   * Checks everything.
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
      EthNetwork.requireChainOf(config, store.genesis());
      config.checkpoints().requireIn(store);
      BannedBlocks.of(store, config.checkpoints().trust(store, RunCheck.NOTHING_MORE));
      if (!config.isOnNetwork()) {
        files.requireOneOf(store.genesis());
      }
    } else {
      root =
          rootOf(files)
              .or(config::genesis)
              .or(() -> PublicGenesis.withHash(config.network().genesis()));
      root.ifPresent(first -> EthNetwork.requireChainOf(config, first.id()));
    }
    requirePorts();
  }

  /** If there are nodes, unusable files do not prevent the start. They are logged later. */
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

  /** Whether a new store needs the genesis of a node. */
  public boolean lacksRoot() {
    return stored.isEmpty() && root.isEmpty();
  }

  /** Lets a new store begin with this block. */
  public void beginWith(Block genesis) {
    root = Optional.of(genesis);
  }

  /** Returns the store, and makes it if there is none. The caller closes it. */
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
