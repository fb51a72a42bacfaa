package dev.windlass.wire.network;

/** A genesis file is not valid. The message is one line with the file, the field and the fault. */
public final class GenesisFileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  GenesisFileException(String problem) {
    super(problem);
  }

  GenesisFileException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
