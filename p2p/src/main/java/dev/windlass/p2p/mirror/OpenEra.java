package dev.windlass.p2p.mirror;

import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.wire.files.EraFile;
import dev.windlass.wire.files.FileChain;
import java.nio.file.Path;

/**
 * An era file that is open. It is closed once it is retired and no question is being answered from
 * it.
 *
 * <p>Owned by the context of its shelf. Workers read it between {@link #begin} and {@link #end}.
 */
final class OpenEra {
  private final EraShelf owner;
  private final EraFile file;
  private final Path path;
  private final FileChain chain;
  private final ChainServer server;
  private int users;
  private boolean isRetired;

  OpenEra(EraShelf owner, EraFile file, Path path, FileChain chain) {
    this.owner = owner;
    this.file = file;
    this.path = path;
    this.chain = chain;
    this.server = new ChainServer(chain);
  }

  /** The shelf that brought it. */
  EraShelf owner() {
    return owner;
  }

  EraFile file() {
    return file;
  }

  long era() {
    return file.name().era();
  }

  Path path() {
    return path;
  }

  FileChain chain() {
    return chain;
  }

  ChainServer server() {
    return server;
  }

  void begin() {
    users++;
  }

  void end() {
    users--;
    closeIfUnused();
  }

  void retire() {
    isRetired = true;
    closeIfUnused();
  }

  private void closeIfUnused() {
    if (isRetired && users == 0) {
      chain.close();
    }
  }
}
