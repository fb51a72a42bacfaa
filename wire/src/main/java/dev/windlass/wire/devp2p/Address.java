package dev.windlass.wire.devp2p;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A host and a port as they are written together; an IPv6 address stands in brackets then. */
public final class Address {
  private Address() {}

  /** Writes them together, as in a URL. */
  public static String of(String host, int port) {
    boolean isBare = host.contains(":") && !host.startsWith("[");
    return (isBare ? "[" + host + "]" : host) + ":" + port;
  }

  /** The address to tell others of what listens on a host: nobody reaches all addresses at once. */
  public static String told(String host) {
    if (reached(host).equals(host)) {
      return host;
    }
    try {
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException e) {
      return reached(host);
    }
  }

  /** Where on this machine what listens on a host is reached. */
  public static String reached(String host) {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::", "[::]" -> "::1";
      default -> host;
    };
  }
}
