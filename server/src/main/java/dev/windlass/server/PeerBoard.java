package dev.windlass.server;

import dev.windlass.chain.PeerId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is known of the nodes that were named, and of those that came by themselves, whether they
 * are connected or not.
 *
 * <p>Any thread may write and read. It holds who is there and who is to be dialled, and no one
 * else.
 */
public final class PeerBoard {
  /**
   * One node.
   *
   * @param address where it is, or where it came from
   * @param isInbound whether it came by itself
   * @param connection what it said when it connected; empty while it is not
   * @param because why the last attempt to have it failed; empty where none did
   */
  public record Entry(
      String address, boolean isInbound, Optional<Connection> connection, String because) {
    public Entry {
      Objects.requireNonNull(address);
      Objects.requireNonNull(connection);
      Objects.requireNonNull(because);
    }
  }

  /**
   * What a node says of itself.
   *
   * @param earliest the lowest block that it serves; 0 where its protocol does not say
   * @param latest its newest block; -1 while it has not said
   */
  public record Connection(String client, String protocol, long earliest, long latest) {
    Connection withLatest(long newLatest) {
      return new Connection(client, protocol, earliest, newLatest);
    }
  }

  private final Map<PeerId, Entry> entries = new TreeMap<>();

  /** Where those are that are dialled, whether they came by themselves or not. */
  private final Map<PeerId, String> named = new HashMap<>();

  /** It is to be dialled, and was not yet. */
  public synchronized void named(PeerId peer, String address) {
    named.put(peer, address);
    entries.putIfAbsent(peer, new Entry(address, false, Optional.empty(), ""));
  }

  public synchronized void connected(
      PeerId peer, String address, boolean isInbound, Connection connection) {
    entries.put(peer, new Entry(address, isInbound, Optional.of(connection), ""));
  }

  /** It says that it has this block now. */
  public synchronized void heard(PeerId peer, long latest) {
    Entry entry = entries.get(peer);
    if (entry != null && entry.connection().isPresent() && latest >= 0) {
      Connection now = entry.connection().get().withLatest(latest);
      entries.put(peer, new Entry(entry.address(), entry.isInbound(), Optional.of(now), ""));
    }
  }

  /** It is not connected; forgotten where it came by itself and was not named. */
  public synchronized void failed(PeerId peer, String because) {
    Entry entry = entries.get(peer);
    String address = named.get(peer);
    if (address != null) {
      entries.put(peer, new Entry(address, false, Optional.empty(), because));
    } else if (entry == null || entry.isInbound()) {
      entries.remove(peer);
    } else {
      entries.put(peer, new Entry(entry.address(), false, Optional.empty(), because));
    }
  }

  public synchronized Map<PeerId, Entry> entries() {
    return new TreeMap<>(entries);
  }
}
