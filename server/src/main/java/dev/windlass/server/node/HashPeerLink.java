package dev.windlass.server.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.HeaderQuery;
import dev.windlass.chain.PeerId;
import dev.windlass.chain.ReplyJudge;
import dev.windlass.chain.RlpException;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.eth60.HashSession;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
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

  /** Questions of a kind; at most one is waited for, so all but one of these are overdue. */
  private static final int UNANSWERED_MAX = 16;

  private final PeerId id;
  private final HashSession session;
  private final Replies replies;
  private final EthPeerLink.Owner owner;
  private final Queue<AskedHashes> askedHashes = new ArrayBlockingQueue<>(UNANSWERED_MAX);
  private final Queue<AskedBlocks> askedBlocks = new ArrayBlockingQueue<>(UNANSWERED_MAX);

  private record AskedHashes(long ticket, int max, long askedNanos) {}

  private record AskedBlocks(long ticket, List<Hash> hashes, long askedNanos) {}

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
    if (askedHashes.offer(new AskedHashes(ticket, max, System.nanoTime()))) {
      session.requestHashes(from, max);
    } else {
      close("it owes the answers to " + UNANSWERED_MAX + " questions for hashes");
    }
  }

  @Override
  public void requestBlocks(long ticket, List<Hash> hashes) {
    if (askedBlocks.offer(new AskedBlocks(ticket, hashes, System.nanoTime()))) {
      session.requestBlocks(hashes);
    } else {
      close("it owes the answers to " + UNANSWERED_MAX + " questions for blocks");
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
    LOG.debug("{} is closed: {}", id, reason);
    session.close(DisconnectReason.USELESS_PEER);
  }

  @Override
  public void onHashes(List<Hash> hashes) {
    AskedHashes question = askedHashes.poll();
    if (question == null) {
      replies.unasked(id, hashes.size() + " hashes");
    } else {
      replies.hashes(
          id, question.ticket, ReplyJudge.hashes(question.max, hashes), question.askedNanos);
    }
  }

  @Override
  public void onBlocks(List<byte[]> rawBlocks) {
    skipUnanswered(rawBlocks);
    AskedBlocks question = askedBlocks.poll();
    if (question == null) {
      replies.unasked(id, rawBlocks.size() + " blocks");
    } else {
      replies.blocks(
          id, question.ticket, ReplyJudge.blocks(question.hashes, rawBlocks), question.askedNanos);
    }
  }

  /**
   * An answer that begins with a block of a later question says that those before it stay without:
   * else every further answer would be taken for another question's.
   */
  private void skipUnanswered(List<byte[]> rawBlocks) {
    if (rawBlocks.isEmpty() || askedBlocks.size() < 2) {
      return;
    }
    try {
      Hash first = Block.decode(rawBlocks.get(0)).hash();
      if (askedBlocks.stream().anyMatch(question -> question.hashes.contains(first))) {
        while (!askedBlocks.element().hashes.contains(first)) {
          askedBlocks.remove();
        }
      }
    } catch (RlpException e) {
      LOG.debug("{} sent what is no block: {}", id, e.getMessage());
    }
  }

  @Override
  public void onHead(Hash head, long number, Optional<BigInteger> totalDifficulty) {
    owner.onHead(id, head, number, totalDifficulty);
  }

  @Override
  public void onClosed(String reason) {
    owner.onClosed(id, reason);
  }
}
