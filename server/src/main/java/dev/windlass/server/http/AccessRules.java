package dev.windlass.server.http;

import dev.windlass.node.NodeConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Decides which requests may read, and which may change something. Immutable. */
final class AccessRules {
  /** Why a request is refused, in one line. */
  record Refusal(int status, String reason) {}

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final String BEARER = "Bearer ";

  private final boolean allowsEveryName;
  private final Set<String> names;
  private final Optional<byte[]> token;

  AccessRules(NodeConfig.Http config) {
    allowsEveryName = config.hostAllowlist().contains("*");
    names =
        config.hostAllowlist().stream()
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    token = config.token().map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Refuses a request with a foreign host name. Otherwise a web page could point its own name at
   * this machine and read everything. It cannot do so with an address, so addresses pass.
   */
  Optional<Refusal> checkHost(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    if (authority == null) {
      return Optional.of(new Refusal(403, "the request names no host"));
    }
    String host = authority.host().toLowerCase(Locale.ROOT);
    if (allowsEveryName || names.contains(host) || isAddress(host)) {
      return Optional.empty();
    }
    return Optional.of(new Refusal(403, "this host name is not in --host-allowlist"));
  }

  /** Refuses a change that comes from a web page, or from another machine without the token. */
  Optional<Refusal> checkChange(HttpServerRequest request) {
    String origin = request.getHeader("Origin");
    if (origin != null && !isOwnOrigin(origin, request)) {
      return Optional.of(new Refusal(403, "changes are not accepted from web pages"));
    }
    if (isLocal(request) || hasToken(request)) {
      return Optional.empty();
    }
    return Optional.of(
        token.isPresent()
            ? new Refusal(401, "a change from another machine needs Authorization: Bearer TOKEN")
            : new Refusal(
                403,
                "changes are accepted from this machine only, unless --rpc-http-token is set"));
  }

  private boolean hasToken(HttpServerRequest request) {
    String header = request.getHeader("Authorization");
    return token.isPresent()
        && header != null
        && header.startsWith(BEARER)
        // Compares in constant time, so that the time does not reveal the first wrong byte.
        && MessageDigest.isEqual(
            token.get(), header.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Whether the request is from this machine. A proxy on this machine forwards requests from
   * others, with a header that tells so.
   */
  private static boolean isLocal(HttpServerRequest request) {
    if (request.headers().contains("X-Forwarded-For") || request.headers().contains("Forwarded")) {
      return false;
    }
    try {
      // It is an address, so no name is looked up.
      return InetAddress.getByName(request.remoteAddress().hostAddress()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean isOwnOrigin(String origin, HttpServerRequest request) {
    return origin.equals(request.scheme() + "://" + request.authority());
  }

  private static boolean isAddress(String host) {
    return host.startsWith("[") || host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
  }
}
