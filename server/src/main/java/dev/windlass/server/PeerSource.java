package dev.windlass.server;

import java.nio.file.Path;
import java.util.Objects;

/** Where a peer is found, as the user wrote it. */
public sealed interface PeerSource {

  /** A chain in a file: concatenated RLP, plain or gzip, or an era file. */
  record FilePeer(Path path) implements PeerSource {
    public FilePeer {
      Objects.requireNonNull(path);
    }

    @Override
    public String toString() {
      return "file:" + path;
    }
  }

  /** Reads {@code file:PATH}; anything else is an IllegalArgumentException that says so. */
  static PeerSource parse(String text) {
    String scheme = "file:";
    if (!text.startsWith(scheme) || text.length() == scheme.length()) {
      throw new IllegalArgumentException("'" + text + "' is not a peer: expected file:PATH");
    }
    return new FilePeer(Path.of(text.substring(scheme.length())));
  }
}
