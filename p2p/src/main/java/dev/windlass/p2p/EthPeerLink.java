package dev.windlass.p2p;

import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.peerset.PeerKind;
import dev.windlass.wire.devp2p.eth.EthSession;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A header peer over a session of eth/66 or later. The ticket of a question is its request id.
 * Answers are judged on the worker that decoded them.
 *
 * <p>Questions come on the downloader's context, and answers on a worker, one at a time.
 */
final class EthPeerLink extends SessionLink implements EthSession.Handler {
  /** More than are ever in flight. Beyond that the oldest is forgotten, since it is overdue. */
  private static final int ASKED_MAX = 64;

  private final EthSession session;
  private final NavigableMap<Long, Question<?>> asked = new ConcurrentSkipListMap<>();

  /** Questions up to this ticket are forgotten. An answer to one is late, and no fault. */
  private volatile long forgottenUpTo;

  EthPeerLink(PeerId id, EthSession session, DownloaderVerticle downloader, Owner owner) {
    super(id, session.connection(), downloader, owner);
    this.session = session;
  }

  @Override
  public PeerKind kind() {
    return PeerKind.HEADER;
  }

  @Override
  public void ask(long ticket, Question<?> question) {
    remember(ticket, question);
    session.ask(ticket, question);
  }

  private void remember(long ticket, Question<?> question) {
    asked.put(ticket, question);
    if (asked.size() > ASKED_MAX) {
      Map.Entry<Long, Question<?>> oldest = asked.firstEntry();
      forgottenUpTo = oldest.getKey();
      asked.remove(oldest.getKey());
    }
  }

  @Override
  public void onAnswer(String label, long requestId, List<byte[]> items) {
    Question<?> question = asked.remove(requestId);
    if (question != null && question.label().equals(label)) {
      deliver(requestId, question, items);
    } else {
      onUnrequested(label, requestId, question != null);
    }
  }

  @Override
  public boolean isAwaited(String label, long requestId) {
    Question<?> question = asked.get(requestId);
    return question != null && question.label().equals(label);
  }

  @Override
  public void onUnawaited(String label, long requestId) {
    onUnrequested(label, requestId, asked.remove(requestId) != null);
  }

  /**
   * Reports an answer whose question was never asked, or was answered before.
   *
   * @param isOfOtherKind whether a question of another kind has this id
   */
  private void onUnrequested(String label, long requestId, boolean isOfOtherKind) {
    boolean isLate = !isOfOtherKind && requestId > 0 && requestId <= forgottenUpTo;
    if (!isLate) {
      String said = Long.toUnsignedString(requestId);
      String evidence = label + " answer request " + said + ", which waits for none";
      downloader().unrequested(id(), evidence);
    }
  }

  @Override
  public void onOtherHead(Head head) {
    owner().onHead(id(), saying(head).replacing());
  }

  @Override
  Announcement saying(Head head) {
    return super.saying(head).servingFrom(session.earliest());
  }
}
