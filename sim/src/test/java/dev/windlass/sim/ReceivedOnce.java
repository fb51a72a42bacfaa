package dev.windlass.sim;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import java.util.BitSet;
import java.util.Optional;

/**
 * Notes what arrived, and what was requested again after it had arrived. Lives as long as its
 * simulation, whose chain must be the only one.
 */
final class ReceivedOnce implements Watcher {
  private final Simulation simulation;
  private final ChainMaker chain;
  private final BitSet headers = new BitSet();
  private long bytes;
  private boolean isJudged = true;

  ReceivedOnce(Simulation simulation, ChainMaker chain) {
    this.simulation = simulation;
    this.chain = chain;
  }

  @Override
  public Optional<String> asked(PeerId peer, Asked asked) {
    if (!isJudged
        || !(asked.question() instanceof Question.Headers headersAsked)
        || headersAsked.query().isByHash()) {
      return Optional.empty();
    }
    HeaderQuery query = headersAsked.query();
    long top = query.fromNumber();
    long bottom = Math.max(simulation.store().tip().number() + 1, top - query.count() + 1);
    int again = headers.previousSetBit((int) Math.min(top, chain.head().number()));
    return again >= bottom
        ? Optional.of("header " + again + " is asked for again, in " + asked.brief())
        : Optional.empty();
  }

  @Override
  public void received(PeerId peer, Asked asked, Delivery<?> delivery) {
    bytes += delivery.bytes();
    if (isOfWaitingHead(asked.question())) {
      return;
    }
    for (Object item : delivery.items()) {
      if (item instanceof BlockHeader header) {
        headers.set((int) header.number());
      }
    }
  }

  /** The header of a head that waits for its turn only shows that its peer has it. */
  private boolean isOfWaitingHead(Question<?> question) {
    return question instanceof Question.Headers asked
        && asked.query().isByHash()
        && asked.size() == 1
        && simulation
            .progress()
            .sync()
            .filter(sync -> !sync.anchor().equals(asked.query().from()))
            .isPresent();
  }

  /** Excuses later requests for items that arrived, after an accident. */
  void excuse() {
    isJudged = false;
  }

  /** The bytes of all answers, wanted or not. */
  long bytes() {
    return bytes;
  }
}
