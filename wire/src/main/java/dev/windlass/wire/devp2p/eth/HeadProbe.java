package dev.windlass.wire.devp2p.eth;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ReplyJudge;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds a node's head by questions. With eth/69, geth announces at most each 32nd block. It
 * announces a reorg only if the new head is lower than the one announced last. Before eth/69, a
 * node announces no blocks once they come from its consensus client.
 *
 * <p>A Status before eth/69 names the head by its hash only, so the probe first asks for its
 * number. Then it asks for the header at the number of the known head, and for 64 above it. If the
 * first header is the known one, the node is still on that chain, which may have grown. If it is
 * another one, or none, the node has left that head. If the answer is empty, the probe searches
 * below. If it has all 64, the probe searches above (geth claims 0 to 0 after an import of
 * history). A search asks for headers that are 64, 4096, ... blocks apart, until one is missing.
 * From the last one found it goes on in narrower steps.
 *
 * <p>Any thread may call it. Time is an argument. At most one question is open. A node that does
 * not answer is not asked again.
 */
final class HeadProbe {
  /** The downloader numbers its requests from 1, and never reaches this. */
  static final long REQUEST_ID = Long.MAX_VALUE;

  /** More than the 32 blocks that geth does not announce. */
  static final int HEADERS_MAX = 64;

  /** The shortest pause. A chain with blocks faster than each 100 ms is not asked more often. */
  static final long PAUSE_MILLIS_MIN = 25;

  /**
   * The longest pause. A chain that has stopped may continue, and a question has only some hundred
   * bytes.
   */
  static final long PAUSE_MILLIS_MAX = 2_000;

  /** Questions in the time of one block. */
  private static final int LOOKS_PER_BLOCK = 4;

  /** How much wider a step of the search is than the one before. */
  private static final int SEARCH_FACTOR = HEADERS_MAX;

  /** No chain is longer. A wider step could overflow. */
  private static final long STEP_MAX = 1L << 54;

  /** Twice as many as finding any 63-bit number takes. */
  private static final int SEARCH_QUESTIONS_MAX = 48;

  private long head = -1;
  private Hash headHash = Hash.ZERO;

  private final BlockPace pace = new BlockPace();

  /** When the node last announced its head, or was sent the question that showed it. */
  private long saidMillis;

  /** The same for the head that the downloader knows. */
  private long lookedMillis;

  private long askedMillis;

  /** The open question. Null if there is none. */
  private GetBlockHeaders asked;

  /** The question that continues the search. Null if there is none. */
  private GetBlockHeaders next;

  /** Questions of the current search. Starts again at 0 once a head is known. */
  private int searchQuestions;

  /** Whether the search began because the node has left its head. */
  private boolean hasLeft;

  /**
   * A node's head, as found by questions.
   *
   * @param hasLeft whether the node has left its previous head
   */
  record Found(long number, Hash hash, boolean hasLeft) {}

  /**
   * The node announces its head.
   *
   * @param number -1 if the announcement does not have it
   * @return whether the announcement shows that it has left its previous head
   */
  synchronized boolean heard(long number, Hash hash, long nowMillis) {
    boolean isOther = number < head || (number == head && !hash.equals(headHash));
    learn(number, hash, nowMillis);
    saidMillis = nowMillis;
    next = null;
    return number >= 0 && isOther;
  }

  private void learn(long number, Hash hash, long nowMillis) {
    if (!hash.equals(headHash)) {
      long blocks = head < 0 ? 0 : Math.max(1, number - head);
      pace.moved(blocks, nowMillis);
    }
    searchQuestions = 0;
    hasLeft = false;
    head = number;
    headHash = hash;
  }

  /**
   * How long to wait until the next question: a quarter of the recent block time. That grows if no
   * block comes for long.
   */
  synchronized long pauseMillis() {
    long pause = pace.blockMillis() / LOOKS_PER_BLOCK;
    return Math.max(PAUSE_MILLIS_MIN, Math.min(PAUSE_MILLIS_MAX, pause));
  }

  /** The number of the node's head, or -1 if it is not known. */
  synchronized long head() {
    return head;
  }

  /** How many blocks the node may have made since the head that was last {@link #told}. */
  synchronized long unseenBlocks(long nowMillis) {
    return head < 0 ? 0 : pace.blocksIn(nowMillis - lookedMillis);
  }

  /** Whether the next question should be sent at once. */
  synchronized boolean isSearching() {
    return next != null;
  }

  /** The question to send now, if there is one. */
  synchronized Optional<GetBlockHeaders> question(long nowMillis) {
    if (asked != null || (head < 0 && headHash.equals(Hash.ZERO))) {
      return Optional.empty();
    }
    askedMillis = nowMillis;
    if (head < 0) {
      asked = new GetBlockHeaders(REQUEST_ID, headHash, 0, 1, 0, false);
    } else {
      asked = next != null ? next : upwards(head, 0);
    }
    next = null;
    return Optional.of(asked);
  }

  /** Asks for a header at this number, and up to 64 above it. */
  private static GetBlockHeaders upwards(long from, long skip) {
    return new GetBlockHeaders(REQUEST_ID, null, from, 1 + HEADERS_MAX, skip, false);
  }

  /**
   * The node's head, if the headers of an answer show one other than the known one. Throws {@link
   * dev.windlass.chain.rlp.RlpException} if they are not headers.
   */
  synchronized Optional<Found> answered(List<byte[]> rawHeaders, long nowMillis) {
    GetBlockHeaders question = asked;
    asked = null;
    if (question == null) {
      return Optional.empty();
    }
    if (question.from() != null) {
      number(question.from(), rawHeaders, nowMillis);
      return Optional.empty();
    }
    List<BlockHeader> headers = fitting(question, rawHeaders);
    Optional<Found> found = Optional.empty();
    boolean isAtHead = question.fromNumber() == head && question.skip() == 0;
    hasLeft |= isAtHead && (headers.isEmpty() || !headers.get(0).hash().equals(headHash));
    long step = question.skip() + 1;
    if (headers.isEmpty()) {
      searchBelow(question);
    } else if (headers.size() > HEADERS_MAX && search(last(headers).number(), wider(step))) {
      // The search goes on above.
    } else if (step > 1) {
      search(last(headers).number(), step / SEARCH_FACTOR);
    } else {
      found = found(last(headers), nowMillis);
    }
    pace.looked(nowMillis);
    saidMillis = isSearching() ? saidMillis : askedMillis;
    return found;
  }

  /** The head that the node has shown so far was reported to the downloader. */
  synchronized void told() {
    lookedMillis = saidMillis;
  }

  /**
   * Learns the number of the head that the node named by hash. The node may have a newer head by
   * now.
   */
  private void number(Hash named, List<byte[]> rawHeaders, long nowMillis) {
    boolean isAnswer = !rawHeaders.isEmpty() && !ReplyJudge.isPlaceholder(rawHeaders.get(0));
    if (isAnswer && head < 0 && named.equals(headHash)) {
      BlockHeader header = BlockHeader.decode(rawHeaders.get(0));
      if (header.hash().equals(named)) {
        learn(header.number(), named, nowMillis);
        next = upwards(head, 0);
      }
    }
  }

  private static BlockHeader last(List<BlockHeader> headers) {
    return headers.get(headers.size() - 1);
  }

  private static long wider(long step) {
    return Math.min(STEP_MAX, step * SEARCH_FACTOR);
  }

  private Optional<Found> found(BlockHeader newest, long nowMillis) {
    boolean isOther = hasLeft;
    if (newest.hash().equals(headHash)) {
      hasLeft = false;
      searchQuestions = 0;
      return Optional.empty();
    }
    learn(newest.number(), newest.hash(), nowMillis);
    return Optional.of(new Found(head, headHash, isOther));
  }

  /** The node has no header at the question's first number, so its head is below. */
  private void searchBelow(GetBlockHeaders question) {
    if (question.fromNumber() > head || question.fromNumber() == 0) {
      return;
    }
    boolean isFirst = question.fromNumber() == head;
    long step = isFirst ? 1 : wider(question.skip() + 1);
    boolean isWhole = step == STEP_MAX || step > head / HEADERS_MAX;
    search(isWhole ? 0 : head - HEADERS_MAX * step, step);
  }

  /**
   * Returns false after too many questions, since a node's answers may contradict each other for
   * ever.
   */
  private boolean search(long from, long step) {
    if (searchQuestions >= SEARCH_QUESTIONS_MAX) {
      return false;
    }
    searchQuestions++;
    next = upwards(from, step - 1);
    return true;
  }

  /** The headers that answer the question, up to the first that does not fit. */
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
