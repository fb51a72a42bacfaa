package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.downloader.SyncError;
import io.vertx.core.Future;
import java.util.Optional;

/** Takes the heads that an operator announces, or takes back; any thread may call it. */
public interface HeadSink {
  /**
   * Passes an announced head on.
   *
   * @return why it is refused; empty if it is taken. It fails if the node is stopping
   */
  Future<Optional<SyncError>> announce(Head head);

  /**
   * Takes a head back, also while it is synced; nothing happens if it is not wanted.
   *
   * @return done once it is taken back
   */
  Future<Void> withdraw(Hash head);
}
