package dev.windlass.node;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.jsonrpc.RpcUrl;
import dev.windlass.wire.mirror.MirrorUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A peer as the user named it. */
public sealed interface PeerSource {
  /** Stands before a peer that is asked before others. */
  String PREFERRED = "preferred+";

  /** What the node calls the peer. Several folders of one host have a mark behind it. */
  PeerId id();

  /**
   * A chain in a file: concatenated RLP, plain or gzip, or an era file. It may also be a folder of
   * era files.
   */
  record FilePeer(Path path) implements PeerSource {
    public FilePeer {
      Objects.requireNonNull(path);
    }

    /** Whether it is a folder, as long as that is there. */
    public boolean isFolder() {
      return Files.isDirectory(path);
    }

    @Override
    public PeerId id() {
      return PeerId.of(toString());
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
    public PeerId id() {
      return PeerId.of("enode:" + enode.id());
    }

    @Override
    public String toString() {
      return enode.toString();
    }
  }

  /** A node that answers JSON-RPC. Its text hides keys and passwords. */
  record RpcPeer(RpcUrl url) implements PeerSource {
    public RpcPeer {
      Objects.requireNonNull(url);
    }

    @Override
    public PeerId id() {
      return PeerId.of(url.toString());
    }

    @Override
    public String toString() {
      return url.toString();
    }
  }

  /** A folder of era files behind a web server. Its text hides keys and passwords. */
  record MirrorPeer(MirrorUrl url) implements PeerSource {
    public MirrorPeer {
      Objects.requireNonNull(url);
    }

    @Override
    public PeerId id() {
      return PeerId.of(url.toString());
    }

    @Override
    public String toString() {
      return url.toString();
    }
  }

  /** A peer that is asked before others. */
  record Preferred(PeerSource peer) implements PeerSource {
    public Preferred {
      Objects.requireNonNull(peer);
    }

    @Override
    public PeerId id() {
      return peer.id();
    }

    @Override
    public String toString() {
      return PREFERRED + peer;
    }
  }

  /**
   * Parses {@code file:PATH}, {@code enode://KEY@HOST:PORT}, {@code http://HOST:PORT} and the like,
   * or {@code era+https://HOST/PATH/}, each of which may have {@code preferred+} before it. Throws
   * an IllegalArgumentException if it is none of them.
   */
  static PeerSource parse(String text) {
    return text.startsWith(PREFERRED)
        ? new Preferred(named(text.substring(PREFERRED.length())))
        : named(text);
  }

  private static PeerSource named(String text) {
    if (text.startsWith("enode:")) {
      return new NodePeer(Enode.parse(text));
    }
    if (MirrorUrl.isLike(text)) {
      return new MirrorPeer(MirrorUrl.parse(text));
    }
    if (RpcUrl.isLike(text)) {
      return new RpcPeer(RpcUrl.parse(text));
    }
    String scheme = "file:";
    if (!text.startsWith(scheme) || text.length() == scheme.length()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a peer: expected file:PATH, enode://KEY@HOST:PORT, http://HOST:PORT or"
              + " era+https://HOST/PATH/");
    }
    return new FilePeer(Path.of(text.substring(scheme.length())));
  }
}
