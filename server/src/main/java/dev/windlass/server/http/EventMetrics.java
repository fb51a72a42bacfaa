package dev.windlass.server.http;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.downloader.verticle.DownloaderListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Measures the durations and faults of the downloader's events. {@link Metrics} serves them. */
public final class EventMetrics implements DownloaderListener {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, Timer> requests = new HashMap<>();
  private final Map<Verdict, Counter> faults = new EnumMap<>(Verdict.class);
  private final Map<Verdict, Counter> bans = new EnumMap<>(Verdict.class);
  private final Timer inserts;
  private final DistributionSummary batches;

  public EventMetrics() {
    for (String label : Question.LABELS) {
      requests.put(label, timer(Metric.REQUEST_DURATION).tag("kind", label).register(registry));
    }
    for (Verdict verdict : Verdict.values()) {
      if (verdict.isFault()) {
        faults.put(verdict, verdictCounter(Metric.VERIFICATION_FAILURES, "check", verdict));
        bans.put(verdict, verdictCounter(Metric.PEERS_BANS, "reason", verdict));
      }
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
    judged(answer.verdict());
  }

  @Override
  public void unrequested(PeerId peer, Verdict verdict, String evidence) {
    judged(verdict);
  }

  /** Only faults are counted. */
  private void judged(Verdict verdict) {
    Counter counter = faults.get(verdict);
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public void peerBanned(PeerId peer, Verdict verdict, String evidence, long nanos) {
    bans.get(verdict).increment();
  }

  @Override
  public void changed(StoreChange change, long elapsedNanos) {
    if (!change.inserted().isEmpty()) {
      inserts.record(Duration.ofNanos(elapsedNanos));
      batches.record(change.inserted().size());
    }
  }

  private Counter verdictCounter(Metric metric, String label, Verdict verdict) {
    return Counter.builder(metric.text())
        .description(metric.help())
        .tag(label, label(verdict))
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

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
