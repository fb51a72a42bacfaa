package dev.windlass.node;

/** A head was refused: it is synced neither now nor later. */
final class RefusedException extends JobFailedException {
  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message);
  }
}
