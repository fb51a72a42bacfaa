package dev.windlass.p2p.mirror;

import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.files.EraFile;
import dev.windlass.wire.files.EraFolder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/** A folder of this machine. Its files are read where they are. */
final class FolderSource implements EraSource {
  private final Vertx vertx;
  private final Path folder;

  FolderSource(Vertx vertx, Path folder) {
    this.vertx = vertx;
    this.folder = folder;
  }

  @Override
  public String name() {
    return "file:" + folder;
  }

  @Override
  public String mark() {
    return "";
  }

  @Override
  public String address() {
    return "";
  }

  @Override
  public Future<List<EraFile>> list() {
    return Workers.run(vertx, () -> EraFolder.list(folder));
  }

  @Override
  public Future<Brought> bring(EraFile file, boolean isAhead, LongConsumer onBytes) {
    return Future.succeededFuture(new Brought(folder.resolve(file.name().file()), true));
  }

  @Override
  public void use(EraFile file) {}

  @Override
  public void release(EraFile file) {}

  @Override
  public boolean isHere(EraFile file) {
    return true;
  }

  /** The files are the user's. */
  @Override
  public Future<Void> discard(EraFile file) {
    return Future.succeededFuture();
  }

  @Override
  public void close() {}
}
