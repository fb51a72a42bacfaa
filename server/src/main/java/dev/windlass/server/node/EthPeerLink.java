package dev.windlass.server.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.ReplyJudge;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.eth.EthSession;
import io.vertx.core.Future;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
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
  private final Replies replies;
  private final Owner owner;
  private final NavigableMap<Long, Asked> asked = new ConcurrentSkipListMap<>();

  /** Questions up to this one are forgotten: their answers are late, and no fault. */
  private volatile long forgottenUpTo;

  EthPeerLink(PeerId id, EthSession session, Replies replies, Owner owner) {
    this.id = id;
    this.session = session;
    this.replies = replies;
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
  public void requestHeaders(long ticket, HeaderQuery query) {
    remember(ticket, new Asked(query, List.of(), System.nanoTime()));
    session.requestHeaders(ticket, query);
  }

  @Override
  public void requestBodies(long ticket, List<BlockHeader> headers) {
    remember(ticket, new Asked(null, headers, System.nanoTime()));
    session.requestBodies(ticket, headers);
  }

  private void remember(long ticket, Asked question) {
    asked.put(ticket, question);
    if (asked.size() > ASKED_MAX) {
      Map.Entry<Long, Asked> oldest = asked.firstEntry();
      forgottenUpTo = oldest.getKey();
      asked.remove(oldest.getKey());
    }
  }

  @Override
  public void requestHashes(long ticket, Hash from, int max) {
    throw new IllegalStateException("a header peer is not asked for bare hashes");
  }

  @Override
  public void requestBlocks(long ticket, List<Hash> hashes) {
    throw new IllegalStateException("a header peer is not asked for whole blocks");
  }

  @Override
  public void close(String reason) {
    LOG.atDebug()
        .setMessage("Peer closed")
        .addKeyValue("peer", id)
        .addKeyValue("because", reason)
        .log();
    session.close(DisconnectReason.USELESS_PEER);
  }

  @Override
  public void onHeaders(long requestId, List<byte[]> headers) {
    Asked question = asked.remove(requestId);
    if (question != null && question.query != null) {
      replies.headers(
          id, requestId, ReplyJudge.headers(question.query, headers), question.askedNanos);
    } else {
      onStray("headers", requestId, question);
    }
  }

  @Override
  public void onBodies(long requestId, List<byte[]> bodies) {
    Asked question = asked.remove(requestId);
    if (question != null && question.query == null) {
      replies.bodies(
          id, requestId, ReplyJudge.bodies(question.headers, bodies), question.askedNanos);
    } else {
      onStray("bodies", requestId, question);
    }
  }

  @Override
  public boolean isAwaited(boolean isBodies, long requestId) {
    Asked question = asked.get(requestId);
    return question != null && isBodies == (question.query == null);
  }

  @Override
  public void onUnawaited(boolean isBodies, long requestId) {
    onStray(isBodies ? "bodies" : "headers", requestId, asked.remove(requestId));
  }

  /**
   * An answer to no question of its kind: one that was never put, or that was answered before.
   *
   * @param question of the other kind; null where there is none
   */
  private void onStray(String what, long requestId, Asked question) {
    boolean isLate = question == null && requestId > 0 && requestId <= forgottenUpTo;
    if (!isLate) {
      String said = Long.toUnsignedString(requestId);
      String evidence = what + " answer request " + said + ", which waits for none";
      Delivery<BlockHeader> fault = Delivery.fault(Verdict.FABRICATED, List.of(), 0, evidence);
      replies.headers(id, requestId, fault, System.nanoTime());
    }
  }

  @Override
  public void onHead(Hash head, long number, Optional<BigInteger> totalDifficulty) {
    owner.onHead(id, new Announcement(Optional.of(id), head, number, totalDifficulty));
  }

  @Override
  public void onOtherHead(Hash head, long number) {
    owner.onHead(id, Announcement.ofPeer(id, head, number).replacing());
  }

  @Override
  public void onNewBlock(Block block, BigInteger totalDifficulty) {
    owner.onNewBlock(id, block.id());
    replies.announced(
        new Announcement(
            Optional.of(id), block.hash(), block.number(), Optional.of(totalDifficulty)),
        block);
  }

  @Override
  public Future<Void> dealtWith() {
    return replies.dealtWith();
  }

  @Override
  public void onReceiving(long bytes) {
    replies.receiving(id, bytes);
  }

  @Override
  public void onClosed(String reason) {
    owner.onClosed(id, reason);
  }

  /**
   * A question that waits for its answer.
   *
   * @param query null where bodies were asked for
   */
  private record Asked(HeaderQuery query, List<BlockHeader> headers, long askedNanos) {}
}
