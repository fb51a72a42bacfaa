package dev.windlass.server.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.ReplyJudge;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.eth60.HashSession;
import io.vertx.core.Future;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of the hash protocol as a peer: answers carry no id, so each is taken for the oldest
 * question of its kind that has none yet, also where that question is overdue.
 *
 * <p>Questions come on the downloader's context, answers on a worker, one at a time. Every question
 * is answered in its turn by a node that keeps to the protocol; who owes too many answers is left,
 * and an answer to nothing counts against its sender.
 */
final class HashPeerLink implements PeerLink, HashSession.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(HashPeerLink.class);

  private final PeerId id;
  private final HashSession session;
  private final Replies replies;
  private final EthPeerLink.Owner owner;

  /** How many hashes were asked for. */
  private final OwedAnswers<Integer> owedHashes = new OwedAnswers<>();

  private final OwedAnswers<List<Hash>> owedBlocks = new OwedAnswers<>();

  HashPeerLink(PeerId id, HashSession session, Replies replies, EthPeerLink.Owner owner) {
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
    return PeerKind.HASH;
  }

  @Override
  public void requestHashes(long ticket, Hash from, int max) {
    if (owedHashes.add(ticket, max, System.nanoTime())) {
      session.requestHashes(from, max);
    } else {
      close("it answers no question for hashes");
    }
  }

  @Override
  public void requestBlocks(long ticket, List<Hash> hashes) {
    if (owedBlocks.add(ticket, hashes, System.nanoTime())) {
      session.requestBlocks(hashes);
    } else {
      close("it answers no question for blocks");
    }
  }

  @Override
  public void requestHeaders(long ticket, HeaderQuery query) {
    throw new IllegalStateException("a hash peer is not asked for headers");
  }

  @Override
  public void requestBodies(long ticket, List<BlockHeader> headers) {
    throw new IllegalStateException("a hash peer is not asked for bodies");
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
  public void onHashes(List<Hash> hashes) {
    owedHashes
        .next()
        .ifPresentOrElse(
            asked ->
                replies.hashes(
                    id,
                    asked.ticket(),
                    ReplyJudge.hashes(asked.question(), hashes),
                    asked.askedNanos()),
            () -> replies.unasked(id, hashes.size() + " hashes"));
  }

  @Override
  public void onBlocks(List<byte[]> rawBlocks) {
    Optional<Hash> first = owedBlocks.hasSeveral() ? first(rawBlocks) : Optional.empty();
    owedBlocks
        .next(hashes -> first.filter(hashes::contains).isPresent())
        .ifPresentOrElse(
            asked ->
                replies.blocks(
                    id,
                    asked.ticket(),
                    ReplyJudge.blocks(asked.question(), rawBlocks),
                    asked.askedNanos()),
            () -> replies.unasked(id, rawBlocks.size() + " blocks"));
  }

  @Override
  public boolean isAwaited(boolean isBlocks) {
    return isBlocks ? owedBlocks.hasAny() : owedHashes.hasAny();
  }

  @Override
  public void onUnawaited(boolean isBlocks) {
    replies.unasked(id, isBlocks ? "blocks" : "hashes");
  }

  private static Optional<Hash> first(List<byte[]> rawBlocks) {
    try {
      return rawBlocks.stream().findFirst().map(raw -> Block.decode(raw).hash());
    } catch (RlpException e) {
      // It will be judged.
      return Optional.empty();
    }
  }

  @Override
  public void onHead(Hash head, long number, Optional<BigInteger> totalDifficulty) {
    owner.onHead(id, new Announcement(Optional.of(id), head, number, totalDifficulty));
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
}
