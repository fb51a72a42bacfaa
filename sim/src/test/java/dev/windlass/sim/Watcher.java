package dev.windlass.sim;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import java.util.Optional;

/** Sees every question and, once it is judged, the answer to it; before the core does. */
public interface Watcher {
  default void connected(PeerId peer) {}

  /** What is wrong with asking this; empty if it is right. */
  default Optional<String> asked(PeerId peer, Asked asked) {
    return Optional.empty();
  }

  /** An answer that came under its own ticket. */
  default void answered(PeerId peer, Asked asked, Verdict verdict) {}

  /** Every answer, with all that came. */
  default void received(PeerId peer, Asked asked, Delivery<?> delivery) {}

  /** What is wrong with going for this head; empty if it is right. */
  default Optional<String> started(Hash anchor, Optional<PeerId> origin) {
    return Optional.empty();
  }
}
