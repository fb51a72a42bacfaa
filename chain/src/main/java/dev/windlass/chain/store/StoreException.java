package dev.windlass.chain.store;

/** The store failed. This is the machine's fault, not a peer's. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The kinds of failure that callers handle differently. */
  public enum Kind {
    /** Another process has it open. */
    IN_USE,
    /** It holds a chain other than the one asked for. */
    OTHER_CHAIN,
    /** Its files do not read back as they were written. */
    DAMAGED,
    /** No disk space, or no permission to write. */
    NOT_WRITABLE,
    /** It was closed. */
    CLOSED,
    /** Any other failure of the disk. */
    FAILED
  }

  private final Kind kind;

  public StoreException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
