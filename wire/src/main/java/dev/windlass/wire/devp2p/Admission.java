package dev.windlass.wire.devp2p;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which nodes may connect. It bounds connections in total and for each address, so that one
 * untrusted peer can neither take every slot nor force handshakes without end.
 *
 * <p>Owned by its listener's context. An IPv6 address counts by its upper 64 bits, since one host
 * has all addresses below them. Reads no clock.
 */
final class Admission {
  /** Recent addresses that are remembered. The oldest one is forgotten first. */
  private static final int REMEMBERED_MAX = 4_096;

  private static final int NETWORK_BYTES = 8;

  private final InboundLimits limits;
  private final Map<String, Integer> inside = new HashMap<>();
  private final Map<String, Long> cameNanos = new LinkedHashMap<>();
  private int connections;

  Admission(InboundLimits limits) {
    this.limits = limits;
  }

  /**
   * Admits a connection, until {@link #leave}.
   *
   * @param host a numeric address
   * @return the reason, if it is refused
   */
  Optional<String> enter(String host, long nowNanos) {
    if (connections >= limits.connectionsMax()) {
      return Optional.of(connections + " are connected already");
    }
    InetAddress address = address(host);
    String key = key(address);
    if (!limits.exemptsLocal() || !isLocal(address)) {
      int there = inside.getOrDefault(key, 0);
      if (there >= limits.perAddressMax()) {
        return Optional.of(there + " are connected from this address already");
      }
      if (!remember(key, nowNanos)) {
        return Optional.of(
            "the address connected less than " + limits.againMillisMin() + " ms ago");
      }
    }
    inside.merge(key, 1, Integer::sum);
    connections++;
    return Optional.empty();
  }

  void leave(String host) {
    connections--;
    inside.computeIfPresent(key(address(host)), (key, count) -> count == 1 ? null : count - 1);
  }

  /**
   * Notes that an address has connected. Returns false, and notes nothing, if it did so shortly
   * before.
   */
  private boolean remember(String key, long nowNanos) {
    long againNanos = limits.againMillisMin() * 1_000_000;
    Iterator<Long> oldestFirst = cameNanos.values().iterator();
    while (oldestFirst.hasNext() && nowNanos - oldestFirst.next() >= againNanos) {
      oldestFirst.remove();
    }
    if (cameNanos.containsKey(key)) {
      return false;
    }
    cameNanos.put(key, nowNanos);
    if (cameNanos.size() > REMEMBERED_MAX) {
      Iterator<String> oldest = cameNanos.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return true;
  }

  private static InetAddress address(String host) {
    try {
      // The host is numeric, so this does no DNS look-up.
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("no address: " + host, e);
    }
  }

  private static boolean isLocal(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isSiteLocalAddress()
        || address.isLinkLocalAddress()
        || isUniqueLocal(address);
  }

  /** fc00::/7, what RFC 4193 has in place of site-local addresses. */
  private static boolean isUniqueLocal(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length > NETWORK_BYTES && (bytes[0] & 0xfe) == 0xfc;
  }

  private static String key(InetAddress address) {
    byte[] bytes = address.getAddress();
    return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, NETWORK_BYTES));
  }
}
