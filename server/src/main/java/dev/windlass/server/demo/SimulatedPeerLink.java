package dev.windlass.server.demo;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Delivery;
import dev.windlass.chain.Hash;
import dev.windlass.chain.HeaderQuery;
import dev.windlass.chain.PeerId;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.server.node.Replies;
import dev.windlass.sim.Answer;
import dev.windlass.sim.Question;
import dev.windlass.sim.SimulatedPeer;
import dev.windlass.wire.files.FileChainException;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.List;
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
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final SimulatedPeer peer;
  private final Vertx vertx;
  private final WorkerExecutor workers;
  private final Replies replies;
  private boolean isClosed;

  SimulatedPeerLink(SimulatedPeer peer, Vertx vertx, WorkerExecutor workers, Replies replies) {
    this.peer = peer;
    this.vertx = vertx;
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
    workers
        .executeBlocking(() -> answers(question, asked), false)
        .onSuccess(answers -> answers.forEach(answer -> await(answer, asked)))
        .onFailure(this::failed);
  }

  private List<Answer> answers(Question question, long asked) {
    // One thread at a time owns the peer; the time it takes is what a server takes.
    synchronized (peer) {
      return peer.ask(question, asked);
    }
  }

  private void await(Answer answer, long asked) {
    long millis = (answer.atNanos() - System.nanoTime()) / NANOS_PER_MILLI;
    if (millis < 1) {
      judge(answer, asked);
    } else {
      vertx.setTimer(millis, timer -> judge(answer, asked));
    }
  }

  private void judge(Answer answer, long asked) {
    if (!isClosed) {
      workers
          .executeBlocking(answer::judge, false)
          .onSuccess(judged -> judged.handTo(new Receiver(answer.question(), asked)))
          .onFailure(this::failed);
    }
  }

  /** To a downloader that knows nothing of files it is a peer that does not answer. */
  private void failed(Throwable cause) {
    if (cause instanceof FileChainException) {
      LOG.warn("the demo's chain cannot be read: {}", cause.getMessage());
    } else if (!isClosed) {
      throw new IllegalStateException(cause);
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
