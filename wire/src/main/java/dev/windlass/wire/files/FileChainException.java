package dev.windlass.wire.files;

import java.nio.file.Path;

/**
 * A file is not the chain it should be, or cannot be read: one line that names the file, the place
 * and what is wrong.
 */
public final class FileChainException extends RuntimeException {
  private static final long serialVersionUID = 1;

  FileChainException(Path file, String problem) {
    super(file + ": " + problem);
  }

  FileChainException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }

  /** As another one, with what to do about it. */
  FileChainException(FileChainException problem, String advice) {
    super(problem.getMessage() + "; " + advice, problem);
  }
}
