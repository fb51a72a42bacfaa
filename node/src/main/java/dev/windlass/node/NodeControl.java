package dev.windlass.node;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.downloader.SyncError;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Takes what an operator wants of a running node. Thread-safe. */
public interface NodeControl {
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

  /**
   * Pauses the downloader for a time. A pause replaces the one before.
   *
   * @return completes when no further sync starts
   */
  Future<Void> pause(Duration duration);

  /** Ends a pause. Completes when the downloader goes on. */
  Future<Void> resume();

  /** Changes and shows the bans of peers. */
  BanControl bans();

  /** When the pause ends. Empty if there is none. */
  Optional<Instant> pausedUntil();

  /** The checkpoints that the stored chain has passed, lowest first. Reads the store. */
  List<BlockId> passedCheckpoints();
}
