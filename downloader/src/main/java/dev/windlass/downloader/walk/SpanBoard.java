package dev.windlass.downloader.walk;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The spans of headers that are asked for, and those that have come and are not linked yet. All
 * other spans are missing.
 *
 * <p>Owned by {@link HeaderWalk}. Spans may overlap, since two peers may be asked for the same
 * headers, and answers may be short. Promised headers and headers that have come are counted by
 * number and by bytes.
 */
final class SpanBoard {
  /** Overdue spans that are remembered, since their answers may still come. */
  private static final int OVERDUE_MAX = 256;

  /** The expected size of a header before one has come. */
  private static final long FIRST_HEADER_BYTES_GUESS = 600;

  /** Servers end an answer once it has reached 2 MiB. */
  private static final long ANSWER_BYTES = 2 << 20;

  private final Map<Long, Span> asked = new HashMap<>();
  private final Map<Long, Span> late = new HashMap<>();
  private final Map<Long, Span> overdue = new LinkedHashMap<>();
  private final TreeMap<Long, Piece> ready = new TreeMap<>();
  private int readyHeaders;
  private long readyBytes;
  private long headerBytes = FIRST_HEADER_BYTES_GUESS;

  /** Whether a header of this chain has come, so that the expected size is measured. */
  private boolean isWeightKnown;

  /** Headers from a number downwards. It has a peer if one is asked for it. */
  record Span(long top, int count, PeerId peer, boolean isByHash) {
    Span {
      if (top < Head.NUMBER_UNKNOWN || count < 1) {
        throw new IllegalStateException("span of " + count + " from " + top);
      }
    }

    Span(long top, int count) {
      this(top, count, null, false);
    }

    long bottom() {
      return top - count + 1;
    }

    boolean covers(long number) {
      return number <= top && number >= bottom();
    }
  }

  /** Headers that have come and are not linked yet. */
  record Piece(PeerId peer, List<BlockHeader> headers, long bytes) {
    static Piece of(PeerId peer, List<BlockHeader> headers) {
      long bytes = 0;
      for (BlockHeader header : headers) {
        bytes += header.size();
      }
      return new Piece(peer, headers, bytes);
    }
  }

  void clear() {
    asked.clear();
    late.clear();
    overdue.clear();
    ready.clear();
    readyHeaders = 0;
    readyBytes = 0;
  }

  /** The expected size of a header. */
  long headerBytes() {
    return headerBytes;
  }

  void ask(long ticket, Span span) {
    asked.put(ticket, span);
  }

  /** Closes a request and returns its span. Null if the request is not known. */
  Span answered(PeerId peer, long ticket) {
    for (Map<Long, Span> from : List.of(asked, late, overdue)) {
      Span span = from.get(ticket);
      if (span != null) {
        return span.peer().equals(peer) ? from.remove(ticket) : null;
      }
    }
    return null;
  }

  /** Lets the span of a late answer be missing. If the answer comes, it is used. */
  void release(long ticket) {
    Span span = asked.remove(ticket);
    if (span != null) {
      late.put(ticket, span);
    }
  }

  /** Whether a peer owes a late answer whose span was released. */
  boolean owesLate(PeerId peer) {
    return late.values().stream().anyMatch(span -> span.peer().equals(peer));
  }

  /** Marks a request as overdue and returns its span. Null if the request is not known. */
  Span overdue(long ticket) {
    Span released = late.remove(ticket);
    Span span = released == null ? asked.remove(ticket) : released;
    if (span != null) {
      overdue.put(ticket, span);
      if (overdue.size() > OVERDUE_MAX) {
        Iterator<Long> oldest = overdue.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
    }
    return span;
  }

  /** Forgets the requests of a peer that has gone. */
  void gone(PeerId peer) {
    asked.values().removeIf(span -> span.peer().equals(peer));
    late.values().removeIf(span -> span.peer().equals(peer));
    overdue.values().removeIf(span -> span.peer().equals(peer));
  }

  Collection<Span> asked() {
    return asked.values();
  }

  Map<Long, Span> tickets() {
    return asked;
  }

  boolean isAsked(long number, PeerId peer) {
    for (Span span : asked.values()) {
      if (span.covers(number) && span.peer().equals(peer)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The topmost missing span. Null if there is none.
   *
   * @param from the highest number that it may hold
   * @param bottom the lowest number that it may hold
   * @param countMax how many headers it may hold
   */
  Span missing(long from, long bottom, int countMax) {
    long top = from;
    long next = -1;
    for (Span span : topmostFirst()) {
      if (span.top() < top) {
        next = span.top();
        break;
      }
      top = Math.min(top, span.bottom() - 1);
    }
    if (top < bottom) {
      return null;
    }
    long end = Math.max(bottom, next + 1);
    return new Span(top, (int) Math.min(countMax, top - end + 1));
  }

  /** All that is asked for or has come. */
  private List<Span> topmostFirst() {
    List<Span> spans = new ArrayList<>(asked.size() + ready.size());
    spans.addAll(asked.values());
    ready.forEach((top, piece) -> spans.add(new Span(top, piece.headers().size())));
    spans.sort(Comparator.comparingLong(Span::top).reversed());
    return spans;
  }

  /**
   * The top of the lowest span that is asked for or has come. Long.MAX_VALUE - 1 if there is none.
   */
  long lowestTop() {
    long lowest = ready.isEmpty() ? Long.MAX_VALUE - 1 : ready.firstKey();
    for (Span span : asked.values()) {
      // The number of the anchor is not known while it is asked for.
      lowest = span.top() < 0 ? lowest : Math.min(lowest, span.top());
    }
    return lowest;
  }

  /** Keeps headers until those above them are linked. */
  void add(long top, Piece piece) {
    Piece before = ready.get(top);
    if (before != null && before.headers().size() >= piece.headers().size()) {
      return;
    }
    take(before, top);
    ready.put(top, piece);
    readyHeaders += piece.headers().size();
    readyBytes += piece.bytes();
    long weight = piece.bytes() / piece.headers().size();
    headerBytes = Math.max(1, (3 * headerBytes + weight) / 4);
    isWeightKnown = true;
  }

  /** Removes and returns the headers from a number downwards. Null if they have not come. */
  Piece take(long number) {
    Map.Entry<Long, Piece> highest = ready.lastEntry();
    while (highest != null && highest.getKey() >= number) {
      Piece piece = highest.getValue();
      take(piece, highest.getKey());
      int linked = (int) Math.min(piece.headers().size(), highest.getKey() - number);
      if (linked == 0) {
        return piece;
      }
      if (linked < piece.headers().size()) {
        add(
            number,
            Piece.of(piece.peer(), piece.headers().subList(linked, piece.headers().size())));
      }
      highest = ready.lastEntry();
    }
    return null;
  }

  private void take(Piece piece, long top) {
    if (piece != null) {
      ready.remove(top);
      readyHeaders -= piece.headers().size();
      readyBytes -= piece.bytes();
    }
  }

  /** Drops the headers that would be linked last. */
  void dropLowest() {
    take(ready.firstEntry().getValue(), ready.firstKey());
  }

  int readyPieces() {
    return ready.size();
  }

  long readyBytes() {
    return readyBytes;
  }

  /** Headers that have come, or are promised at or below a number. */
  int headers(long nextNumber) {
    int promised = 0;
    for (Span span : asked.values()) {
      // Headers above the number have come from another peer.
      promised += (int) Math.max(0, Math.min(nextNumber, span.top()) - span.bottom() + 1);
    }
    return promised + readyHeaders;
  }

  /**
   * The same in bytes. Until the size of a header is measured, each answer counts with the largest
   * usual size.
   */
  long bytes(long nextNumber) {
    long expected = (headers(nextNumber) - readyHeaders) * headerBytes;
    long least = isWeightKnown ? 0 : asked.size() * ANSWER_BYTES;
    return Math.max(expected, least) + readyBytes;
  }
}
