package dev.windlass.wire.files;

import java.nio.file.Path;

/**
 * A file is not a valid chain, or cannot be read. The message is one line that names the file, the
 * place and the fault.
 */
public final class FileChainException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean isOfDisk;

  FileChainException(Path file, String problem) {
    super(file + ": " + problem);
    isOfDisk = false;
  }

  FileChainException(Path file, String problem, Throwable cause) {
    this(file, problem, cause, false);
  }

  private FileChainException(Path file, String problem, Throwable cause, boolean isOfDisk) {
    super(file + ": " + problem, cause);
    this.isOfDisk = isOfDisk;
  }

  /** The file could not be opened or read, which says nothing about its bytes. */
  static FileChainException ofDisk(Path file, String problem, Throwable cause) {
    return new FileChainException(file, problem, cause, true);
  }

  /** The same problem, with advice. */
  FileChainException(FileChainException problem, String advice) {
    super(problem.getMessage() + "; " + advice, problem);
    isOfDisk = problem.isOfDisk;
  }

  /** Whether this machine could not read the file, so that its bytes may be right. */
  public boolean isOfDisk() {
    return isOfDisk;
  }
}
