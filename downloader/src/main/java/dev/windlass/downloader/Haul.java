package dev.windlass.downloader;

import dev.windlass.chain.Hash;
import dev.windlass.chain.PeerId;
import java.util.Optional;

/**
 * One run from an anchor to the last insert: what it is after, how far it is, and how it ended.
 *
 * <p>Owned by the downloader; the phases write it. Once it has failed nothing changes that.
 */
final class Haul {
  final long id;
  final Hash anchor;
  final Optional<PeerId> origin;
  final long startedNanos;

  /** The links that are stored; the phases replace it as they grow. */
  HashChain chain;

  long blocksInserted;
  long blocksStartedNanos;
  long progressedNanos;

  private HaulError error;
  private Optional<PeerId> blamed = Optional.empty();
  private String explanation = "";

  Haul(long id, Hash anchor, Optional<PeerId> origin, long nowNanos) {
    this.id = id;
    this.anchor = anchor;
    this.origin = origin;
    this.startedNanos = nowNanos;
    this.progressedNanos = nowNanos;
    this.chain = HashChain.empty(anchor);
  }

  boolean isOperators() {
    return origin.isEmpty();
  }

  /** Ends it with an error that the origin of its chain answers for. */
  void fail(HaulError newError, String newExplanation) {
    fail(newError, origin, newExplanation);
  }

  void fail(HaulError newError, Optional<PeerId> newBlamed, String newExplanation) {
    if (error == null) {
      error = newError;
      blamed = newBlamed;
      explanation = newExplanation;
    }
  }

  boolean hasFailed() {
    return error != null;
  }

  HaulError error() {
    return error;
  }

  Optional<PeerId> blamed() {
    return blamed;
  }

  String explanation() {
    return explanation;
  }

  /** -1 while it is not known. */
  long anchorNumber() {
    if (chain.isComplete()) {
      return chain.ending().orElseThrow().anchorNumber();
    }
    return chain.nextNumber() < 0 || chain.links() == 0 ? -1 : chain.nextNumber() + chain.links();
  }

  Progress.HaulView view(long nowNanos) {
    long blocksTotal = chain.ending().map(e -> e.anchorNumber() - e.firstNumber() + 1).orElse(-1L);
    return new Progress.HaulView(
        id,
        anchor,
        anchorNumber(),
        chain.ending().map(HashChain.Ending::ancestorNumber).orElse(-1L),
        chain.links(),
        blocksInserted,
        blocksTotal,
        etaNanos(blocksTotal, nowNanos));
  }

  private long etaNanos(long blocksTotal, long nowNanos) {
    if (blocksInserted == 0 || blocksTotal < 0) {
      return -1;
    }
    double perBlock = (double) (nowNanos - blocksStartedNanos) / blocksInserted;
    return (long) (perBlock * (blocksTotal - blocksInserted));
  }
}
