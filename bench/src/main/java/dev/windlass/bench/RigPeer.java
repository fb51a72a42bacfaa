package dev.windlass.bench;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A header peer of the rig on its own thread. It answers completely after a delay. The answers are
 * already judged or, to measure the proofs, raw bytes that it judges.
 *
 * <p>The delay is a round trip and not a queue, so the delays of questions in flight overlap.
 */
final class RigPeer implements PeerLink {
  /** The delay of a peer that never answers. */
  static final long SILENT = -1;

  private final PeerId id;
  private final RigAnswers answers;
  private final long delayNanos;
  private final DownloaderVerticle downloader;
  private final ScheduledThreadPoolExecutor thread;

  RigPeer(
      PeerId id,
      ChainMaker chain,
      long delayNanos,
      boolean isProving,
      DownloaderVerticle downloader) {
    this.id = id;
    this.answers = new RigAnswers(chain, isProving);
    this.delayNanos = delayNanos;
    this.downloader = downloader;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "rig-" + id);
              made.setDaemon(true);
              return made;
            });
    this.thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private void later(Runnable answer) {
    if (delayNanos == 0) {
      thread.execute(answer);
    } else if (delayNanos > 0) {
      ScheduledFuture<?> unused = thread.schedule(answer, delayNanos, TimeUnit.NANOSECONDS);
    }
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
    later(() -> answers.answer(downloader, id, ticket, question).deliver().run());
  }

  @Override
  public void close(String reason) {
    thread.shutdownNow();
  }
}
