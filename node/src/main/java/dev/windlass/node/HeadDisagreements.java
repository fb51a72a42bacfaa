package dev.windlass.node;

import dev.windlass.p2p.log.Quantity;
import dev.windlass.p2p.log.Repeats;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs when two sources of heads begin and cease to have different blocks at one number. Its owner
 * locks it.
 */
final class HeadDisagreements {
  private static final Logger LOG = LoggerFactory.getLogger(HeadDisagreements.class);
  private static final int PAIRS_MAX = 256;

  private final List<String> names;
  private final RpcBoard board;
  private final LongSupplier nanos;
  private final Map<Pair, Open> open = new LinkedHashMap<>();

  /** Sources of newest blocks differ for some seconds now and then. */
  private final Repeats<Pair> told = new Repeats<>(PAIRS_MAX);

  private record Pair(int first, int second) {}

  /** A disagreement, and whether its beginning was due in the log. */
  private record Open(RpcBoard.Disagreement disagreement, boolean isTold) {}

  /**
   * @param names of the sources
   * @param board counts the disagreements
   * @param nanos the time
   */
  HeadDisagreements(List<String> names, RpcBoard board, LongSupplier nanos) {
    this.names = names;
    this.board = board;
    this.nanos = nanos;
  }

  void update(HeadQuorum quorum) {
    for (HeadQuorum.Difference seen : quorum.differences()) {
      Pair pair = new Pair(seen.first(), seen.second());
      if (!open.containsKey(pair)) {
        begin(pair, seen);
      }
    }
    List<Pair> over =
        open.keySet().stream().filter(pair -> ended(quorum, pair).isPresent()).toList();
    over.forEach(pair -> end(pair, ended(quorum, pair).orElseThrow()));
  }

  /** Why it has ended. While it is not known, it has not. */
  private static Optional<String> ended(HeadQuorum quorum, Pair pair) {
    if (quorum.head(pair.first).isEmpty() || quorum.head(pair.second).isEmpty()) {
      return Optional.of("one of them names no head any more");
    }
    boolean differs =
        quorum.differences().stream()
            .anyMatch(seen -> seen.first() == pair.first && seen.second() == pair.second);
    return differs || quorum.isUnknown(pair.first, pair.second)
        ? Optional.empty()
        : Optional.of("one has the head of the other in its chain");
  }

  private void begin(Pair pair, HeadQuorum.Difference seen) {
    RpcBoard.Disagreement begun =
        new RpcBoard.Disagreement(
            seen.number(),
            names.get(seen.first()),
            seen.firstHash(),
            names.get(seen.second()),
            seen.secondHash(),
            Instant.now());
    boolean isTold = told.isDue(pair, nanos.getAsLong());
    open.put(pair, new Open(begun, isTold));
    board.disagreed();
    LOG.atLevel(isTold ? Level.WARN : Level.DEBUG)
        .setMessage("Head sources disagree")
        .addKeyValue("number", new Quantity.Count(begun.number()))
        .addKeyValue("source", begun.first())
        .addKeyValue("hash", begun.firstHash())
        .addKeyValue("other", begun.second())
        .addKeyValue("other_hash", begun.secondHash())
        .log();
  }

  private void end(Pair pair, String reason) {
    Open ended = open.remove(pair);
    RpcBoard.Disagreement was = ended.disagreement;
    LOG.atLevel(ended.isTold ? Level.INFO : Level.DEBUG)
        .setMessage("Head sources disagree no more")
        .addKeyValue("number", new Quantity.Count(was.number()))
        .addKeyValue("source", was.first())
        .addKeyValue("other", was.second())
        .addKeyValue("reason", reason)
        .log();
  }

  /** Those that have not ended. */
  List<RpcBoard.Disagreement> now() {
    return open.values().stream().map(Open::disagreement).toList();
  }
}
