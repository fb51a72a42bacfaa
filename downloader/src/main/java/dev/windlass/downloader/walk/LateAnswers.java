package dev.windlass.downloader.walk;

import dev.windlass.downloader.CoreState;
import dev.windlass.peerset.Request;
import java.util.List;
import java.util.Map;

/** Tells which answers to a walk by headers are late. Owned by {@link HeaderWalk}. */
final class LateAnswers {
  /** The anchor's header is small and all else waits for it, so a copy costs less than to wait. */
  private static final long ANCHOR_NANOS_MAX = 250_000_000L;

  private final CoreState context;
  private final SpanBoard spans;

  LateAnswers(CoreState context, SpanBoard spans) {
    this.context = context;
    this.spans = spans;
  }

  List<Request> openRequests() {
    return spans.tickets().keySet().stream()
        .flatMap(ticket -> context.peers.request(ticket).stream())
        .toList();
  }

  /** The newest request for the topmost span, which becomes late last. */
  Request frontier(long nextNumber) {
    Request newest = null;
    for (Map.Entry<Long, SpanBoard.Span> entry : spans.tickets().entrySet()) {
      if (entry.getValue().covers(nextNumber)) {
        Request request = context.peers.request(entry.getKey()).orElse(null);
        if (request != null && (newest == null || request.ticket() > newest.ticket())) {
          newest = request;
        }
      }
    }
    return newest;
  }

  boolean isLate(Request request) {
    return context.nowNanos >= lateAt(request);
  }

  /** The answers of a peer that is outpaced are late as soon as those of the others would be. */
  long lateAt(Request request) {
    long late =
        isOutpaced(request)
            ? request.sentNanos() + context.peers.lateNanos()
            : context.peers.lateAtNanos(request);
    return isAnchor(request) ? Math.min(late, request.sentNanos() + ANCHOR_NANOS_MAX) : late;
  }

  private boolean isAnchor(Request request) {
    SpanBoard.Span span = spans.tickets().get(request.ticket());
    return span != null && span.top() < 0;
  }

  /** When other peers are asked for a span below the topmost one. */
  long releasedAt(Request request) {
    return isOutpaced(request) ? lateAt(request) : context.peers.lateOnTypicalLineNanos(request);
  }

  private boolean isOutpaced(Request request) {
    return context.peers.peer(request.peer()).filter(context.peers::isOutpaced).isPresent();
  }

  /** When the next answer becomes late, Long.MAX_VALUE if none does. */
  long nextNanos() {
    long next = Long.MAX_VALUE;
    for (Request request : openRequests()) {
      for (long at : List.of(lateAt(request), releasedAt(request))) {
        next = at > context.nowNanos ? Math.min(next, at) : next;
      }
    }
    return next;
  }
}
