package dev.windlass.wire.devp2p;

import dev.windlass.wire.devp2p.rlpx.PublicKey;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;

/**
 * Where a node is, and who it must be: {@code enode://KEY@HOST:PORT}, with KEY of 128 hexadecimal
 * digits; a query (such as {@code ?discport=0}) is ignored.
 */
public record Enode(PublicKey id, String host, int port) {
  private static final String SCHEME = "enode";

  public Enode {
    Objects.requireNonNull(id);
    Objects.requireNonNull(host);
    if (port < 1 || port > 0xffff) {
      throw new IllegalArgumentException("port " + port);
    }
  }

  /** Reads one; an IllegalArgumentException that says what is wrong where it is none. */
  public static Enode parse(String text) {
    try {
      URI uri = new URI(text);
      boolean isWhole = uri.getUserInfo() != null && uri.getHost() != null && uri.getPort() > 0;
      if (!SCHEME.equals(uri.getScheme()) || !isWhole) {
        throw new IllegalArgumentException(
            "'" + text + "' is no enode: expected enode://KEY@HOST:PORT");
      }
      return new Enode(PublicKey.fromHex(uri.getUserInfo()), uri.getHost(), uri.getPort());
    } catch (URISyntaxException | RlpxException e) {
      throw new IllegalArgumentException("'" + text + "' is no enode: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return SCHEME + "://" + id.toHex() + "@" + host + ":" + port;
  }
}
