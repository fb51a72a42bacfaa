package dev.windlass.p2p;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.eth60.HashSession;
import io.vertx.core.Future;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
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
  private final DownloaderVerticle downloader;
  private final EthPeerLink.Owner owner;

  /** By the label of their kind. */
  private final Map<String, OwedAnswers> owed =
      Map.of(Question.HASHES, new OwedAnswers(), Question.BLOCKS, new OwedAnswers());

  HashPeerLink(
      PeerId id, HashSession session, DownloaderVerticle downloader, EthPeerLink.Owner owner) {
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
    return PeerKind.HASH;
  }

  @Override
  public void ask(long ticket, Question<?> question) {
    if (owed.get(question.label()).add(ticket, question)) {
      session.ask(question);
    } else {
      close("it answers no question for " + question.label());
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
  public void onAnswer(String label, List<byte[]> items) {
    next(label, items)
        .ifPresentOrElse(
            asked -> deliver(asked.ticket(), asked.question(), items),
            () -> onUnrequested(items.size() + " " + label));
  }

  private Optional<OwedAnswers.Asked> next(String label, List<byte[]> items) {
    OwedAnswers answers = owed.get(label);
    if (!label.equals(Question.BLOCKS) || !answers.hasSeveral()) {
      return answers.next();
    }
    Optional<Hash> first = first(items);
    return answers.next(
        question ->
            question instanceof Question.Blocks asked
                && first.filter(asked.hashes()::contains).isPresent());
  }

  private <T> void deliver(long ticket, Question<T> question, List<byte[]> items) {
    downloader.deliver(id, ticket, question, question.judge(items));
  }

  @Override
  public boolean isAwaited(String label) {
    return owed.get(label).hasAny();
  }

  @Override
  public void onUnawaited(String label) {
    onUnrequested(label);
  }

  private void onUnrequested(String what) {
    downloader.unrequested(id, Verdict.UNLINKED, what + " came that nobody asked for");
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
  public void onHead(Head head) {
    owner.onHead(id, Announcement.ofPeer(id, head));
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
