package dev.windlass.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.Pictures;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.fixtures.Await;
import dev.windlass.node.HeadBoard;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.RpcBoard;
import dev.windlass.node.SyncView;
import dev.windlass.p2p.PeerDirectory;
import dev.windlass.wire.devp2p.MessageBudget;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final HeadBoard heads = new HeadBoard();
  private final PeerDirectory peers = new PeerDirectory();
  private volatile List<Gap> gaps = List.of();
  private Progress progress = Pictures.fetchingBlocks(300, 1_000);
  private SyncView sync = new SyncView(1_000, OptionalLong.of(700), OptionalLong.of(0), false);
  private final EventMetrics events = new EventMetrics();
  private boolean isPaused;
  private final Metrics metrics =
      new Metrics(
          new Metrics.Sources(
              () -> progress,
              () -> sync,
              heads,
              new RpcBoard(),
              peers,
              () -> 0L,
              () -> gaps,
              () -> 123_456L,
              new MessageBudget(1 << 20),
              () -> isPaused,
              new HttpCounts()),
          events);

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void shouldShowEveryMetricUnderItsExactName() {
    Map<String, Double> shown = scrape();

    for (Metric metric : Metric.values()) {
      assertTrue(
          shown.keySet().stream()
              .anyMatch(
                  name ->
                      name.equals(metric.text())
                          || name.startsWith(metric.text() + "{")
                          || name.startsWith(metric.text() + "_count")),
          () -> metric.text() + " is missing among " + shown.keySet());
    }
  }

  @Test
  void shouldShowWhatTheSyncDoes() {
    Map<String, Double> shown = scrape();

    assertEquals(300, shown.get("windlass_blockchain_height"));
    assertEquals(1_000, shown.get("windlass_best_known_block_number"));
    assertEquals(700, shown.get("windlass_synchronizer_blocks_behind"));
    assertEquals(0, shown.get("windlass_synchronizer_in_sync"));
    assertEquals(1, shown.get("windlass_synchronizer_phase{phase=\"fetching_blocks\"}"));
    assertEquals(0, shown.get("windlass_synchronizer_phase{phase=\"idle\"}"));
    assertEquals(1, shown.get("windlass_synchronizer_waiting{reason=\"peers_busy\"}"));
    assertEquals(0, shown.get("windlass_synchronizer_waiting{reason=\"no_peers\"}"));
    assertEquals(11, shown.get("windlass_downloader_hashes_total"));
    assertEquals(12, shown.get("windlass_downloader_blocks_total"));
    assertEquals(13, shown.get("windlass_downloader_bytes_total"));
    assertEquals(14, shown.get("windlass_downloader_timeouts_total"));
    assertEquals(15, shown.get("windlass_downloader_throttled_total"));
    assertEquals(16, shown.get("windlass_downloader_refetched_blocks_total"));
    assertEquals(18, shown.get("windlass_crosscheck_total{result=\"passed\"}"));
    assertEquals(19, shown.get("windlass_crosscheck_total{result=\"failed\"}"));
    assertEquals(0, shown.get("windlass_peers_banned"));
    assertEquals(2, shown.get("windlass_peers_connected"));
    assertEquals(4, shown.get("windlass_downloader_queued_blocks"));
    assertEquals(5, shown.get("windlass_downloader_buffered_bytes"));
    assertEquals(6, shown.get("windlass_downloader_inflight_requests"));
    assertEquals(7, shown.get("windlass_downloader_announced_blocks"));
    assertEquals(8, shown.get("windlass_downloader_announced_bytes"));
    assertEquals(123_456, shown.get("windlass_store_size_bytes"));
  }

  @Test
  void shouldFollowThePictures() {
    progress = Pictures.idle(1_000);
    sync = new SyncView(1_000, OptionalLong.of(0), OptionalLong.of(0), true);

    Map<String, Double> shown = scrape();

    assertEquals(1, shown.get("windlass_synchronizer_in_sync"));
    assertEquals(1, shown.get("windlass_synchronizer_phase{phase=\"idle\"}"));
    assertEquals(0, shown.get("windlass_synchronizer_waiting{reason=\"peers_busy\"}"));
  }

  @Test
  void shouldCountTheBlocksInAllGaps() {
    assertEquals(0, scrape().get("windlass_blockchain_gap_blocks"));
    gaps =
        List.of(
            new Gap(3, new BlockId(7, Pictures.HEAD)), new Gap(20, new BlockId(20, Pictures.HEAD)));
    assertEquals(6, scrape().get("windlass_blockchain_gap_blocks"));
  }

  @Test
  void shouldShowHowManyAreBannedNow() {
    Instant now = Instant.now();
    peers.banned(Bans.fabricated(PeerId.of("a"), now, now.plusSeconds(600)));
    peers.banned(Bans.fabricated(PeerId.of("b"), now, now.minusSeconds(1)));

    assertEquals(1, scrape().get("windlass_peers_banned"));
  }

  @Test
  void shouldSayNoHeadWhileNoneIsKnown() {
    progress = Pictures.waiting(7, Progress.WaitingReason.NO_HEAD);

    assertEquals(1, scrape().get("windlass_synchronizer_waiting{reason=\"no_head\"}"));
  }

  @Test
  void shouldCountTheAnnouncementsOfPeers() {
    heads.heard(Instant.ofEpochMilli(2_500));
    Map<String, Double> shown = scrape();
    assertEquals(1, shown.get("windlass_head_announcements_total{source=\"p2p\"}"));
    assertEquals(2.5, shown.get("windlass_head_last_announcement_timestamp_seconds"));
  }

  @Test
  void shouldBeNoNumberWhenItIsNotKnownHowFarBehind() {
    sync = new SyncView(7, OptionalLong.empty(), OptionalLong.of(0), false);

    assertTrue(Double.isNaN(scrape().get("windlass_synchronizer_blocks_behind")));
  }

  @Test
  void shouldCountAnnouncementsRequestsFaultsAndInserts() {
    heads.announced(
        new HeadBoard.Announcement(
            HeadBoard.Source.HTTP, Head.of(Pictures.HEAD, 1), Instant.ofEpochMilli(1_500)));
    events.answered(Answers.of(new Question.Hashes(Hash.ZERO, 1), Verdict.COMPLETE, 250));
    events.offended(PeerId.of("peer"), Offence.FABRICATED, "made up");
    Block block = new TestBlock().number(1).block();
    events.changed(
        new StoreChange(List.of(block), block.id(), block.id(), Optional.empty()), 2_000_000_000L);

    Map<String, Double> shown = scrape();

    assertEquals(1, shown.get("windlass_head_announcements_total{source=\"http\"}"));
    assertEquals(0, shown.get("windlass_head_announcements_total{source=\"anchor\"}"));
    assertEquals(1.5, shown.get("windlass_head_last_announcement_timestamp_seconds"));
    assertEquals(
        0.25, shown.get("windlass_downloader_request_duration_seconds_sum{kind=\"hashes\"}"));
    assertEquals(1, shown.get("windlass_verification_failures_total{check=\"fabricated\"}"));
    assertEquals(0, shown.get("windlass_verification_failures_total{check=\"unlinked\"}"));
    assertEquals(2, shown.get("windlass_store_insert_duration_seconds_sum"));
    assertEquals(1, shown.get("windlass_store_batch_blocks_count"));
  }

  @Test
  void shouldServeThemToPrometheus() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      int port =
          metrics
              .listen(vertx, new NodeConfig.Metrics(true, "127.0.0.1", 0))
              .toCompletionStage()
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS)
              .actualPort();

      RawHttp.Reply reply = RawHttp.get(port, "/metrics", "Host: prometheus-target:9645");

      assertEquals(200, reply.status());
      assertTrue(reply.head().contains("text/plain; version=0.0.4"), reply.head());
      assertTrue(reply.body().contains("\nwindlass_blockchain_height 300.0\n"));
      assertEquals(404, RawHttp.get(port, "/").status());
      assertEquals(405, RawHttp.post(port, "/metrics", "").status());
    } finally {
      Await.value(vertx.close().toCompletionStage());
    }
  }

  /** What is shown, by name and labels. */
  private Map<String, Double> scrape() {
    Map<String, Double> shown = new TreeMap<>();
    metrics
        .scrape()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              shown.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
            });
    return shown;
  }

  @Test
  void shouldShowAPause() {
    assertEquals(0, scrape().get("windlass_synchronizer_paused"));
    isPaused = true;
    assertEquals(1, scrape().get("windlass_synchronizer_paused"));
  }
}
