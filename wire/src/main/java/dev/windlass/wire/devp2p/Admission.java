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
 * Decides who may connect: bounded in all, and bounded for each address, so that one untrusted peer
 * cannot take every place nor keep us busy with handshakes.
 *
 * <p>Owned by its listener's context. An address of IPv6 is its upper 64 bits, of which one host
 * has all the rest. Reads no clock.
 */
final class Admission {
  /** Addresses remembered as having come; the one that came first is forgotten first. */
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
   * Takes one in, until it {@link #leave}s.
   *
   * @param host an address in digits
   * @return why not, where it is not taken in
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
        return Optional.of("the address came less than " + limits.againMillisMin() + " ms ago");
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

  /** Notes that an address came; false where it did so just before, which does not count anew. */
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
      // Digits: nobody is asked for a name.
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
