package dev.windlass.node;

/**
 * Thrown if a command cannot do its job. The message is one line that tells the user the reason.
 */
public class JobFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public JobFailedException(String message) {
    super(message);
  }

  public JobFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
