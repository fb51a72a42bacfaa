package dev.windlass.wire.network;

/** A genesis file is not what it should be: one line that says where, what and what is wrong. */
public final class GenesisFileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  GenesisFileException(String problem) {
    super(problem);
  }

  GenesisFileException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
