package dev.windlass.sim;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.ChainEvent;
import dev.windlass.downloader.links.StoreChange;
import java.util.Optional;

/** Knows the chain from its events alone, and finds where they contradict the store. */
final class ChainFollower {
  private final BlockStore store;
  private BlockId tip;

  ChainFollower(BlockStore store) {
    this.store = store;
    this.tip = store.tip();
  }

  /** The fault of the events of a change. Empty if they lead to the store's tip. */
  Optional<String> follow(StoreChange change) {
    for (ChainEvent event : change.events()) {
      Optional<String> fault = follow(event);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return tip.equals(store.tip())
        ? Optional.empty()
        : Optional.of("the events lead to " + tip + ", and the store's tip is " + store.tip());
  }

  private Optional<String> follow(ChainEvent event) {
    if (event instanceof ChainEvent.Accepted accepted) {
      boolean areStored = store.has(accepted.lowest()) && store.has(accepted.highest());
      return areStored ? Optional.empty() : Optional.of(event + ", and the store lacks them");
    } else if (event instanceof ChainEvent.Disconnected disconnected) {
      return move(event, disconnected.oldTip(), disconnected.ancestor());
    } else if (event instanceof ChainEvent.Connected connected) {
      return move(event, connected.ancestor(), connected.newTip());
    }
    return Optional.of(event + " comes from a change of the store");
  }

  private Optional<String> move(ChainEvent event, BlockId from, BlockId to) {
    if (!from.equals(tip)) {
      return Optional.of(event + ", and the events before led to " + tip);
    }
    tip = to;
    return Optional.empty();
  }
}
