package dev.windlass.p2p;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BanStore;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.wire.devp2p.RemoteHost;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The known nodes: those that a user named, and those that connected by themselves.
 *
 * <p>Thread-safe. It holds the connected nodes, the nodes to dial, and at most {@link
 * BanStore#PEERS_MAX} bans.
 */
public final class PeerDirectory {
  /**
   * One node.
   *
   * @param address its address, or the one that it connected from
   * @param isInbound whether it connected by itself
   * @param connection what its Status reported. Empty if it is not connected
   * @param reason why the last attempt to connect failed. Empty if none did
   * @param ban its last ban, even after its end. Empty if it was never banned
   */
  public record Entry(
      String address,
      boolean isInbound,
      Optional<Connection> connection,
      String reason,
      Optional<PeerBan> ban) {
    public Entry {
      Objects.requireNonNull(address);
      Objects.requireNonNull(connection);
      Objects.requireNonNull(reason);
      Objects.requireNonNull(ban);
    }

    /** A node that was never banned. */
    public Entry(
        String address, boolean isInbound, Optional<Connection> connection, String reason) {
      this(address, isInbound, connection, reason, Optional.empty());
    }

    Entry with(Optional<PeerBan> newBan) {
      return new Entry(address, isInbound, connection, reason, newBan);
    }
  }

  /**
   * What a node reports of itself.
   *
   * @param earliest the lowest block that it serves. 0 if its protocol does not report it
   * @param latest its newest block, or -1 if it is not known yet
   */
  public record Connection(String client, String protocol, long earliest, long latest) {
    private Connection with(OptionalLong newEarliest, long newLatest) {
      return new Connection(
          client, protocol, newEarliest.orElse(earliest), newLatest < 0 ? latest : newLatest);
    }
  }

  private final InstantSource wall;
  private final Map<PeerId, Entry> entries = new TreeMap<>();

  private final Map<PeerId, PeerBan> bans = new LinkedHashMap<>();

  /** The addresses of the nodes to dial. */
  private final Map<PeerId, String> named = new HashMap<>();

  /**
   * Knows no node yet.
   *
   * @param wall by which bans end
   */
  public PeerDirectory(InstantSource wall) {
    this.wall = wall;
  }

  /** The same with the clock of the system. */
  public PeerDirectory() {
    this(Clock.systemUTC());
  }

  /** Adds a node that will be dialled. */
  public synchronized void named(PeerId peer, String address) {
    named.put(peer, address);
    put(peer, entries.getOrDefault(peer, new Entry(address, false, Optional.empty(), "")));
  }

  public synchronized void connected(
      PeerId peer, String address, boolean isInbound, Connection connection) {
    put(peer, new Entry(address, isInbound, Optional.of(connection), ""));
  }

  /** Notes that a node has announced this block. */
  public void heard(PeerId peer, long latest) {
    heard(peer, OptionalLong.empty(), latest);
  }

  /**
   * The same.
   *
   * @param earliest the lowest block that it serves now, if it said so
   */
  public synchronized void heard(PeerId peer, OptionalLong earliest, long latest) {
    Entry entry = entries.get(peer);
    if (entry != null && entry.connection().isPresent()) {
      Connection now = entry.connection().get().with(earliest, latest);
      put(peer, new Entry(entry.address(), entry.isInbound(), Optional.of(now), ""));
    }
  }

  /** Notes that a node is not connected. A node that was not named is forgotten. */
  public synchronized void failed(PeerId peer, String reason) {
    Entry entry = entries.get(peer);
    String address = named.get(peer);
    if (address != null) {
      put(peer, new Entry(address, false, Optional.empty(), reason));
    } else if (entry == null || entry.isInbound()) {
      entries.remove(peer);
    } else {
      put(peer, new Entry(entry.address(), false, Optional.empty(), reason));
    }
  }

  /** Notes a ban of a node or of a host. */
  public synchronized void banned(PeerBan ban) {
    bans.remove(ban.peer());
    bans.put(ban.peer(), ban);
    if (bans.size() > BanStore.PEERS_MAX) {
      bans.remove(bans.keySet().iterator().next());
    }
    entries.computeIfPresent(ban.peer(), (id, entry) -> entry.with(Optional.of(ban)));
  }

  /** Forgets the ban of a node or of a host. */
  public synchronized void pardoned(PeerId peer) {
    bans.remove(peer);
    entries.computeIfPresent(peer, (id, entry) -> entry.with(Optional.empty()));
  }

  /** The active bans, the newest last. */
  public synchronized Map<PeerId, PeerBan> bans(Instant now) {
    Map<PeerId, PeerBan> held = new LinkedHashMap<>();
    bans.forEach(
        (peer, ban) -> {
          if (ban.holds(now)) {
            held.put(peer, ban);
          }
        });
    return held;
  }

  /** The active ban of a node. */
  public synchronized Optional<PeerBan> ban(PeerId peer, Instant now) {
    return Optional.ofNullable(bans.get(peer)).filter(ban -> ban.holds(now));
  }

  /**
   * The active ban of a host, or of a node that had this address.
   *
   * @param exemptsLocal whether a node's ban spares other nodes of this machine or of a private
   *     network, since many nodes may share such a host. An operator's ban of the host does not
   */
  synchronized Optional<PeerBan> hostBan(RemoteHost host, boolean exemptsLocal, Instant now) {
    boolean isShared = exemptsLocal && host.isLocal();
    return bans.values().stream()
        .filter(ban -> ban.holds(now) && isAt(ban.address(), host))
        .filter(ban -> !isShared || PeerBan.host(ban.peer()).isPresent())
        .findFirst();
  }

  private static boolean isAt(String address, RemoteHost host) {
    return RemoteHost.of(address).filter(of -> of.key().equals(host.key())).isPresent();
  }

  /** The nodes that are connected from a host and were not named. */
  public synchronized List<PeerId> untrustedFrom(RemoteHost host) {
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().connection().isPresent())
        .filter(entry -> !named.containsKey(entry.getKey()))
        .filter(entry -> isAt(entry.getValue().address(), host))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The time of the wall clock, by which bans end. */
  public Instant now() {
    return wall.instant();
  }

  private void put(PeerId peer, Entry entry) {
    entries.put(peer, entry.with(Optional.ofNullable(bans.get(peer))));
  }

  public synchronized Map<PeerId, Entry> entries() {
    return new TreeMap<>(entries);
  }
}
