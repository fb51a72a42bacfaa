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
 * Finds out by questions where a node's chain ends. With eth/69 geth announces each 32nd block at
 * most, and no reorg to a height that is not lower than the one it announced last. Before eth/69 a
 * node announces nothing either, once blocks come from its consensus client.
 *
 * <p>A Status before eth/69 names the head by its hash only, so its number is asked for first. Then
 * it asks for the header at the number of the head that it knows of the node, and for 64 above it.
 * The same header there means that the node's chain has grown, or not. Another one, or none, means
 * that the node has left that head. If none is there, the new head is looked for below, and if all
 * 64 are, above (geth says 0 to 0 after an import of history): by headers that are 64, 4096, ...
 * blocks apart, until one is missing, and from the last one that is there in narrower steps again.
 *
 * <p>Any thread may call it; time comes in. One question is open at most; a node that leaves it
 * open is not asked again.
 */
final class HeadProbe {
  /** The downloader's requests are numbered from 1, and do not come so far. */
  static final long REQUEST_ID = Long.MAX_VALUE;

  /** More than what geth keeps to itself. */
  static final int HEADERS_MAX = 64;

  /** A chain with a block each 100 ms is looked at as often as one with a block each second. */
  static final long PAUSE_MILLIS_MIN = 25;

  /** A chain that stood still may move again: a question has some hundred bytes. */
  static final long PAUSE_MILLIS_MAX = 2_000;

  /** Questions in the time that a block takes. */
  private static final int LOOKS_PER_BLOCK = 4;

  /** By how much a step of the search is wider than the one before. */
  private static final int SEARCH_FACTOR = HEADERS_MAX;

  /** No chain is longer; a wider step could overflow. */
  private static final long STEP_MAX = 1L << 54;

  /** Twice as many as it takes to find any number of 63 bits. */
  private static final int SEARCH_QUESTIONS_MAX = 48;

  private long head = -1;
  private Hash headHash = Hash.ZERO;

  private final BlockPace pace = new BlockPace();

  /** When the node said its head last, or was asked for what it showed then. */
  private long saidMillis;

  /** The same of what the downloader knows, too. */
  private long lookedMillis;

  private long askedMillis;

  /** What the open question asked for; null where none is open. */
  private GetBlockHeaders asked;

  /** The question that goes on with the search; null where there is none. */
  private GetBlockHeaders next;

  /** Questions of the search for the node's head; it begins anew once a head is known again. */
  private int searchQuestions;

  /** Whether the search began because the node has left its head. */
  private boolean hasLeft;

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
   * How long to wait until the next question: a quarter of what a block took lately. Nothing new
   * for long shows that it takes longer now.
   */
  synchronized long pauseMillis() {
    long pause = pace.blockMillis() / LOOKS_PER_BLOCK;
    return Math.max(PAUSE_MILLIS_MIN, Math.min(PAUSE_MILLIS_MAX, pause));
  }

  /** The number of the node's head, as far as it is known; -1 if it is not. */
  synchronized long head() {
    return head;
  }

  /** How many blocks it may well have made since what it showed that is {@link #told}. */
  synchronized long unseenBlocks(long nowMillis) {
    return head < 0 ? 0 : pace.blocksIn(nowMillis - lookedMillis);
  }

  /** Whether there is a question that does not wait. */
  synchronized boolean isSearching() {
    return next != null;
  }

  /** What to ask now, if anything. */
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

  /** One header at this number, and up to 64 above it. */
  private static GetBlockHeaders upwards(long from, long skip) {
    return new GetBlockHeaders(REQUEST_ID, null, from, 1 + HEADERS_MAX, skip, false);
  }

  /**
   * The node's head, if the headers that came show another one than was known; a {@link
   * dev.windlass.chain.rlp.RlpException} if they are no headers.
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
      // There may be more above.
    } else if (step > 1) {
      search(last(headers).number(), step / SEARCH_FACTOR);
    } else {
      found = found(last(headers), nowMillis);
    }
    pace.looked(nowMillis);
    saidMillis = isSearching() ? saidMillis : askedMillis;
    return found;
  }

  /** What the node has shown so far is known to whoever asks how far behind we are. */
  synchronized void told() {
    lookedMillis = saidMillis;
  }

  /** The node says which number the head has that it named by hash; that head may be an old one. */
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

  /** Nothing stands where the question began, so the head is below. */
  private void searchBelow(GetBlockHeaders question) {
    if (question.fromNumber() > head || question.fromNumber() == 0) {
      return;
    }
    boolean isFirst = question.fromNumber() == head;
    long step = isFirst ? 1 : wider(question.skip() + 1);
    boolean isWhole = step == STEP_MAX || step > head / HEADERS_MAX;
    search(isWhole ? 0 : head - HEADERS_MAX * step, step);
  }

  /** False if enough was asked: the answers of a node may contradict each other without end. */
  private boolean search(long from, long step) {
    if (searchQuestions >= SEARCH_QUESTIONS_MAX) {
      return false;
    }
    searchQuestions++;
    next = upwards(from, step - 1);
    return true;
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
