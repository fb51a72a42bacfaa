package dev.windlass.wire.devp2p;

import java.util.HashMap;
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
    RemoteHost address = host(host);
    String key = address.key();
    if (!limits.exemptsLocal() || !address.isLocal()) {
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
    inside.computeIfPresent(host(host).key(), (key, count) -> count == 1 ? null : count - 1);
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

  private static RemoteHost host(String host) {
    return RemoteHost.of(host).orElseThrow(() -> new IllegalStateException("no address: " + host));
  }
}
