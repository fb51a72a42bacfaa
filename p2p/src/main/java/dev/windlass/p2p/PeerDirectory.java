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
 * What is known of the nodes that were named, and of those that came by themselves, whether they
 * are connected or not.
 *
 * <p>Any thread may write and read. It holds who is there and who is to be dialled, and {@link
 * #BANS_MAX} bans, also of nodes that are neither.
 */
public final class PeerDirectory {
  /**
   * One node.
   *
   * @param address where it is, or where it came from
   * @param isInbound whether it came by itself
   * @param connection what it said when it connected; empty while it is not
   * @param reason why the last attempt to have it failed; empty where none did
   * @param ban what it is banned for, also after the ban has ended; empty if it never was
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

    /** One that never was banned. */
    public Entry(
        String address, boolean isInbound, Optional<Connection> connection, String reason) {
      this(address, isInbound, connection, reason, Optional.empty());
    }

    Entry with(Optional<Ban> newBan) {
      return new Entry(address, isInbound, connection, reason, newBan);
    }
  }

  /**
   * From when until when a node is neither dialled nor taken in, and why.
   *
   * @param address where it was; empty if it has none
   * @param verdict what its reply turned out to be
   * @param evidence what was wrong with the reply
   * @param times how often it was banned, this time included
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

    /** The verdict as a word for machines. */
    public String code() {
      return verdict.name().toLowerCase(Locale.ROOT);
    }

    /** The verdict in words. */
    public String reason() {
      return verdict == Verdict.FABRICATED
          ? "it sent what no honest node can send"
          : "its answers broke the chain, or answered nothing, three times within a minute";
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

  /** As many as the downloader remembers; of more the oldest is forgotten. */
  static final int BANS_MAX = 4_096;

  private final Map<PeerId, Entry> entries = new TreeMap<>();

  private final Map<PeerId, Ban> bans = new LinkedHashMap<>();

  /** Where those are that are dialled, whether they came by themselves or not. */
  private final Map<PeerId, String> named = new HashMap<>();

  /** It is to be dialled, and was not yet. */
  public synchronized void named(PeerId peer, String address) {
    named.put(peer, address);
    put(peer, entries.getOrDefault(peer, new Entry(address, false, Optional.empty(), "")));
  }

  public synchronized void connected(
      PeerId peer, String address, boolean isInbound, Connection connection) {
    put(peer, new Entry(address, isInbound, Optional.of(connection), ""));
  }

  /** It says that it has this block now. */
  public synchronized void heard(PeerId peer, long latest) {
    Entry entry = entries.get(peer);
    if (entry != null && entry.connection().isPresent() && latest >= 0) {
      Connection now = entry.connection().get().withLatest(latest);
      put(peer, new Entry(entry.address(), entry.isInbound(), Optional.of(now), ""));
    }
  }

  /** It is not connected; forgotten where it came by itself and was not named. */
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

  /** It is refused from now on, whether it is known or not. */
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

  /** The bans that hold at this time, the newest last. */
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

  /** The ban that holds at this time. */
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
