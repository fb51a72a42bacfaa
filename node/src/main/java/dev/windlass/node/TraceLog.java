package dev.windlass.node;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.ChainEvent;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.downloader.verticle.DownloaderListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each question, each answer and each insert at TRACE. */
final class TraceLog implements DownloaderListener {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  @Override
  public void asked(PeerId peer, long ticket, Question<?> question) {
    LOG.atTrace()
        .setMessage("Asked " + question.label())
        .addKeyValue("ticket", ticket)
        .addKeyValue("items", question.size())
        .addKeyValue("peer", peer)
        .log();
  }

  @Override
  public void answered(Answered answer) {
    LOG.atTrace()
        .setMessage("Answered " + answer.question().label())
        .addKeyValue("ticket", answer.ticket())
        .addKeyValue("items", answer.items())
        .addKeyValue("peer", answer.peer())
        .addKeyValue("verdict", answer.verdict())
        .log();
  }

  @Override
  public void changed(StoreChange change, long elapsedNanos) {
    LOG.atTrace()
        .setMessage("Inserted")
        .addKeyValue("blocks", change.inserted().size())
        .addKeyValue("tip", change.tip().number())
        .log();
  }

  @Override
  public void onChain(ChainEvent event) {
    if (event instanceof ChainEvent.Disconnected disconnected) {
      log("Disconnected", disconnected.oldTip(), disconnected.blocks());
    } else if (event instanceof ChainEvent.Connected connected) {
      log("Connected", connected.newTip(), connected.blocks());
    }
  }

  private static void log(String what, BlockId tip, long blocks) {
    LOG.atTrace()
        .setMessage(what)
        .addKeyValue("number", tip.number())
        .addKeyValue("hash", tip.hash())
        .addKeyValue("blocks", blocks)
        .log();
  }
}
