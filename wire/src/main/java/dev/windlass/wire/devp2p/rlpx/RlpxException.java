package dev.windlass.wire.devp2p.rlpx;

/** The other end has broken a rule of RLPx. No more bytes can be read from it. */
public final class RlpxException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RlpxException(String message) {
    super(message);
  }

  public RlpxException(String message, Throwable cause) {
    super(message, cause);
  }
}
