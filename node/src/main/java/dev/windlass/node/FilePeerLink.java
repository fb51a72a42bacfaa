package dev.windlass.node;

import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.wire.files.FileChain;
import dev.windlass.wire.files.FileChainException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file peer. Its answers are judged like those of every other peer.
 *
 * <p>Owns the file and one thread. The thread answers one question at a time, and closes the file
 * at the end.
 */
final class FilePeerLink implements PeerLink {
  private static final Logger LOG = LoggerFactory.getLogger(FilePeerLink.class);

  /**
   * Far more than are ever in flight. It fills only if the disk is stuck. Further questions stay
   * unanswered, as with any peer that is stuck.
   */
  private static final int QUESTIONS_WAITING_MAX = 64;

  private final PeerId id;
  private final ChainServer server;
  private final DownloaderVerticle downloader;
  private final BiConsumer<PeerId, String> onClosed;
  private final ThreadPoolExecutor reader;

  /**
   * @param onClosed called with the reason when the file is no longer read
   */
  FilePeerLink(
      PeerId id,
      FileChain file,
      DownloaderVerticle downloader,
      BiConsumer<PeerId, String> onClosed) {
    this.id = id;
    this.server = new ChainServer(file);
    this.downloader = downloader;
    this.onClosed = onClosed;
    this.reader =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUESTIONS_WAITING_MAX),
            work -> thread(work, id)) {
          /** Closes the file after the last question, so that none finds it closed. */
          @Override
          protected void terminated() {
            file.close();
          }
        };
  }

  private static Thread thread(Runnable work, PeerId id) {
    Thread thread = new Thread(work, "peer " + id);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public PeerId id() {
    return id;
  }

  @Override
  public PeerKind kind() {
    return PeerKind.HEADER;
  }

  @Override
  public void ask(long ticket, Question<?> question) {
    try {
      reader.execute(() -> answer(ticket, question));
    } catch (RejectedExecutionException e) {
      LOG.atDebug().setMessage("Peer is closed, or does not answer").addKeyValue("peer", id).log();
    }
  }

  private <T> void answer(long ticket, Question<T> question) {
    try {
      downloader.deliver(id, ticket, question, question.judge(question.answeredBy(server)));
    } catch (FileChainException e) {
      unreadable(e.getMessage());
    }
  }

  private void unreadable(String because) {
    LOG.atWarn()
        .setMessage("Peer cannot be read")
        .addKeyValue("peer", id)
        .addKeyValue("reason", because)
        .log();
    close(because);
  }

  @Override
  public void close(String reason) {
    if (!reader.isShutdown()) {
      LOG.atDebug()
          .setMessage("Peer closed")
          .addKeyValue("peer", id)
          .addKeyValue("reason", reason)
          .log();
      reader.shutdown();
      reader.getQueue().clear();
      onClosed.accept(id, reason);
    }
  }
}
