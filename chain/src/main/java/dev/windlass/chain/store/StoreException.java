package dev.windlass.chain.store;

/** The machine's fault, not a peer's: the store could not do what it was asked. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What went wrong, as far as it decides what to do next. */
  public enum Kind {
    /** Another process has it open. */
    IN_USE,
    /** It holds another chain than the one asked for. */
    OTHER_CHAIN,
    /** Its files do not read back as they were written. */
    DAMAGED,
    /** No room, or no right to write. */
    NOT_WRITABLE,
    /** It was closed. */
    CLOSED,
    /** Anything else that the disk says. */
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
