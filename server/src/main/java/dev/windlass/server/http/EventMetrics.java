package dev.windlass.server.http;

import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.downloader.verticle.DownloaderListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Measures the durations and faults of the downloader's events. {@link Metrics} serves them. */
public final class EventMetrics implements DownloaderListener {
  /** The offences of answers. */
  private static final Set<Offence> ANSWERED =
      EnumSet.of(Offence.UNLINKED, Offence.FABRICATED, Offence.WRONG_CHAIN, Offence.UNREQUESTED);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, Timer> requests = new HashMap<>();
  private final Map<Offence, Counter> faults = new EnumMap<>(Offence.class);
  private final Map<Offence, Counter> bans = new EnumMap<>(Offence.class);
  private final Timer inserts;
  private final DistributionSummary batches;

  public EventMetrics() {
    for (String label : Question.LABELS) {
      requests.put(label, timer(Metric.REQUEST_DURATION).tag("kind", label).register(registry));
    }
    for (Offence offence : ANSWERED) {
      faults.put(offence, counter(Metric.VERIFICATION_FAILURES, "check", offence));
    }
    for (Offence offence : Offence.values()) {
      bans.put(offence, counter(Metric.PEERS_BANS, "reason", offence));
    }
    inserts = timer(Metric.INSERT_DURATION).register(registry);
    batches =
        DistributionSummary.builder(Metric.BATCH_BLOCKS.text())
            .description(Metric.BATCH_BLOCKS.help())
            .serviceLevelObjectives(1, 4, 16, 64, 128, 256)
            .register(registry);
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  @Override
  public void answered(Answered answer) {
    Timer timer = requests.get(answer.question().label());
    answer.elapsedNanos().ifPresent(nanos -> timer.record(Duration.ofNanos(nanos)));
    Offence.of(answer.verdict()).ifPresent(this::count);
  }

  @Override
  public void offended(PeerId peer, Offence offence, String evidence) {
    count(offence);
  }

  private void count(Offence offence) {
    faults.get(offence).increment();
  }

  @Override
  public void peerBanned(PeerBan ban) {
    bans.get(ban.offence()).increment();
  }

  @Override
  public void changed(StoreChange change, long elapsedNanos) {
    if (!change.inserted().isEmpty()) {
      inserts.record(Duration.ofNanos(elapsedNanos));
      batches.record(change.inserted().size());
    }
  }

  private Counter counter(Metric metric, String label, Offence offence) {
    return Counter.builder(metric.text())
        .description(metric.help())
        .tag(label, offence.code())
        .register(registry);
  }

  private static Timer.Builder timer(Metric metric) {
    return Timer.builder(metric.text())
        .description(metric.help())
        .serviceLevelObjectives(
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10));
  }
}
