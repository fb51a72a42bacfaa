package dev.windlass.chain.exchange;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.rlp.RlpException;
import java.util.List;
import java.util.Optional;

/**
 * Takes the part of a wrong answer that is kept as evidence: the whole answer if it is small, else
 * the first wrong item with its neighbour.
 *
 * <p>The part is judged again before it is kept, so that it proves the same fault alone.
 */
final class EvidenceCut {
  /** An answer of more bytes is cut, and an item of more bytes is not kept. */
  static final int BYTES_MAX = 1 << 20;

  private EvidenceCut() {}

  /** The delivery, with the evidence of its fault if it is one. */
  static <T> Delivery<T> keep(Question<T> question, List<byte[]> items, Delivery<T> judged) {
    return judged.verdict().isFault()
        ? judged.provenBy(of(question, items, judged.verdict()))
        : judged;
  }

  private static Optional<Evidence> of(Question<?> question, List<byte[]> items, Verdict verdict) {
    if (size(items) <= BYTES_MAX) {
      return Optional.of(new Evidence.Answer(question, items));
    }
    int from = 0;
    while (from < items.size()) {
      Optional<Evidence.Answer> part = part(question, items, from);
      if (part.filter(cut -> verdict(cut) == verdict).isPresent()) {
        return Optional.of(part.get());
      }
      from++;
    }
    // Too many items are wrong together, and none of them alone.
    List<byte[]> first = items.subList(0, Math.min(items.size(), 2 * question.size() + 1));
    boolean isKept = size(first) <= BYTES_MAX && question.assess(first).verdict() == verdict;
    return isKept ? Optional.of(new Evidence.Answer(question, first)) : Optional.empty();
  }

  private static Verdict verdict(Evidence.Answer part) {
    return part.question().assess(part.items()).verdict();
  }

  /** The items from this one on that are judged together: it and the one before it. */
  private static Optional<Evidence.Answer> part(Question<?> question, List<byte[]> items, int at) {
    List<byte[]> part = items.subList(Math.max(0, at - 1), at + 1);
    if (part.stream().anyMatch(item -> item.length > BYTES_MAX)) {
      return Optional.empty();
    }
    if (at == 0 || !(question instanceof Question.Headers)) {
      return Optional.of(new Evidence.Answer(question, part));
    }
    try {
      // Each header is judged by the one before it, which has to be the first of its answer.
      HeaderQuery query = HeaderQuery.byHash(BlockHeader.decode(part.get(0)).hash(), part.size());
      return Optional.of(new Evidence.Answer(new Question.Headers(query), part));
    } catch (RlpException e) {
      return Optional.empty();
    }
  }

  private static long size(List<byte[]> items) {
    long bytes = 0;
    for (byte[] item : items) {
      bytes += item.length;
    }
    return bytes;
  }
}
