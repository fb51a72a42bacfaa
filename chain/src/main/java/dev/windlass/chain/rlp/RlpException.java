package dev.windlass.chain.rlp;

/**
 * These bytes are not the RLP they should be: the only failure of decoding bytes that others sent.
 */
public final class RlpException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int offset;
  private final String reason;

  /**
   * @param offset where the fault is, counted from the start of the array that was decoded
   */
  public RlpException(int offset, String message) {
    // Thrown for what untrusted peers send, and caught at once: a stack trace would cost more than
    // all
    // the decoding before it.
    super("byte " + offset + ": " + message, null, false, false);
    this.offset = offset;
    this.reason = message;
  }

  public int offset() {
    return offset;
  }

  /** What is wrong, without the offset. */
  public String reason() {
    return reason;
  }
}
