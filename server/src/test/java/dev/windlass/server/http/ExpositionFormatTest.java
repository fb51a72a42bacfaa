package dev.windlass.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.Pictures;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.node.HeadBoard;
import dev.windlass.node.RpcBoard;
import dev.windlass.node.SyncView;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.wire.devp2p.MessageBudget;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionFormatTest {
  @Test
  void shouldReadAllThatIsShown() {
    SyncView sync = new SyncView(1_000, OptionalLong.empty(), OptionalLong.of(0), false);
    EventMetrics events = new EventMetrics();
    try (Metrics metrics =
        new Metrics(
            new Metrics.Sources(
                () -> Pictures.fetchingBlocks(300, 1_000),
                () -> sync,
                new HeadBoard(),
                new RpcBoard(),
                new PeerDirectory(),
                () -> 0L,
                List::of,
                () -> 123_456L,
                new MessageBudget(1 << 20),
                () -> false,
                new HttpCounts()),
            events)) {
      events.answered(Answers.of(new Question.Bodies(List.of()), Verdict.COMPLETE, 3));
      events.answered(Answers.of(new Question.Bodies(List.of()), Verdict.FABRICATED, 30_000));
      events.peerBanned(
          Bans.fabricated(PeerId.of("peer"), Instant.EPOCH, Instant.EPOCH.plusSeconds(1)));
      Block block = new TestBlock().number(1).block();
      events.changed(
          new StoreChange(List.of(block), block.id(), block.id(), Optional.empty()), 5_000_000);

      Map<String, ExpositionFormat.Family> shown = ExpositionFormat.parse(metrics.scrape());

      for (Metric metric : Metric.values()) {
        assertTrue(shown.containsKey(metric.text()), metric.text());
      }
      assertEquals("histogram", shown.get(Metric.REQUEST_DURATION.text()).type());
      assertEquals("counter", shown.get(Metric.PEERS_BANS.text()).type());
      assertEquals("gauge", shown.get(Metric.HEIGHT.text()).type());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# HELP a_total x\n# TYPE a_total counter\na_total 1",
        "# TYPE a_total counter\na_total 1\n",
        "# HELP a x\n# TYPE a counter\na 1\n",
        "# HELP a x\n# TYPE a gauge\nb 1\n",
        "# HELP a x\n# TYPE a gauge\na 1\na 2\n",
        "# HELP a x\n# TYPE a gauge\na{b=1} 1\n",
        "# HELP a x\n# TYPE a gauge\na one\n",
        "# HELP a x\n# TYPE a gauge\n a 1\n",
        "# HELP a x\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 2\na_count 1\na_sum 1\n",
        "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_count 1\na_sum 1\n",
        "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 3\na_bucket{le=\"+Inf\"} 2\na_count 2\n"
      })
  void shouldRefuseWhatPrometheusWould(String text) {
    assertThrows(IllegalArgumentException.class, () -> ExpositionFormat.parse(text));
  }
}
