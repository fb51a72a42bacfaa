package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.chain.store.Segment;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.LinkStorage;
import dev.windlass.downloader.verticle.Clocks;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.fixtures.Await;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.LevelDbBlockStore;
import dev.windlass.store.MemoryBlockStore;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Removed segments are deleted in parts. In this store the deletion never ends. */
class RemovalInPartsTest {
  private static final ChainMaker CHAIN = ChainMaker.of(2, 3_000, Shape.EMPTY);

  private final Vertx vertx = Vertx.vertx();
  private final RecordingListener ends = new RecordingListener();
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final AtomicInteger parts = new AtomicInteger();
  private final BlockStore store = endlessly(new MemoryBlockStore(CHAIN.block(0)));
  private DownloaderVerticle downloader;
  private String deployment;

  private BlockStore endlessly(BlockStore memory) {
    return (BlockStore)
        Proxy.newProxyInstance(
            BlockStore.class.getClassLoader(),
            new Class<?>[] {BlockStore.class},
            (self, method, arguments) -> {
              if (method.getName().equals("sweep")) {
                parts.incrementAndGet();
                begun.complete(null);
                return true;
              }
              try {
                return method.invoke(memory, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @BeforeEach
  void start() throws Exception {
    downloader =
        new DownloaderVerticle(
            DownloaderLimits.DEFAULT,
            store,
            Trust.ROOT_ONLY,
            new SplittableRandom(1),
            Clocks.SYSTEM,
            List.of(ends));
    deployment = Await.value(vertx.deployVerticle(downloader).toCompletionStage());
  }

  @AfterEach
  void close() throws Exception {
    Await.value(vertx.close().toCompletionStage());
  }

  @Test
  void shouldStopBetweenTwoParts() throws Exception {
    Await.value(begun);
    Await.value(vertx.undeploy(deployment).toCompletionStage());
    int before = parts.get();
    Await.value(vertx.close().toCompletionStage());
    assertEquals(before, parts.get());
  }

  @Test
  void shouldSyncBetweenTheParts() throws Exception {
    Await.value(begun);
    SimulatedPeer peer =
        new SimulatedPeer(
            PeerId.of("a"),
            PeerKind.HEADER,
            CHAIN,
            PeerTraits.faulty(0, Fault.NONE),
            new SplittableRandom(2));
    int before = parts.get();
    downloader.connect(
        new TimedPeer(vertx, peer, downloader),
        Head.of(CHAIN.head().hash(), CHAIN.head().number()));
    downloader.announce(Announcement.ofOperator(CHAIN.head().hash()));
    assertEquals(CHAIN.head().number(), Await.value(ends.done).blocks());
    assertTrue(parts.get() > before, "nothing was deleted meanwhile");
  }

  @Test
  void shouldNotGiveTheIdOfASegmentThatIsStillBeingDeleted(@TempDir Path folder) {
    List<Hash> hashes = List.of(CHAIN.hashAt(3), CHAIN.hashAt(2));
    Segment removed = Segment.empty(7, hashes.get(0), false).grown(2, CHAIN.hashAt(1));
    try (BlockStore disk = LevelDbBlockStore.open(folder, CHAIN.block(0))) {
      disk.appendLinks(removed, hashes);
      disk.removeSegment(7);
      LinkStorage links = new LinkStorage(disk);
      links.append(links.resume(hashes.get(0)), hashes, CHAIN.hashAt(1));
      assertEquals(List.of(8L), disk.segments().stream().map(Segment::id).toList());
    }
  }
}
