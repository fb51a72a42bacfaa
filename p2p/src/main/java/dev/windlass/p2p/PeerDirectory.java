package dev.windlass.p2p;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The known nodes: those that a user named, and those that connected by themselves.
 *
 * <p>Thread-safe. It holds the connected nodes, the nodes to dial, and at most {@link #BANS_MAX}
 * bans.
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
      Optional<Ban> ban) {
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

    Entry with(Optional<Ban> newBan) {
      return new Entry(address, isInbound, connection, reason, newBan);
    }
  }

  /**
   * The ban of a node. The node is neither dialled nor accepted until it ends.
   *
   * @param address the node's address. Empty if it has none
   * @param verdict the verdict on its answer
   * @param evidence what was wrong with the answer
   * @param times how often it was banned, including this time
   */
  public record Ban(
      String address, Instant since, Instant until, Verdict verdict, String evidence, int times) {
    public Ban {
      Objects.requireNonNull(address);
      Objects.requireNonNull(since);
      Objects.requireNonNull(until);
      Objects.requireNonNull(verdict);
      Objects.requireNonNull(evidence);
    }

    public boolean holds(Instant now) {
      return now.isBefore(until);
    }

    /** The verdict as a word for programs. */
    public String code() {
      return verdict.name().toLowerCase(Locale.ROOT);
    }

    /** The verdict in words for people. */
    public String reason() {
      if (verdict == Verdict.WRONG_CHAIN) {
        return "its chain contradicts a checkpoint";
      }
      return verdict == Verdict.FABRICATED
          ? "it sent what no honest node can send"
          : "its answers broke the chain, or answered nothing, three times within a minute";
    }
  }

  /**
   * What a node reports of itself.
   *
   * @param earliest the lowest block that it serves. 0 if its protocol does not report it
   * @param latest its newest block, or -1 if it is not known yet
   */
  public record Connection(String client, String protocol, long earliest, long latest) {
    Connection withLatest(long newLatest) {
      return new Connection(client, protocol, earliest, newLatest);
    }
  }

  /** As many as the downloader remembers. Beyond that the oldest is removed. */
  static final int BANS_MAX = 4_096;

  private final Map<PeerId, Entry> entries = new TreeMap<>();

  private final Map<PeerId, Ban> bans = new LinkedHashMap<>();

  /** The addresses of the nodes to dial. */
  private final Map<PeerId, String> named = new HashMap<>();

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
  public synchronized void heard(PeerId peer, long latest) {
    Entry entry = entries.get(peer);
    if (entry != null && entry.connection().isPresent() && latest >= 0) {
      Connection now = entry.connection().get().withLatest(latest);
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

  /** Bans a node, known or not. */
  public synchronized Ban banned(
      PeerId peer, Instant since, Instant until, Verdict verdict, String evidence) {
    Ban before = bans.remove(peer);
    Entry known = entries.get(peer);
    String address = known == null ? named.getOrDefault(peer, "") : known.address();
    int times = before == null ? 1 : before.times + 1;
    Ban ban = new Ban(address, since, until, verdict, evidence, times);
    bans.put(peer, ban);
    if (bans.size() > BANS_MAX) {
      bans.remove(bans.keySet().iterator().next());
    }
    entries.computeIfPresent(peer, (id, entry) -> entry.with(Optional.of(ban)));
    return ban;
  }

  /** The active bans, the newest last. */
  public synchronized Map<PeerId, Ban> bans(Instant now) {
    Map<PeerId, Ban> held = new LinkedHashMap<>();
    bans.forEach(
        (peer, ban) -> {
          if (ban.holds(now)) {
            held.put(peer, ban);
          }
        });
    return held;
  }

  /** The active ban of a node. */
  public synchronized Optional<Ban> ban(PeerId peer, Instant now) {
    return Optional.ofNullable(bans.get(peer)).filter(ban -> ban.holds(now));
  }

  private void put(PeerId peer, Entry entry) {
    entries.put(peer, entry.with(Optional.ofNullable(bans.get(peer))));
  }

  public synchronized Map<PeerId, Entry> entries() {
    return new TreeMap<>(entries);
  }
}
