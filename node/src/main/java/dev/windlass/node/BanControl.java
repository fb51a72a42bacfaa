package dev.windlass.node;

import dev.windlass.chain.exchange.PeerId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/** Takes what an operator wants of the bans of a running node. Thread-safe. */
public interface BanControl {
  /**
   * Bans a node or a host, and disconnects it.
   *
   * @return completes when it is refused
   */
  Future<Void> ban(BanName name, Duration duration, String reason);

  /**
   * Ends a ban, and forgets the points of a node.
   *
   * @return whether there was a ban
   */
  Future<Boolean> pardon(BanName name);

  /** The bytes that prove the fault of a banned peer. It reads the store. */
  Optional<byte[]> evidence(PeerId peer);
}
