package dev.windlass.node;

import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.p2p.log.Quantity;
import dev.windlass.p2p.rpc.HeadSource;
import dev.windlass.wire.jsonrpc.RpcClients;
import dev.windlass.wire.jsonrpc.RpcUrl;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Connects to the sources of heads, compares them, and passes on each head that counts.
 *
 * <p>Thread-safe. It is opened and closed by the thread that owns the node.
 */
final class HeadSources implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeadSources.class);

  private final NodeConfig.Heads config;
  private final SourcedHeads heads;
  private final RpcBoard board;
  private final LongSupplier nanos;
  private final HeadQuorum quorum;
  private final HeadDisagreements disagreements;
  private final List<String> names;
  private final String[] reasons;
  private final Set<HeadQuorum.Probe> asked = new HashSet<>();
  private Optional<Head> counted = Optional.empty();

  /** Empty until it connects. */
  private volatile List<HeadSource> sources = List.of();

  private Runnable stopAging = () -> {};

  /**
   * Connects to none yet.
   *
   * @param config names at least one source
   * @param heads announces what counts
   * @param nanos the time
   */
  HeadSources(NodeConfig.Heads config, SourcedHeads heads, RpcBoard board, LongSupplier nanos) {
    this.config = config;
    this.heads = heads;
    this.board = board;
    this.nanos = nanos;
    names = config.sources().stream().map(RpcUrl::toString).toList();
    quorum = new HeadQuorum(names.size(), config.quorum());
    disagreements = new HeadDisagreements(names, board, nanos);
    reasons = new String[names.size()];
    heads.onUnserved(this::unserved);
    show();
  }

  /** Begins to connect. */
  void connect(RpcClients clients, ServedChain chain, Duration look) {
    List<HeadSource> made = new ArrayList<>();
    for (RpcUrl url : config.sources()) {
      Voice voice = new Voice(made.size());
      made.add(new HeadSource(clients, url, config.tag(), chain, look, voice));
    }
    sources = List.copyOf(made);
    Vertx vertx = clients.vertx();
    long timer = vertx.setPeriodic(look.toMillis(), ignored -> age());
    stopAging = () -> vertx.cancelTimer(timer);
    sources.forEach(HeadSource::start);
  }

  /** What one source reports. */
  private final class Voice implements HeadSource.Observer {
    private final int index;

    Voice(int index) {
      this.index = index;
    }

    @Override
    public void named(Head head) {
      HeadSources.this.named(index, head);
    }

    @Override
    public void lost(String reason) {
      HeadSources.this.lost(index, reason);
    }
  }

  private synchronized void named(int index, Head head) {
    boolean isBack = !quorum.isReached(index);
    boolean isNew = quorum.named(index, head, nanos.getAsLong());
    reasons[index] = "";
    compare();
    if (isNew || isBack) {
      update();
    }
  }

  private synchronized void lost(int index, String reason) {
    quorum.lost(index);
    reasons[index] = reason;
    update();
  }

  private void compare() {
    for (HeadQuorum.Probe probe : quorum.probes()) {
      if (quorum.isReached(probe.source()) && asked.add(probe)) {
        sources
            .get(probe.source())
            .block(probe.number())
            .onComplete(answer -> answered(probe, answer));
      }
    }
  }

  private synchronized void answered(HeadQuorum.Probe probe, AsyncResult<Optional<Head>> answer) {
    asked.remove(probe);
    if (answer.succeeded()) {
      quorum.answered(probe, answer.result().map(Head::hash));
      update();
    }
  }

  private void update() {
    Optional<Head> best = quorum.choose();
    disagreements.update(quorum);
    if (best.isPresent() && !best.equals(counted)) {
      heads.saw(best.get(), quorum.leader());
    }
    if (best.isEmpty() && counted.isPresent()) {
      heads.lost();
    }
    counted = best;
    show();
  }

  private void show() {
    board.show(
        new RpcBoard.HeadsView(
            config.quorum(),
            counted,
            IntStream.range(0, names.size()).mapToObj(this::view).toList(),
            disagreements.now()));
  }

  private RpcBoard.SourceView view(int index) {
    String reason = reasons[index] == null ? "" : reasons[index];
    return new RpcBoard.SourceView(
        names.get(index), quorum.head(index), quorum.isReached(index), reason);
  }

  /** Forgets the heads of sources that have not been reached for long. */
  private synchronized void age() {
    List<Optional<Head>> before = IntStream.range(0, names.size()).mapToObj(quorum::head).toList();
    List<Integer> expired = quorum.expire(nanos.getAsLong(), SourcedHeads.AGE_NANOS_MAX);
    for (int index : expired) {
      aged(before.get(index).orElseThrow(), Level.INFO, names.get(index))
          .addKeyValue("reason", "its source has not named it for 10 minutes")
          .log();
    }
    if (!expired.isEmpty()) {
      update();
    }
  }

  private synchronized void unserved(Head head) {
    if (quorum.unserved(head.hash())) {
      String source =
          IntStream.range(0, names.size())
              .filter(index -> quorum.head(index).equals(Optional.of(head)))
              .mapToObj(names::get)
              .findFirst()
              .orElse("");
      update();
      boolean isOnly = counted.equals(Optional.of(head));
      aged(head, Level.WARN, source)
          .addKeyValue("reason", "no peer has served a head of this source for 10 minutes")
          .addKeyValue(
              "then",
              isOnly ? "tried again, as no other head counts" : "another head takes its place")
          .log();
    }
  }

  private static LoggingEventBuilder aged(Head head, Level level, String source) {
    return LOG.atLevel(level)
        .setMessage("Head aged out")
        .addKeyValue("number", new Quantity.Count(head.number()))
        .addKeyValue("hash", head.hash())
        .addKeyValue("source", source);
  }

  @Override
  public void close() {
    stopAging.run();
    sources.forEach(HeadSource::close);
  }
}
