package dev.windlass.wire.devp2p.eth;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import dev.windlass.chain.ReplyJudge;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out by questions where a node's chain ends: with eth/69 nodes announce each 32nd block at
 * most, none of the last ones where their chain stands still, and no reorg to a height that is not
 * lower than the one they named last.
 *
 * <p>It asks for the header at the number of the head that it knows of the node, and for those
 * above it. The same header there means that the node's chain has grown, or not. Another one, or
 * none, means that the node has left that head: then its new head is looked for further down, in
 * steps of 64, 4096, ... blocks, and from what is found upwards again.
 *
 * <p>Any thread may call it; time comes in. One question is open at most; a node that leaves it
 * open is not asked again.
 */
final class HeadProbe {
  /** The downloader's requests are numbered from 1, and do not come so far. */
  static final long REQUEST_ID = Long.MAX_VALUE;

  /** More than what geth keeps to itself. */
  static final int HEADERS_MAX = 64;

  /** A faster chain is asked for several of its blocks at once. */
  static final long PAUSE_MILLIS_MIN = 250;

  /** A slot of today's network. */
  static final long PAUSE_MILLIS_MAX = 12_000;

  /** How many blocks a step of the search has at least, and by how much each next one is wider. */
  private static final int SEARCH_FACTOR = HEADERS_MAX;

  /** Twice as many as it takes to find any number of 63 bits. */
  private static final int SEARCH_QUESTIONS_MAX = 48;

  private long head = -1;
  private Hash headHash = Hash.ZERO;
  private long newsMillis;
  private long pauseMillis = PAUSE_MILLIS_MAX;

  /** What the open question asked for; null where none is open. */
  private GetBlockHeaders asked;

  /** The question that goes on with the search; null where there is none. */
  private GetBlockHeaders next;

  /** Questions of the search for the node's head; it begins anew once a head is known again. */
  private int searchQuestions;

  /**
   * A node's head, as it has been found to be.
   *
   * @param hasLeft whether the node has left the head that it had before
   */
  record Found(long number, Hash hash, boolean hasLeft) {}

  /**
   * The node says that this is its head.
   *
   * @param number -1 where it does not say
   * @return whether it has left the head that it had before, as far as this shows it
   */
  synchronized boolean heard(long number, Hash hash, long nowMillis) {
    boolean hasLeft =
        head >= 0 && (number < head || (number == head && !hash.equals(headHash))) && number >= 0;
    learn(number, hash, nowMillis);
    next = null;
    return hasLeft;
  }

  private void learn(long number, Hash hash, long nowMillis) {
    if (!hash.equals(headHash)) {
      long blocks = head < 0 ? 0 : Math.max(1, number - head);
      if (blocks > 0) {
        long each = (nowMillis - newsMillis) / blocks;
        pauseMillis = Math.max(PAUSE_MILLIS_MIN, Math.min(PAUSE_MILLIS_MAX, each));
      }
      newsMillis = nowMillis;
    }
    searchQuestions = 0;
    head = number;
    headHash = hash;
  }

  /**
   * How long to wait until the next question: as long as a block took lately. Nothing new for
   * longer than that shows that it takes longer now.
   */
  synchronized long pauseMillis() {
    return pauseMillis;
  }

  /** Whether there is a question that does not wait. */
  synchronized boolean isSearching() {
    return next != null;
  }

  /** What to ask now, if anything. */
  synchronized Optional<GetBlockHeaders> question() {
    if (asked != null || head < 0) {
      return Optional.empty();
    }
    asked = next != null ? next : upwards(head, 0);
    next = null;
    return Optional.of(asked);
  }

  /** One header at this number, and up to 64 above it. */
  private static GetBlockHeaders upwards(long from, long skip) {
    return new GetBlockHeaders(REQUEST_ID, null, from, 1 + HEADERS_MAX, skip, false);
  }

  /**
   * What the headers that came tell of the node's head, where that is news; a {@link
   * dev.windlass.chain.RlpException} where they are none.
   */
  synchronized Optional<Found> answered(List<byte[]> rawHeaders, long nowMillis) {
    GetBlockHeaders question = asked;
    asked = null;
    if (question == null) {
      return Optional.empty();
    }
    List<BlockHeader> headers = fitting(question, rawHeaders);
    Optional<Found> found = Optional.empty();
    if (headers.isEmpty()) {
      searchBelow(question);
    } else if (question.skip() > 0) {
      long step = (question.skip() + 1) / SEARCH_FACTOR;
      search(headers.get(headers.size() - 1).number(), step);
    } else {
      found = found(headers, nowMillis);
    }
    pauseMillis = Math.min(PAUSE_MILLIS_MAX, Math.max(pauseMillis, nowMillis - newsMillis));
    return found;
  }

  private Optional<Found> found(List<BlockHeader> headers, long nowMillis) {
    BlockHeader newest = headers.get(headers.size() - 1);
    if (newest.hash().equals(headHash)) {
      return Optional.empty();
    }
    boolean hasLeft = headers.stream().noneMatch(header -> header.hash().equals(headHash));
    learn(newest.number(), newest.hash(), nowMillis);
    if (headers.size() > HEADERS_MAX) {
      next = upwards(head, 0);
    }
    return Optional.of(new Found(head, headHash, hasLeft));
  }

  /** Nothing stands where the question began, so the head is below. */
  private void searchBelow(GetBlockHeaders question) {
    if (question.fromNumber() > head || question.fromNumber() == 0) {
      return;
    }
    boolean isFirst = question.fromNumber() == head;
    long step = isFirst ? 1 : (question.skip() + 1) * SEARCH_FACTOR;
    boolean isWhole = step > head / HEADERS_MAX;
    search(isWhole ? 0 : head - HEADERS_MAX * step, step);
  }

  /** A node that answers now so and now so is not searched without end. */
  private void search(long from, long step) {
    if (searchQuestions < SEARCH_QUESTIONS_MAX) {
      searchQuestions++;
      next = upwards(from, step - 1);
    }
  }

  /** The headers that answer the question, up to the first that does not. */
  private static List<BlockHeader> fitting(GetBlockHeaders question, List<byte[]> rawHeaders) {
    List<BlockHeader> headers = new ArrayList<>();
    long number = question.fromNumber();
    for (byte[] raw : rawHeaders) {
      if (ReplyJudge.isPlaceholder(raw) || headers.size() >= question.count()) {
        break;
      }
      BlockHeader header = BlockHeader.decode(raw);
      boolean isLinked =
          headers.isEmpty()
              || question.skip() > 0
              || BlockRules.isLinked(headers.get(headers.size() - 1), header);
      if (header.number() != number || !isLinked) {
        break;
      }
      headers.add(header);
      number += question.skip() + 1;
    }
    return headers;
  }
}
