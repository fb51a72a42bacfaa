package dev.windlass.sim;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import java.util.Optional;

/** Observes every question and every judged answer before the core does. */
public interface Watcher {
  default void connected(PeerId peer) {}

  /** A peer announced a head, or sent a new block. */
  default void announced(PeerId peer) {}

  /** The fault of this question. Empty if it is right. */
  default Optional<String> asked(PeerId peer, Asked asked) {
    return Optional.empty();
  }

  /** An answer arrived for its own ticket. */
  default void answered(PeerId peer, Asked asked, Verdict verdict) {}

  /** An answer arrived for any ticket, with all its items. */
  default void received(PeerId peer, Asked asked, Delivery<?> delivery) {}

  /** The fault of starting this sync. Empty if it is right. */
  default Optional<String> started(Hash anchor, Optional<PeerId> origin) {
    return Optional.empty();
  }
}
