package dev.windlass.chain.rlp;

/**
 * Bytes are not the RLP that was expected. It is the only failure of decoding bytes from elsewhere.
 */
public final class RlpException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int offset;
  private final String reason;

  /**
   * @param offset where the fault is, counted from the start of the array that was decoded
   */
  public RlpException(int offset, String message) {
    // Thrown for bytes of untrusted peers, and caught at once. A stack trace would take longer
    // than the decoding before it.
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
