package dev.windlass.wire.jsonrpc;

import java.util.Objects;

/** A JSON-RPC node has not answered a batch. None of the kinds is a sign of a lie. */
public final class RpcFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Kind {
    /** HTTP 429 or 503, or -32005, also inside an answer. Asked again later. */
    RATE_LIMITED,
    /** HTTP 413, -32600, -32002 or -32003. Asked again for less. */
    TOO_LARGE,
    /** HTTP 402. The node is left alone for long. */
    QUOTA_USED_UP,
    /** HTTP 401, 403 or 404. The operator has to mend the address. */
    REFUSED,
    /** No connection, an early end, another status of HTTP, or what is no JSON-RPC. */
    BROKEN
  }

  private final Kind kind;
  private final long retryAfterMillis;

  RpcFailure(Kind kind, String message) {
    this(kind, message, 0);
  }

  /**
   * @param retryAfterMillis as the node says; 0 if it does not
   */
  RpcFailure(Kind kind, String message, long retryAfterMillis) {
    super(message, null, false, false);
    this.kind = Objects.requireNonNull(kind);
    this.retryAfterMillis = retryAfterMillis;
  }

  public Kind kind() {
    return kind;
  }

  long retryAfterMillis() {
    return retryAfterMillis;
  }
}
