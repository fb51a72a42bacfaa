package dev.windlass.node;

import dev.windlass.wire.devp2p.Enode;
import java.nio.file.Path;
import java.util.Objects;

/** A peer as the user named it. */
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

  /**
   * A node of the network.
   *
   * @param isTrusted whether it is never banned
   */
  record NodePeer(Enode enode, boolean isTrusted) implements PeerSource {
    public NodePeer {
      Objects.requireNonNull(enode);
    }

    /** A node that is not trusted. */
    public NodePeer(Enode enode) {
      this(enode, false);
    }

    @Override
    public String toString() {
      return enode.toString();
    }
  }

  /**
   * Parses {@code file:PATH} or {@code enode://KEY@HOST:PORT}. Throws an IllegalArgumentException
   * if it is neither.
   */
  static PeerSource parse(String text) {
    if (text.startsWith("enode:")) {
      return new NodePeer(Enode.parse(text));
    }
    String scheme = "file:";
    if (!text.startsWith(scheme) || text.length() == scheme.length()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a peer: expected file:PATH or enode://KEY@HOST:PORT");
    }
    return new FilePeer(Path.of(text.substring(scheme.length())));
  }
}
