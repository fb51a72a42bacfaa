package dev.windlass.wire.mirror;

import dev.windlass.wire.jsonrpc.RpcUrl;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The address of a folder of era files, {@code era+https://HOST:PORT/PATH/}.
 *
 * <p>A path may hold a key, and users put passwords before hosts. So its text, which stands in
 * logs, metrics and answers, names only scheme, host and port.
 */
public final class MirrorUrl {
  private static final String PREFIX = "era+";
  private static final String FORM = "an era mirror is era+https://HOST/PATH/";

  private final RpcUrl url;
  private final String folder;

  private MirrorUrl(RpcUrl url, String folder) {
    this.url = url;
    this.folder = folder;
  }

  /** Whether a text begins like such an address. */
  public static boolean isLike(String text) {
    return text.toLowerCase(Locale.ROOT).startsWith(PREFIX);
  }

  /**
   * Parses {@code era+http://HOST:PORT/PATH/} or {@code era+https://...}. A slash at the end may be
   * left out.
   *
   * @throws IllegalArgumentException without the text, which may hold a key
   */
  public static MirrorUrl parse(String text) {
    String rest = isLike(text) ? text.substring(PREFIX.length()) : "";
    String lower = rest.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
      throw new IllegalArgumentException(FORM + ", also with http");
    }
    if (rest.indexOf('?') >= 0 || rest.indexOf('#') >= 0) {
      throw new IllegalArgumentException(FORM + ", and this one has more behind its path");
    }
    RpcUrl url;
    try {
      url = RpcUrl.parse(rest);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          FORM + ", and this one has no host, or a part that no address may have");
    }
    String target = url.target();
    return new MirrorUrl(url, target.endsWith("/") ? target : target + "/");
  }

  boolean isSecure() {
    return url.isSecure();
  }

  String host() {
    return url.host();
  }

  int port() {
    return url.port();
  }

  /** The path of the folder, with a slash at its end. */
  String folder() {
    return folder;
  }

  Optional<String> authorization() {
    return url.authorization();
  }

  /** Host and port. */
  public String address() {
    return url.address();
  }

  /** Names the folder too, so that each mirror has its own place on the disk. Not for logs. */
  public String placeText() {
    return this + folder;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MirrorUrl that
        && toString().equals(that.toString())
        && folder.equals(that.folder)
        && authorization().equals(that.authorization());
  }

  @Override
  public int hashCode() {
    return Objects.hash(toString(), folder);
  }

  /** Without user, password and path. */
  @Override
  public String toString() {
    return PREFIX + url;
  }
}
