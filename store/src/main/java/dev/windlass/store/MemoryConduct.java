package dev.windlass.store;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.store.BanStore;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The bans and scores of peers in memory. Guarded by the monitor of its store. */
final class MemoryConduct {
  private final Map<PeerId, PeerBan> bans = new LinkedHashMap<>();
  private final Map<PeerId, byte[]> evidence = new LinkedHashMap<>();
  private final Map<PeerId, PeerScore> scores = new LinkedHashMap<>();

  List<PeerBan> bans() {
    return List.copyOf(bans.values());
  }

  void putBan(PeerBan ban, byte[] bytes) {
    removeBan(ban.peer());
    bans.put(ban.peer(), ban);
    if (bytes.length > 0) {
      evidence.put(ban.peer(), bytes);
    }
    if (bans.size() > BanStore.PEERS_MAX) {
      removeBan(oldest(bans));
    }
    while (evidence.values().stream().mapToLong(kept -> kept.length).sum()
        > BanStore.EVIDENCE_BYTES_MAX) {
      evidence.remove(oldest(evidence));
    }
  }

  void removeBan(PeerId peer) {
    bans.remove(peer);
    evidence.remove(peer);
  }

  Optional<byte[]> evidence(PeerId peer) {
    return Optional.ofNullable(evidence.get(peer));
  }

  List<PeerScore> scores() {
    return List.copyOf(scores.values());
  }

  void putScore(PeerScore score) {
    scores.remove(score.peer());
    if (!score.isZero()) {
      scores.put(score.peer(), score);
    }
    if (scores.size() > BanStore.PEERS_MAX) {
      scores.remove(oldest(scores));
    }
  }

  private static PeerId oldest(Map<PeerId, ?> records) {
    return records.keySet().iterator().next();
  }
}
