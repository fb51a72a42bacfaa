package dev.windlass.p2p;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.peerset.PeerKind;
import dev.windlass.wire.devp2p.eth60.HashSession;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A hash peer over a session of eth/60 or eth/61. Answers have no request id. Each is matched to
 * the oldest unanswered question of its kind, even if that question is overdue.
 *
 * <p>A node that keeps to the protocol answers every question in order. The link closes if the peer
 * owes too many answers. An answer without a question is a fault of the peer.
 */
final class HashPeerLink extends SessionLink implements HashSession.Handler {
  private final HashSession session;

  /** By the label of the question. */
  private final Map<String, OwedAnswers> owed =
      Map.of(Question.HASHES, new OwedAnswers(), Question.BLOCKS, new OwedAnswers());

  HashPeerLink(PeerId id, HashSession session, DownloaderVerticle downloader, Owner owner) {
    super(id, session.connection(), downloader, owner);
    this.session = session;
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
      close("it does not answer questions for " + question.label());
    }
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

  @Override
  public boolean isAwaited(String label) {
    return owed.get(label).hasAny();
  }

  @Override
  public void onUnawaited(String label) {
    onUnrequested(label);
  }

  private void onUnrequested(String what) {
    downloader().unrequested(id(), what + " arrived without a question");
  }

  private static Optional<Hash> first(List<byte[]> rawBlocks) {
    try {
      return rawBlocks.stream().findFirst().map(raw -> Block.decode(raw).hash());
    } catch (RlpException e) {
      // The judge will find this fault.
      return Optional.empty();
    }
  }
}
