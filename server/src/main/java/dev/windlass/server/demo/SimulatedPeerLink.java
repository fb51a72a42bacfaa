package dev.windlass.server.demo;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.server.node.Replies;
import dev.windlass.sim.Answer;
import dev.windlass.sim.Question;
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
final class SimulatedPeerLink implements PeerLink {
  private static final Logger LOG = LoggerFactory.getLogger(SimulatedPeerLink.class);
  private final SimulatedPeer peer;
  private final ScheduledExecutorService workers;
  private final Replies replies;
  private volatile boolean isClosed;

  SimulatedPeerLink(SimulatedPeer peer, ScheduledExecutorService workers, Replies replies) {
    this.peer = peer;
    this.workers = workers;
    this.replies = replies;
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
  public void requestHashes(long ticket, Hash from, int max) {
    ask(new Question.Hashes(ticket, from, max));
  }

  @Override
  public void requestHeaders(long ticket, HeaderQuery query) {
    ask(new Question.Headers(ticket, query));
  }

  @Override
  public void requestBlocks(long ticket, List<Hash> hashes) {
    ask(new Question.Blocks(ticket, hashes));
  }

  @Override
  public void requestBodies(long ticket, List<BlockHeader> headers) {
    ask(new Question.Bodies(ticket, headers));
  }

  @Override
  public void close(String reason) {
    isClosed = true;
  }

  private void ask(Question question) {
    long asked = System.nanoTime();
    workers.execute(
        () -> guarded(() -> answers(question, asked).forEach(answer -> await(answer, asked))));
  }

  private List<Answer> answers(Question question, long asked) {
    // One thread at a time owns the peer; the time it takes is what a server takes.
    synchronized (peer) {
      return peer.ask(question, asked);
    }
  }

  private void await(Answer answer, long asked) {
    long nanos = Math.max(0, answer.atNanos() - System.nanoTime());
    ScheduledFuture<?> unused =
        workers.schedule(() -> guarded(() -> judge(answer, asked)), nanos, TimeUnit.NANOSECONDS);
  }

  private void judge(Answer answer, long asked) {
    if (!isClosed) {
      answer.judge().handTo(new Receiver(answer.question(), asked));
    }
  }

  /** To a downloader that knows nothing of files a broken one is a peer that does not answer. */
  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (FileChainException e) {
      LOG.atWarn()
          .setMessage("The demo's chain cannot be read")
          .addKeyValue("because", e.getMessage())
          .log();
    } catch (RuntimeException e) {
      LOG.error("A simulated peer failed", e);
    }
  }

  private final class Receiver implements Answer.Receiver {
    private final Question question;
    private final long asked;

    Receiver(Question question, long asked) {
      this.question = question;
      this.asked = asked;
    }

    @Override
    public void onHashes(long ticket, Delivery<Hash> delivery) {
      replies.hashes(id(), ticket, delivery, asked);
    }

    @Override
    public void onHeaders(long ticket, Delivery<BlockHeader> delivery) {
      replies.headers(id(), ticket, delivery, asked);
    }

    @Override
    public void onBlocks(long ticket, Delivery<Block> delivery) {
      if (question instanceof Question.Bodies) {
        replies.bodies(id(), ticket, delivery, asked);
      } else {
        replies.blocks(id(), ticket, delivery, asked);
      }
    }
  }
}
