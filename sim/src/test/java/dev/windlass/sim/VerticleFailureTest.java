package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.verticle.Clocks;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.fixtures.Await;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.MemoryBlockStore;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the shell does when the machine, or a connection, does not behave. */
class VerticleFailureTest {
  private static final ChainMaker CHAIN = ChainMaker.of(2, 3_000, Shape.EMPTY);

  private final Vertx vertx = Vertx.vertx();
  private final RecordingListener ends = new RecordingListener();
  private DownloaderVerticle downloader;

  @AfterEach
  void close() throws Exception {
    Await.value(vertx.close().toCompletionStage());
  }

  private void start(BlockStore store) throws Exception {
    downloader =
        new DownloaderVerticle(
            DownloaderLimits.DEFAULT,
            store,
            Trust.ROOT_ONLY,
            new SplittableRandom(1),
            Clocks.SYSTEM,
            List.of(ends));
    Await.value(vertx.deployVerticle(downloader).toCompletionStage());
  }

  private TimedPeer peer(String name, Fault fault) {
    SimulatedPeer peer =
        new SimulatedPeer(
            PeerId.of(name),
            PeerKind.HEADER,
            CHAIN,
            PeerTraits.faulty(0, fault),
            new SplittableRandom(2));
    return new TimedPeer(vertx, peer, downloader);
  }

  private void connect(PeerLink link) {
    downloader.connect(link, Head.of(CHAIN.head().hash(), CHAIN.head().number()));
  }

  private static BlockStore store() {
    return new MemoryBlockStore(CHAIN.block(0));
  }

  /** A store that runs out of memory at its first insert. */
  private static BlockStore failingWith(Error error) {
    BlockStore store = store();
    return (BlockStore)
        Proxy.newProxyInstance(
            BlockStore.class.getClassLoader(),
            new Class<?>[] {BlockStore.class},
            (self, method, arguments) -> {
              if (method.getName().equals("insert")) {
                throw error;
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void shouldTellOfAnErrorInTheStoreAndStop() throws Exception {
    Error error = new OutOfMemoryError("planted");
    start(failingWith(error));
    connect(peer("a", Fault.NONE));
    downloader.announce(Announcement.ofOperator(CHAIN.head().hash()));
    assertSame(error, Await.value(ends.failed));
    assertFalse(ends.done.isDone());
  }

  @Test
  void shouldTellOfAnErrorOnItsOwnThreadAndStop() throws Exception {
    start(store());
    Error error = new LinkageError("planted");
    connect(new BrokenLink(error));
    downloader.announce(Announcement.ofOperator(CHAIN.head().hash()));
    assertSame(error, Await.value(ends.failed));
  }

  /** btcd recovers from a panic in the code of a peer. The others go on. */
  @Test
  void shouldDropThePeerAloneWhoseConnectionFails() throws Exception {
    start(store());
    BrokenLink broken = new BrokenLink(new IllegalArgumentException("planted"));
    connect(broken);
    downloader.announce(Announcement.ofOperator(CHAIN.head().hash()));
    assertEquals(
        "a fault of this node: java.lang.IllegalArgumentException: planted",
        Await.value(broken.closed()));
    Await.condition(
        () -> downloader.progress().toString(), () -> downloader.progress().peers().isEmpty());
    connect(peer("a", Fault.NONE));
    assertEquals(CHAIN.head().number(), Await.value(ends.done).blocks());
    assertFalse(ends.failed.isDone());
  }

  @Test
  void shouldCloseASecondLinkOfTheSameNameAndKeepTheFirst() throws Exception {
    start(store());
    TimedPeer first = peer("a", Fault.NONE);
    TimedPeer second = peer("a", Fault.SILENT);
    connect(first);
    connect(second);
    assertEquals("already connected", Await.value(second.closed));
    downloader.announce(Announcement.ofOperator(CHAIN.head().hash()));
    assertEquals(CHAIN.head().number(), Await.value(ends.done).blocks());
    assertFalse(first.closed.isDone());
  }

  /** A connection whose code cannot be run. */
  private record BrokenLink(Throwable fault, CompletableFuture<String> closed) implements PeerLink {
    BrokenLink(Throwable fault) {
      this(fault, new CompletableFuture<>());
    }

    @Override
    public PeerId id() {
      return PeerId.of("broken");
    }

    @Override
    public PeerKind kind() {
      return PeerKind.HEADER;
    }

    @Override
    public void ask(long ticket, Question<?> question) {
      if (fault instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) fault;
    }

    @Override
    public void close(String reason) {
      closed.complete(reason);
    }
  }
}
