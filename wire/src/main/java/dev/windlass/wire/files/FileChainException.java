package dev.windlass.wire.files;

import java.nio.file.Path;

/**
 * A file is not a valid chain, or cannot be read. The message is one line that names the file, the
 * place and the fault.
 */
public final class FileChainException extends RuntimeException {
  private static final long serialVersionUID = 1;

  FileChainException(Path file, String problem) {
    super(file + ": " + problem);
  }

  FileChainException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }

  /** The same problem, with advice. */
  FileChainException(FileChainException problem, String advice) {
    super(problem.getMessage() + "; " + advice, problem);
  }
}
