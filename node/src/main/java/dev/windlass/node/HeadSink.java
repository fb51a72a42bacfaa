package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.downloader.SyncError;
import io.vertx.core.Future;
import java.util.Optional;

/** Takes the heads that an operator announces or withdraws. Thread-safe. */
public interface HeadSink {
  /**
   * Announces a head.
   *
   * @return the reason if it is refused, else empty. Fails if the node is stopping
   */
  Future<Optional<SyncError>> announce(Head head);

  /**
   * Withdraws a head, even during its sync. Does nothing if the head is not wanted.
   *
   * @return completes when the head is withdrawn
   */
  Future<Void> withdraw(Hash head);
}
