package dev.windlass.server.http;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.downloader.SyncError;
import dev.windlass.node.BanControl;
import dev.windlass.node.NodeControl;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Takes everything, and does nothing. */
final class NoControl implements NodeControl {
  private final BanControl bans;

  NoControl() {
    this(new FakeBans());
  }

  NoControl(BanControl bans) {
    this.bans = bans;
  }

  @Override
  public Future<Optional<SyncError>> announce(Head head) {
    return Future.succeededFuture(Optional.empty());
  }

  @Override
  public Future<Void> withdraw(Hash head) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> pause(Duration duration) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> resume() {
    return Future.succeededFuture();
  }

  @Override
  public BanControl bans() {
    return bans;
  }

  @Override
  public List<BlockId> passedCheckpoints() {
    return List.of();
  }

  @Override
  public Optional<Instant> pausedUntil() {
    return Optional.empty();
  }
}
