package dev.windlass.chain.exchange;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.LocateHeaders.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Brings a client's headers up to the tip of a server, one question after the other.
 *
 * <p>Pure, with one owner. The new branch is kept in memory until it is longer than the old one or
 * is complete. Until then the client's headers are not changed. So a server that lies, or stops
 * answering, costs the client no header. The client proves each link. Which branch is canonical is
 * a claim of the server.
 */
public final class HeaderCatchUp {
  /**
   * Questions that may pass while no header is added. The search for the common block takes six at
   * most, and reorgs may repeat it.
   */
  private static final int QUESTIONS_MIN = 64;

  /** Questions that may pass for each replaced header: 2 MiB hold more than 100 headers. */
  private static final int HEADERS_PER_QUESTION_MIN = 100;

  private static final int NONE = -1;

  private final OwnHeaders own;

  /** The number up to which the client's own headers are not replaced. */
  private long kept;

  /** Headers that replace the client's own ones above {@link #kept}. */
  private List<BlockHeader> branch = new ArrayList<>();

  /** The newest known number at which both chains have the same block. */
  private long common = NONE;

  /** The lowest known number above it at which they do not. */
  private long unknown;

  /** The number of the server's tip at the first answer, so that the end does not move away. */
  private long target = NONE;

  private List<Long> asked = List.of();
  private int questions;
  private int questionsSinceGain;
  private long added;
  private boolean isDone;

  public HeaderCatchUp(OwnHeaders own) {
    this.own = own;
    kept = own.tip().number();
    unknown = kept + 1;
  }

  /** Whether the client has all headers up to the tip that the server had. */
  public boolean isDone() {
    return isDone;
  }

  /** How many questions were asked. */
  public int questions() {
    return questions;
  }

  /** How many headers were added to the client's. */
  public long added() {
    return added;
  }

  private long tipNumber() {
    return kept + branch.size();
  }

  private Hash hashAt(long number) {
    return number <= kept ? own.hashAt(number) : branch.get((int) (number - kept - 1)).hash();
  }

  private boolean has(BlockId id) {
    return id.number() >= own.lowest().number()
        && id.number() <= tipNumber()
        && hashAt(id.number()).equals(id.hash());
  }

  /** The next question. */
  public LocateHeaders question() {
    long lowest = own.lowest().number();
    boolean isBetween = common != NONE && common < tipNumber();
    asked =
        isBetween ? Locator.between(lowest, common, unknown) : Locator.heights(lowest, tipNumber());
    questions++;
    questionsSinceGain++;
    return new LocateHeaders(
        asked.stream().map(height -> new Entry(hashAt(height), OptionalLong.of(height))).toList(),
        Optional.empty());
  }

  /** Takes the answer to the last question. Returns the server's fault, if it has one. */
  public Optional<String> take(LocatedHeaders answer) {
    if (target == NONE) {
      target = answer.tip().number();
    }
    Optional<String> fault = answer.headers().isEmpty() ? takeNothing(answer) : takeHeaders(answer);
    if (fault.isPresent()) {
      return fault;
    }
    commit();
    long replaced = own.tip().number() - kept;
    return !isDone && questionsSinceGain > QUESTIONS_MIN + replaced / HEADERS_PER_QUESTION_MIN
        ? Optional.of("its answers do not lead to its tip, block " + answer.tip())
        : Optional.empty();
  }

  private Optional<String> takeNothing(LocatedHeaders answer) {
    isDone = has(answer.tip());
    return isDone
        ? Optional.empty()
        : Optional.of("it sends no headers, but its tip is block " + answer.tip());
  }

  private Optional<String> takeHeaders(LocatedHeaders answer) {
    List<BlockHeader> headers = answer.headers();
    Optional<String> fault = faultOf(answer);
    if (fault.isPresent()) {
      return fault;
    }
    long below = headers.get(0).number() - 1;
    int alike = 0;
    while (alike < headers.size() && has(headers.get(alike).id())) {
      alike++;
    }
    common = below + alike;
    unknown =
        asked.stream().filter(height -> height > common).min(Long::compare).orElse(tipNumber() + 1);
    boolean isAtTip = headers.get(headers.size() - 1).id().equals(answer.tip());
    if (alike == headers.size()) {
      // The server may be behind. Then its whole chain is a part of the client's.
      isDone = isAtTip;
    } else {
      replaceBranchAbove(common, headers.subList(alike, headers.size()));
      isDone = isAtTip || tipNumber() >= target;
    }
    return Optional.empty();
  }

  private Optional<String> faultOf(LocatedHeaders answer) {
    List<BlockHeader> headers = answer.headers();
    if (headers.size() > LocateHeaders.HEADERS_MAX) {
      return Optional.of(
          "it sends " + headers.size() + " headers, more than " + LocateHeaders.HEADERS_MAX);
    }
    BlockHeader first = headers.get(0);
    if (first.number() == 0 || !has(new BlockId(first.number() - 1, first.parentHash()))) {
      return Optional.of(
          String.format(
              "its chain, from block %d to %d, joins none of the headers from %d to %d here: its"
                  + " header %s follows block %s",
              answer.lowest().number(),
              answer.tip().number(),
              own.lowest().number(),
              tipNumber(),
              first,
              first.parentHash()));
    }
    BlockHeader last = headers.get(headers.size() - 1);
    if (last.number() >= answer.tip().number() && !last.id().equals(answer.tip())) {
      return Optional.of("its tip is block " + answer.tip() + ", but its headers end with " + last);
    }
    for (int i = 1; i < headers.size(); i++) {
      BlockHeader header = headers.get(i);
      BlockHeader parent = headers.get(i - 1);
      if (!header.parentHash().equals(parent.hash()) || header.number() != parent.number() + 1) {
        return Optional.of("its header " + header + " does not follow its header " + parent);
      }
    }
    return Optional.empty();
  }

  private void replaceBranchAbove(long number, List<BlockHeader> headers) {
    if (number <= kept) {
      kept = number;
      branch = new ArrayList<>();
    } else {
      branch = new ArrayList<>(branch.subList(0, (int) (number - kept)));
    }
    branch.addAll(headers);
    common = tipNumber();
    unknown = common + 1;
  }

  /** Hands the branch over once it is longer than the client's headers, or is complete. */
  private void commit() {
    boolean isLonger = tipNumber() > own.tip().number();
    if (!branch.isEmpty() && (isDone || isLonger)) {
      long tip = tipNumber();
      own.replaceAbove(kept, branch);
      added += branch.size();
      kept = tip;
      branch = new ArrayList<>();
      questionsSinceGain = 0;
    }
  }
}
