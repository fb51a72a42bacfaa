package dev.windlass.wire.jsonrpc;

import dev.windlass.wire.devp2p.Address;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a JSON-RPC node, over HTTP or WebSocket.
 *
 * <p>Providers put keys into paths, and users put passwords before hosts. So its text, which stands
 * in logs, metrics and answers, names only scheme, host and port.
 */
public final class RpcUrl {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** URI gives no host for a name with an underscore, as a service of Compose may have. */
  private static final Pattern AUTHORITY =
      Pattern.compile(
          "(?:(?<user>[^@]*)@)?(?<host>\\[[^\\]]+]|[^:@\\[\\]]+)(?::(?<port>\\d{1,5}))?");

  private final String scheme;
  private static final Pattern LOOPBACK = Pattern.compile("(?i)localhost|127(\\.\\d{1,3}){3}|::1");

  private final String host;
  private final int port;
  private final String target;
  private final Optional<String> authorization;

  private RpcUrl(URI uri, Matcher authority) {
    scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    host = authority.group("host");
    String portText = authority.group("port");
    port = portText != null ? Integer.parseInt(portText) : isSecure() ? HTTPS_PORT : HTTP_PORT;
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    authorization = Optional.ofNullable(authority.group("user")).map(RpcUrl::basic);
  }

  private RpcUrl(RpcUrl of, String scheme, Optional<String> authorization) {
    this.scheme = scheme;
    host = of.host;
    port = of.port;
    target = of.target;
    this.authorization = authorization;
  }

  private static String basic(String user) {
    String plain = URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8);
    byte[] bytes = plain.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  /** Whether a text begins like such an address. */
  public static boolean isLike(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.matches("(https?|wss?)://.*");
  }

  /**
   * Parses {@code http://HOST:PORT/PATH} and the like, also {@code https}, {@code ws} and {@code
   * wss}.
   *
   * @throws IllegalArgumentException without the text, which may hold a key
   */
  public static RpcUrl parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      // The cause would hold the text.
      throw new IllegalArgumentException(
          "a JSON-RPC node is http://HOST:PORT or ws://HOST:PORT: character "
              + (e.getIndex() + 1)
              + " of this one is wrong");
    }
    String authorityText = uri.getRawAuthority();
    Matcher authority = AUTHORITY.matcher(authorityText == null ? "" : authorityText);
    boolean isWhole = isLike(text) && authority.matches();
    if (!isWhole || isTooHigh(authority.group("port"))) {
      throw new IllegalArgumentException(
          "a JSON-RPC node is http://HOST:PORT or ws://HOST:PORT, and this one has no host, or its"
              + " port is no port");
    }
    return new RpcUrl(uri, authority);
  }

  private static boolean isTooHigh(String port) {
    return port != null && Integer.parseInt(port) > 0xffff;
  }

  public boolean isWebSocket() {
    return scheme.startsWith("ws");
  }

  public boolean isSecure() {
    return scheme.equals("https") || scheme.equals("wss");
  }

  public String host() {
    // Of an IPv6 address the brackets stand in the text only.
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  public int port() {
    return port;
  }

  /** Path and query. */
  public String target() {
    return target;
  }

  /** The value of the header of this name, from a token, or from what stands before the host. */
  public Optional<String> authorization() {
    return authorization;
  }

  /** A POST of JSON to it, with its credentials. */
  public RequestOptions post() {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(host())
            .setPort(port())
            .setSsl(isSecure())
            .setURI(target())
            .putHeader("content-type", "application/json");
    authorization.ifPresent(value -> options.putHeader("authorization", value));
    return options;
  }

  public boolean isAuthorized() {
    return authorization.isPresent();
  }

  /** The same address, with a token of RFC 6750 in place of a user and password. */
  public RpcUrl withBearer(String token) {
    return new RpcUrl(this, scheme, Optional.of("Bearer " + token));
  }

  /** The same node over HTTP. One node may answer over HTTP and WebSocket on one port. */
  RpcUrl overHttp() {
    return new RpcUrl(this, isSecure() ? "https" : "http", authorization);
  }

  /**
   * Whether both addresses lead to one node: they have the same host, port and path. The scheme,
   * the query and what stands before the host do not tell nodes apart.
   */
  public boolean isSameNode(RpcUrl that) {
    return address().equalsIgnoreCase(that.address()) && path().equals(that.path());
  }

  private String path() {
    return target.split("\\?", 2)[0];
  }

  /** Whether its host is written as one that is this machine. Names are not looked up. */
  boolean isLoopback() {
    return LOOPBACK.matcher(host()).matches();
  }

  /** Whether this is its host, or its host and port. */
  public boolean isAt(String place) {
    return place.equalsIgnoreCase(address())
        || place.equalsIgnoreCase(host)
        || place.equalsIgnoreCase(host());
  }

  /** Host and port. */
  public String address() {
    return Address.of(host(), port);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RpcUrl that
        && scheme.equals(that.scheme)
        && address().equals(that.address())
        && target.equals(that.target)
        && authorization.equals(that.authorization);
  }

  @Override
  public int hashCode() {
    return address().hashCode();
  }

  /** Without user, password, path and query. */
  @Override
  public String toString() {
    return scheme + "://" + address();
  }
}
