package dev.windlass.downloader;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.PeerId;
import dev.windlass.chain.Segment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which spans of headers are asked for, wanted again, or there and not linked yet.
 *
 * <p>Owned by {@link HeaderWalk}. A span is named by its topmost number. What is promised and what
 * is there are counted in headers and in bytes.
 */
final class HeaderSpans {
  /** Overdue spans that are remembered; an answer later than that is not used. */
  private static final int OVERDUE_MAX = 256;

  /** What a header is taken to weigh before one was seen. */
  private static final long FIRST_HEADER_BYTES_GUESS = 600;

  private final Map<Long, Span> asked = new HashMap<>();
  private final Map<Long, Span> overdue = new LinkedHashMap<>();
  private final TreeMap<Long, Span> again = new TreeMap<>();
  private final TreeMap<Long, Piece> ready = new TreeMap<>();
  private int readyHeaders;
  private long readyBytes;
  private long headerBytes = FIRST_HEADER_BYTES_GUESS;

  /** Headers from a number downwards, of one peer if it is asked. */
  record Span(long top, int count, PeerId peer, boolean isByHash) {
    Span {
      if (top < Segment.UNNUMBERED || count < 1) {
        throw new IllegalStateException("span of " + count + " from " + top);
      }
    }

    Span(long top, int count) {
      this(top, count, null, false);
    }

    /** What is left below its first headers. */
    Span below(int headers) {
      return new Span(top - headers, count - headers);
    }
  }

  /** Headers that came and are not linked yet. */
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
    overdue.clear();
    again.clear();
    ready.clear();
    readyHeaders = 0;
    readyBytes = 0;
  }

  /** What a header is expected to weigh now. */
  long headerBytes() {
    return headerBytes;
  }

  void ask(long ticket, Span span) {
    again.remove(span.top());
    asked.put(ticket, span);
  }

  /** Closes a request and returns its span; null if it is not known. */
  Span answered(PeerId peer, long ticket) {
    Map<Long, Span> from = asked.containsKey(ticket) ? asked : overdue;
    Span span = from.get(ticket);
    return span != null && span.peer().equals(peer) ? from.remove(ticket) : null;
  }

  /** A request's deadline has passed; null if it is none of these. */
  Span overdue(long ticket) {
    Span span = asked.remove(ticket);
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

  /** Takes back what a peer was asked that is gone. */
  List<Span> gone(PeerId peer) {
    List<Span> gone = new ArrayList<>();
    asked.values().stream().filter(span -> span.peer().equals(peer)).forEach(gone::add);
    asked.values().removeIf(span -> span.peer().equals(peer));
    overdue.values().removeIf(span -> span.peer().equals(peer));
    return gone;
  }

  Collection<Span> asked() {
    return asked.values();
  }

  Map<Long, Span> tickets() {
    return asked;
  }

  boolean isAsked(long top) {
    for (Span span : asked.values()) {
      if (span.top() == top) {
        return true;
      }
    }
    return false;
  }

  boolean isAsked(long top, PeerId peer) {
    for (Span span : asked.values()) {
      if (span.top() == top && span.peer().equals(peer)) {
        return true;
      }
    }
    return false;
  }

  void wantAgain(Span span) {
    if (!isAsked(span.top()) && !ready.containsKey(span.top())) {
      again.put(span.top(), new Span(span.top(), span.count()));
    }
  }

  /** The topmost span that is wanted again, at or below a number; null if there is none. */
  Span nextAgain(long nextNumber) {
    while (!again.isEmpty()) {
      Span span = again.lastEntry().getValue();
      if (span.top() <= nextNumber && !ready.containsKey(span.top())) {
        return span;
      }
      again.remove(span.top());
    }
    return null;
  }

  /** Replaces a span that is wanted again by what is left of it. */
  void takeAgain(Span span, int count) {
    again.remove(span.top());
    if (count < span.count()) {
      wantAgain(span.below(count));
    }
  }

  boolean hasReady(long top) {
    return ready.containsKey(top);
  }

  /** Keeps headers until what stands above them is linked. */
  void add(long top, Piece piece) {
    ready.put(top, piece);
    readyHeaders += piece.headers().size();
    readyBytes += piece.bytes();
    long weight = piece.bytes() / piece.headers().size();
    headerBytes = Math.max(1, (3 * headerBytes + weight) / 4);
  }

  /** Takes out the headers that begin at a number; null if they are not there. */
  Piece take(long top) {
    Piece piece = ready.remove(top);
    if (piece != null) {
      readyHeaders -= piece.headers().size();
      readyBytes -= piece.bytes();
    }
    return piece;
  }

  /** Gives up the headers that will be linked last, to be asked for again; never the topmost. */
  void dropLowest() {
    if (ready.size() > 1) {
      long top = ready.firstKey();
      Piece piece = take(top);
      wantAgain(new Span(top, piece.headers().size()));
    }
  }

  int readyPieces() {
    return ready.size();
  }

  /** Headers that are there, or promised at or below a number. */
  int headers(long nextNumber) {
    int promised = 0;
    for (Span span : asked.values()) {
      // What another peer has answered meanwhile is not waited for.
      promised += span.top() <= nextNumber ? span.count() : 0;
    }
    return promised + readyHeaders;
  }

  /** The same in bytes. */
  long bytes(long nextNumber) {
    return (headers(nextNumber) - readyHeaders) * headerBytes + readyBytes;
  }
}
