package dev.windlass.wire.devp2p;

import dev.windlass.wire.devp2p.rlpx.PublicKey;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address and identity of a node: {@code enode://KEY@HOST:PORT}, with KEY of 128 hexadecimal
 * digits. A query (such as {@code ?discport=0}) is ignored.
 */
public record Enode(PublicKey id, String host, int port) {
  /** Not java.net.URI, which does not accept underscores in hosts. Containers often have them. */
  private static final Pattern FORM =
      Pattern.compile(
          "enode://(?<key>[^@]*)@(?:\\[(?<v6>[0-9a-fA-F:.%\\w]+)]|(?<name>[^\\s:/?#@\\[\\]]+))"
              + ":(?<port>\\d{1,5})/?(?:\\?.*)?");

  public Enode {
    Objects.requireNonNull(id);
    Objects.requireNonNull(host);
    if (port < 1 || port > 0xffff) {
      throw new IllegalArgumentException("port " + port);
    }
  }

  /**
   * Reads an enode.
   *
   * @throws IllegalArgumentException with the reason, if the text is not an enode
   */
  public static Enode parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no enode: expected enode://KEY@HOST:PORT");
    }
    String host = parts.group("v6") != null ? parts.group("v6") : parts.group("name");
    try {
      return new Enode(
          PublicKey.fromHex(parts.group("key")), host, Integer.parseInt(parts.group("port")));
    } catch (RlpxException | IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is no enode: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return "enode://" + id.toHex() + "@" + shown + ":" + port;
  }
}
