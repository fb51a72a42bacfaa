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
import dev.windlass.sim.ChainMaker;
import java.util.ArrayList;
import java.util.List;

/** Complete answers from a made chain, already judged or, to measure the proofs, judged here. */
final class RigAnswers {
  private final ChainMaker chain;
  private final ChainServer server;
  private final boolean isProving;

  RigAnswers(ChainMaker chain, boolean isProving) {
    this.chain = chain;
    this.server = new ChainServer(chain);
    this.isProving = isProving;
  }

  ChainServer server() {
    return server;
  }

  /**
   * An answer that is made and not yet delivered.
   *
   * @param bytes its size
   * @param deliver gives it to the downloader
   */
  record Ready(long bytes, Runnable deliver) {}

  /** Makes the answer to a question. */
  <T> Ready answer(DownloaderVerticle downloader, PeerId peer, long ticket, Question<T> question) {
    if (!isProving && question instanceof Question.Headers asked) {
      return ready(downloader, peer, ticket, asked, headers(asked.query()));
    }
    if (!isProving && question instanceof Question.Bodies asked) {
      return ready(downloader, peer, ticket, asked, bodies(asked.headers()));
    }
    List<byte[]> items = question.answeredBy(server);
    return ready(downloader, peer, ticket, question, question.judge(items));
  }

  static <T> Ready ready(
      DownloaderVerticle downloader,
      PeerId peer,
      long ticket,
      Question<T> question,
      Delivery<T> delivery) {
    return new Ready(delivery.bytes(), () -> downloader.deliver(peer, ticket, question, delivery));
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
}
