package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.StoreException;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.ChainEvent;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.Reorg;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.downloader.verticle.Clocks;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.fixtures.Await;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The shell with real threads and timers. The core is tested in virtual time. */
class DownloaderVerticleTest {
  private static final ChainMaker CHAIN = ChainMaker.of(2, 3_000, Shape.SIGNED);

  private final Vertx vertx = Vertx.vertx();
  private final RecordingListener ends = new RecordingListener();
  private final RecordingListener second = new RecordingListener();
  private final RecordingListener third = new RecordingListener();
  private BlockStore store = new MemoryBlockStore(CHAIN.block(0));
  private DownloaderVerticle downloader;

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return Await.value(future.toCompletionStage());
  }

  private void start() throws Exception {
    downloader =
        new DownloaderVerticle(
            DownloaderLimits.DEFAULT,
            store,
            Trust.ROOT_ONLY,
            new SplittableRandom(1),
            Clocks.SYSTEM,
            List.of(ends, second, third));
    await(vertx.deployVerticle(downloader));
  }

  private TimedPeer connect(String name, PeerKind kind, Fault fault) {
    SimulatedPeer peer =
        new SimulatedPeer(
            PeerId.of(name), kind, CHAIN, PeerTraits.faulty(0, fault), new SplittableRandom(2));
    TimedPeer link = new TimedPeer(vertx, peer, downloader);
    downloader.connect(link, Head.of(CHAIN.head().hash(), CHAIN.head().number()));
    return link;
  }

  @Test
  void shouldSyncFromBothKindsOfPeers() throws Exception {
    start();
    connect("hash", PeerKind.HASH, Fault.NONE);
    connect("header", PeerKind.HEADER, Fault.NONE);
    downloader.announce(Announcement.ofOperator(CHAIN.head().hash()));
    assertEquals(CHAIN.head().number(), Await.value(ends.done).blocks());
    assertEquals(CHAIN.head(), store.tip());
  }

  @Test
  void shouldRemoveABannedBlockAndTellOfItBeforeAnySync() throws Exception {
    List<Block> blocks = new ArrayList<>();
    for (long number = 1; number <= 30; number++) {
      blocks.add(CHAIN.block(number));
    }
    store.insert(blocks, false);
    store.putBan(CHAIN.hashAt(21), "it is bad");
    List<String> published = new CopyOnWriteArrayList<>();
    vertx
        .eventBus()
        .<JsonObject>consumer(
            DownloaderVerticle.CHAIN_ADDRESS,
            message -> published.add(message.body().getString("event")));
    start();
    BlockId parent = CHAIN.block(20).id();
    assertEquals(parent, store.tip());
    assertEquals(parent, downloader.progress().tip());
    BlockId before = CHAIN.block(30).id();
    Reorg reorg = new Reorg(parent, before, parent);
    assertEquals(
        List.of(
            "rewound " + CHAIN.block(21).id(),
            new StoreChange(List.of(), before, parent, Optional.of(reorg)),
            new ChainEvent.Disconnected(before, parent)),
        ends.chain);
    Await.condition(published::toString, () -> published.equals(List.of("disconnected")));
  }

  @Test
  void shouldCloseTheLinkOfAPeerThatMakesBlocksUp() throws Exception {
    start();
    TimedPeer liar = connect("liar", PeerKind.HASH, Fault.FABRICATING);
    connect("header", PeerKind.HEADER, Fault.NONE);
    downloader.announce(Announcement.ofOperator(CHAIN.head().hash()));
    assertTrue(Await.value(liar.closed).startsWith("banned: "));
    assertEquals(Offence.FABRICATED, Await.value(ends.banned));
    Await.value(ends.done);
    assertEquals(CHAIN.head(), store.tip());
  }

  @Test
  void shouldTellOfAFailedStoreOnceAndDoNothingMore() throws Exception {
    store.close();
    store = new MemoryBlockStore(CHAIN.block(0));
    start();
    store.close();
    connect("header", PeerKind.HEADER, Fault.NONE);
    downloader.announce(Announcement.ofOperator(CHAIN.head().hash()));
    StoreException failure = assertInstanceOf(StoreException.class, Await.value(ends.failed));
    assertEquals(StoreException.Kind.CLOSED, failure.kind());
    TimedPeer late = connect("late", PeerKind.HEADER, Fault.NONE);
    assertEquals("shutting down", Await.value(late.closed));
  }

  @Test
  void shouldCloseEveryLinkAndKeepWhatIsStoredWhenStopped() throws Exception {
    start();
    TimedPeer peer = connect("header", PeerKind.HEADER, Fault.SILENT);
    downloader.announce(Announcement.ofOperator(CHAIN.head().hash()));
    Await.value(ends.started);
    await(vertx.undeploy(downloader.deploymentID()));
    assertEquals("shutting down", Await.value(peer.closed));
    assertEquals(Progress.Phase.IDLE, downloader.progress().phase());
    assertEquals(CHAIN.genesis(), store.tip());
  }

  @Test
  void shouldSayWhenItHasDealtWithWhatCameIn() throws Exception {
    start();
    PeerId gone = PeerId.of("gone");
    downloader.announce(Announcement.ofPeer(gone, CHAIN.head().hash(), CHAIN.head().number()));
    await(downloader.caughtUp());
    assertEquals(SyncError.UNKNOWN_PEER, ends.refused.getNow(null));
  }

  /** btcd's TestNotifications: each listener is told of each event once, in one order. */
  @Test
  void shouldTellEachListenerOfAReorgInOrder() throws Exception {
    ChainMaker fork = CHAIN.forkAt(8, 5, 4);
    store.insert(blocks(CHAIN, 1, 10), false);
    store.insert(blocks(fork, 9, 11), false);
    BlockId before = store.tip();
    assertEquals(fork.hashAt(11), before.hash());
    start();
    connect("header", PeerKind.HEADER, Fault.NONE);
    downloader.announce(Announcement.ofOperator(CHAIN.hashAt(12)));
    Await.value(ends.done);
    await(downloader.caughtUp());
    BlockId tip = CHAIN.block(12).id();
    List<ChainEvent> told =
        ends.chain.stream()
            .filter(ChainEvent.class::isInstance)
            .map(ChainEvent.class::cast)
            .toList();
    assertEquals(
        List.of(
            new ChainEvent.Accepted(CHAIN.block(11).id(), tip),
            new ChainEvent.Disconnected(before, CHAIN.block(8).id()),
            new ChainEvent.Connected(CHAIN.block(8).id(), tip)),
        told);
    assertEquals(ends.chain, second.chain);
    assertEquals(ends.chain, third.chain);
  }

  private static List<Block> blocks(ChainMaker chain, long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(chain::block).toList();
  }

  @Test
  void shouldPublishWhatBecomesOfBlocksOnTheEventBus() throws Exception {
    List<JsonObject> events = new CopyOnWriteArrayList<>();
    CompletableFuture<JsonObject> atTip = new CompletableFuture<>();
    CompletableFuture<JsonObject> rejected = new CompletableFuture<>();
    vertx
        .eventBus()
        .<JsonObject>consumer(
            DownloaderVerticle.CHAIN_ADDRESS,
            message -> {
              events.add(message.body());
              if (message.body().getString("event").equals("rejected")) {
                rejected.complete(message.body());
              } else if (json(CHAIN.head()).equals(message.body().getJsonObject("tip"))) {
                atTip.complete(message.body());
              }
            });
    start();
    TimedPeer peer = connect("header", PeerKind.HEADER, Fault.NONE);
    downloader.announce(Announcement.ofOperator(CHAIN.head().hash()));
    assertEquals("connected", Await.value(atTip).getString("event"));
    assertEquals(
        new JsonObject()
            .put("event", "accepted")
            .put("lowest", json(CHAIN.block(1).id()))
            .put("highest", events.get(1).getJsonObject("tip"))
            .put("blocks", events.get(1).getJsonObject("tip").getLong("number")),
        events.get(0));
    assertEquals(json(CHAIN.genesis()), events.get(1).getJsonObject("ancestor"));

    Block torn = CHAIN.block(2).withHeader(CHAIN.header(1));
    downloader.announce(Announcement.ofPeer(peer.id(), torn.hash(), 1), torn);
    assertEquals(
        new JsonObject()
            .put("event", "rejected")
            .put("block", json(torn.id()))
            .put("code", BlockRules.TRANSACTIONS_ROOT)
            .put("reason", Await.value(rejected).getString("reason"))
            .put("peer", "header"),
        Await.value(rejected));
    assertEquals(Offence.FABRICATED, Await.value(ends.banned));
  }

  private static JsonObject json(BlockId id) {
    return new JsonObject().put("number", id.number()).put("hash", id.hash().toString());
  }

  @Test
  void shouldEndTheSyncWhenItIsCancelled() throws Exception {
    start();
    connect("header", PeerKind.HEADER, Fault.SILENT);
    downloader.announce(Announcement.ofOperator(CHAIN.head().hash()));
    Await.value(ends.started);
    downloader.cancel();
    assertEquals(SyncError.CANCEL_HASH_FETCH, Await.value(ends.error));
  }
}
