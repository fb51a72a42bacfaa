package dev.windlass.wire.devp2p.rlpx;

/** The other end does not keep to the transport's rules: nothing more can be read from it. */
public final class RlpxException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RlpxException(String message) {
    super(message);
  }

  public RlpxException(String message, Throwable cause) {
    super(message, cause);
  }
}
