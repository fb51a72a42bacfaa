package dev.windlass.p2p;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.eth.EthSession;
import io.vertx.core.Future;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of the network as a peer: questions go out with their ticket as request id, answers are
 * judged on the worker that decoded them.
 *
 * <p>Questions come on the downloader's context, answers on a worker, one at a time.
 */
final class EthPeerLink implements PeerLink, EthSession.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(EthPeerLink.class);

  /** Beyond what is ever asked at once; the oldest of more were given up long ago. */
  private static final int ASKED_MAX = 64;

  /** What happens on this link that its owner has to know. */
  interface Owner {
    /** It says that this is its newest block. */
    void onHead(PeerId peer, Announcement said);

    /** It sent this block whole, which goes its own way. */
    void onNewBlock(PeerId peer, BlockId block);

    void onClosed(PeerId peer, String reason);
  }

  private final PeerId id;
  private final EthSession session;
  private final DownloaderVerticle downloader;
  private final Owner owner;
  private final NavigableMap<Long, Question<?>> asked = new ConcurrentSkipListMap<>();

  /** Questions up to this one are forgotten: their answers are late, and no fault. */
  private volatile long forgottenUpTo;

  EthPeerLink(PeerId id, EthSession session, DownloaderVerticle downloader, Owner owner) {
    this.id = id;
    this.session = session;
    this.downloader = downloader;
    this.owner = owner;
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
  public void close(String reason) {
    LOG.atDebug()
        .setMessage("Peer closed")
        .addKeyValue("peer", id)
        .addKeyValue("reason", reason)
        .log();
    session.close(DisconnectReason.USELESS_PEER);
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

  private <T> void deliver(long ticket, Question<T> question, List<byte[]> items) {
    downloader.deliver(id, ticket, question, question.judge(items));
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
   * An answer to no question of its kind: one that was never put, or that was answered before.
   *
   * @param isOfOtherKind whether a question of another kind has this id
   */
  private void onUnrequested(String label, long requestId, boolean isOfOtherKind) {
    boolean isLate = !isOfOtherKind && requestId > 0 && requestId <= forgottenUpTo;
    if (!isLate) {
      String said = Long.toUnsignedString(requestId);
      String evidence = label + " answer request " + said + ", which waits for none";
      downloader.unrequested(id, Verdict.FABRICATED, evidence);
    }
  }

  @Override
  public void onHead(Head head) {
    owner.onHead(id, Announcement.ofPeer(id, head));
  }

  @Override
  public void onOtherHead(Head head) {
    owner.onHead(id, Announcement.ofPeer(id, head).replacing());
  }

  @Override
  public void onNewBlock(Block block, BigInteger totalDifficulty) {
    owner.onNewBlock(id, block.id());
    downloader.announce(Announcement.ofPeer(id, Head.of(block, totalDifficulty)), block);
  }

  @Override
  public Future<Void> dealtWith() {
    return downloader.caughtUp();
  }

  @Override
  public void onReceiving(long bytes) {
    downloader.receiving(id, bytes);
  }

  @Override
  public void onClosed(String reason) {
    owner.onClosed(id, reason);
  }
}
