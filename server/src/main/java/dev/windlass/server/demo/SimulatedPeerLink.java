package dev.windlass.server.demo;

import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.Answer;
import dev.windlass.sim.Asked;
import dev.windlass.sim.SimulatedPeer;
import dev.windlass.wire.files.FileChainException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A simulated peer on timers: it is asked, and its answers are judged, on a worker; in between they
 * wait for the time of their arrival.
 *
 * <p>Owned by the downloader's context, on which everything but the work itself happens.
 */
final class SimulatedPeerLink implements PeerLink, Answer.Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(SimulatedPeerLink.class);
  private final SimulatedPeer peer;
  private final ScheduledExecutorService workers;
  private final DownloaderVerticle downloader;
  private volatile boolean isClosed;

  SimulatedPeerLink(
      SimulatedPeer peer, ScheduledExecutorService workers, DownloaderVerticle downloader) {
    this.peer = peer;
    this.workers = workers;
    this.downloader = downloader;
  }

  @Override
  public PeerId id() {
    return peer.id();
  }

  @Override
  public PeerKind kind() {
    return peer.kind();
  }

  @Override
  public void close(String reason) {
    isClosed = true;
  }

  @Override
  public void ask(long ticket, Question<?> question) {
    workers.execute(() -> guarded(() -> answers(new Asked(ticket, question)).forEach(this::await)));
  }

  private List<Answer> answers(Asked asked) {
    // One thread at a time owns the peer; the time it takes is what a server takes.
    synchronized (peer) {
      return peer.ask(asked, System.nanoTime());
    }
  }

  private void await(Answer answer) {
    long nanos = Math.max(0, answer.atNanos() - System.nanoTime());
    ScheduledFuture<?> unused =
        workers.schedule(() -> guarded(() -> judge(answer)), nanos, TimeUnit.NANOSECONDS);
  }

  private void judge(Answer answer) {
    if (!isClosed) {
      answer.judge().handTo(this);
    }
  }

  @Override
  public <T> void receive(long ticket, Question<T> question, Delivery<T> delivery) {
    downloader.deliver(id(), ticket, question, delivery);
  }

  /** To a downloader that knows nothing of files a broken one is a peer that does not answer. */
  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (FileChainException e) {
      LOG.atWarn()
          .setMessage("The demo's chain cannot be read")
          .addKeyValue("reason", e.getMessage())
          .log();
    } catch (RuntimeException e) {
      LOG.error("A simulated peer failed", e);
    }
  }
}
