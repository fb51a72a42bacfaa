package dev.windlass.bench;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker;
import java.util.ArrayList;
import java.util.List;
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
  private final ChainMaker chain;
  private final ChainServer server;
  private final long delayNanos;
  private final boolean isProving;
  private final DownloaderVerticle downloader;
  private final ScheduledThreadPoolExecutor thread;

  RigPeer(
      PeerId id,
      ChainMaker chain,
      long delayNanos,
      boolean isProving,
      DownloaderVerticle downloader) {
    this.id = id;
    this.chain = chain;
    this.server = new ChainServer(chain);
    this.delayNanos = delayNanos;
    this.isProving = isProving;
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
    later(() -> answer(ticket, question));
  }

  private <T> void answer(long ticket, Question<T> question) {
    if (isProving
        || !(question instanceof Question.Headers || question instanceof Question.Bodies)) {
      downloader.deliver(id, ticket, question, question.judge(question.answeredBy(server)));
    } else if (question instanceof Question.Headers asked) {
      downloader.deliver(id, ticket, asked, headers(asked.query()));
    } else if (question instanceof Question.Bodies asked) {
      downloader.deliver(id, ticket, asked, bodies(asked.headers()));
    }
  }

  private Delivery<BlockHeader> headers(HeaderQuery query) {
    long top = query.isByHash() ? chain.numberOf(query.from()).orElseThrow() : query.fromNumber();
    List<BlockHeader> headers = new ArrayList<>(query.count());
    long bytes = 0;
    for (long n = top; n > top - query.count() && n >= 0; n--) {
      BlockHeader header = chain.header(n);
      headers.add(header);
      bytes += header.size();
    }
    return Delivery.of(Verdict.COMPLETE, headers, bytes);
  }

  private Delivery<Block> bodies(List<BlockHeader> headers) {
    List<Block> blocks = new ArrayList<>(headers.size());
    long bytes = 0;
    for (BlockHeader header : headers) {
      Block block = Block.of(header, chain.rawBody(header.number()));
      blocks.add(block);
      bytes += block.size();
    }
    return Delivery.of(Verdict.COMPLETE, blocks, bytes);
  }

  @Override
  public void close(String reason) {
    thread.shutdownNow();
  }
}
