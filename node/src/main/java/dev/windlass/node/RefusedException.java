package dev.windlass.node;

/** Thrown if a head was refused. It is not tried again. */
final class RefusedException extends JobFailedException {
  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message);
  }
}
