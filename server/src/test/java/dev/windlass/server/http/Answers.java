package dev.windlass.server.http;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.verticle.DownloaderListener.Answered;
import java.util.OptionalLong;

/** Answers, as a listener of the downloader receives them. */
final class Answers {
  private Answers() {}

  static Answered of(Question<?> question, Verdict verdict, long elapsedMillis) {
    return new Answered(
        PeerId.of("peer"), 1, question, verdict, 0, OptionalLong.of(elapsedMillis * 1_000_000));
  }
}
