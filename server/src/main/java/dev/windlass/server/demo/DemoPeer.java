package dev.windlass.server.demo;

import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.wire.files.FileChainException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A peer of the demo. It answers from one chain after the time of a round trip.
 *
 * <p>Questions come on the downloader's context. Any worker answers.
 */
final class DemoPeer implements PeerLink {
  private static final Logger LOG = LoggerFactory.getLogger(DemoPeer.class);

  private static final long STALLING_MILLIS = 200;

  /** A body with one transaction that no header of the demo commits to. */
  private static final byte[] MADE_UP_BODY = {
    (byte) 0xc4, (byte) 0xc2, (byte) 0xc1, (byte) 0x80, (byte) 0xc0
  };

  /** How a peer of the demo answers. */
  enum Manner {
    HONEST,
    /** It fabricates the bodies of blocks. */
    FABRICATING,
    SILENT,
    /** It sends one header in each answer. */
    STALLING
  }

  private final PeerId id;
  private final PeerKind kind;
  private final Manner manner;
  private final long latencyMillis;
  private volatile ChainServer server;
  private final ScheduledExecutorService workers;
  private final DownloaderVerticle downloader;
  private volatile boolean isClosed;

  DemoPeer(
      DemoPeers.Part part,
      ChainServer server,
      ScheduledExecutorService workers,
      DownloaderVerticle downloader) {
    this.id = PeerId.of(part.name());
    this.kind = part.kind();
    this.manner = part.manner();
    this.latencyMillis = part.latencyMillis();
    this.server = server;
    this.workers = workers;
    this.downloader = downloader;
  }

  /** Serves another chain from now on. */
  void serve(ChainServer other) {
    server = other;
  }

  @Override
  public PeerId id() {
    return id;
  }

  @Override
  public PeerKind kind() {
    return kind;
  }

  @Override
  public void close(String reason) {
    isClosed = true;
  }

  @Override
  public void ask(long ticket, Question<?> question) {
    if (manner != Manner.SILENT) {
      long millis = manner == Manner.STALLING ? STALLING_MILLIS : latencyMillis;
      ScheduledFuture<?> unused =
          workers.schedule(() -> answer(ticket, question), millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Answers from the chain. A peer with a broken file does not answer. */
  private <T> void answer(long ticket, Question<T> question) {
    try {
      List<byte[]> items = question.answeredBy(server);
      if (manner == Manner.FABRICATING && question instanceof Question.Bodies) {
        items = items.stream().map(body -> MADE_UP_BODY).toList();
      }
      if (manner == Manner.STALLING && items.size() > 1) {
        items = items.subList(0, 1);
      }
      if (!isClosed) {
        downloader.deliver(id, ticket, question, question.judge(items));
      }
    } catch (FileChainException e) {
      LOG.atWarn()
          .setMessage("The demo's chain cannot be read")
          .addKeyValue("reason", e.getMessage())
          .log();
    } catch (RuntimeException e) {
      LOG.error("A peer of the demo failed", e);
    }
  }
}
