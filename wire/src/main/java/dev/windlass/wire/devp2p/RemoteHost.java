package dev.windlass.wire.devp2p;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The host at the other end of a connection, by its numeric address. No name is looked up.
 *
 * @param address the numeric address
 */
public record RemoteHost(InetAddress address) {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\\w+)?");
  private static final Pattern WITH_PORT = Pattern.compile("(?:\\[(.*)]|([^:]*)):\\d{1,5}");

  private static final int NETWORK_BYTES = 8;

  /** Reads a numeric address, with or without a port. Empty if the text is none. */
  public static Optional<RemoteHost> of(String text) {
    var withPort = WITH_PORT.matcher(text);
    String host = text;
    if (withPort.matches()) {
      host = withPort.group(1) != null ? withPort.group(1) : withPort.group(2);
    }
    if (!IPV4.matcher(host).matches() && !IPV6.matcher(host).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new RemoteHost(InetAddress.getByName(host)));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Whether it is this machine or in a private network, so that many nodes may share it. */
  public boolean isLocal() {
    return address.isLoopbackAddress()
        || address.isSiteLocalAddress()
        || address.isLinkLocalAddress()
        || isUniqueLocal();
  }

  /** fc00::/7, what RFC 4193 has in place of site-local addresses. */
  private boolean isUniqueLocal() {
    byte[] bytes = address.getAddress();
    return bytes.length > NETWORK_BYTES && (bytes[0] & 0xfe) == 0xfc;
  }

  /**
   * The part of the address that identifies the host. Of an IPv6 address these are the upper 64
   * bits, since one host has all addresses below them.
   */
  public String key() {
    byte[] bytes = address.getAddress();
    return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, NETWORK_BYTES));
  }

  @Override
  public String toString() {
    return address.getHostAddress();
  }
}
