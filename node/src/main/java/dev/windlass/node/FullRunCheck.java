package dev.windlass.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.rules.BlockBreach;
import dev.windlass.chain.rules.ChainBelow;
import dev.windlass.chain.rules.FullCheck;
import dev.windlass.chain.rules.Senders;
import dev.windlass.chain.store.ChainStore;
import dev.windlass.downloader.links.RunCheck;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The full check of runs, with the blocks below each from the store.
 *
 * <p>Used by the store's thread only. The newest blocks that passed are kept, since the next run
 * usually follows them.
 */
final class FullRunCheck implements RunCheck {
  /** RLP of a body without transactions and uncles. */
  private static final byte[] EMPTY_BODY = {(byte) 0xc2, (byte) 0xc0, (byte) 0xc0};

  private final FullCheck check;
  private final Senders senders;
  private final LongSupplier clockSeconds;
  private List<Block> newest = List.of();

  /**
   * Checks nothing yet.
   *
   * @param clockSeconds seconds since 1970
   */
  FullRunCheck(FullCheck check, Senders senders, LongSupplier clockSeconds) {
    this.check = check;
    this.senders = senders;
    this.clockSeconds = clockSeconds;
  }

  @Override
  public Optional<BlockBreach> breach(ChainStore store, List<Block> run) {
    List<Block> below = below(store, run.get(0));
    int unchecked = unchecked(store, below, run);
    Optional<BlockBreach> breach = Optional.empty();
    if (unchecked < run.size()) {
      below.addAll(run.subList(0, unchecked));
      List<Block> checked = run.subList(unchecked, run.size());
      breach = check.check(ChainBelow.of(below), checked, clockSeconds.getAsLong());
    }
    breach = breach.or(() -> senders.check(run));
    int kept = Math.min(run.size(), ChainBelow.BLOCKS_MAX);
    newest = breach.isEmpty() ? List.copyOf(run.subList(run.size() - kept, run.size())) : List.of();
    return breach;
  }

  /**
   * How many blocks of a run stand so close above the floor of a limited history that not all
   * ancestors are known that the rules need.
   */
  private static int unchecked(ChainStore store, List<Block> below, List<Block> run) {
    int unknown = ChainBelow.BLOCKS_MAX - below.size();
    return store.belowRoot().isEmpty() ? 0 : Math.max(0, Math.min(unknown, run.size()));
  }

  /** The ancestors of a block, oldest first, at most as many as the check uses. */
  private List<Block> below(ChainStore store, Block first) {
    boolean areKept =
        newest.size() == ChainBelow.BLOCKS_MAX
            && newest.get(newest.size() - 1).hash().equals(first.parentHash());
    if (areKept) {
      return new ArrayList<>(newest);
    }
    Deque<Block> below = new ArrayDeque<>();
    Block lowest = first;
    while (lowest.number() > store.root().number() && below.size() < ChainBelow.BLOCKS_MAX) {
      BlockId parent = new BlockId(lowest.number() - 1, lowest.parentHash());
      lowest = store.block(parent).or(() -> withoutBody(store, parent)).orElseThrow();
      below.addFirst(lowest);
    }
    return new ArrayList<>(below);
  }

  /** A block whose body is missing. Its uncles are not known, so they count as none. */
  private static Optional<Block> withoutBody(ChainStore store, BlockId id) {
    return store.header(id).map(header -> Block.of(header, EMPTY_BODY));
  }
}
