package dev.windlass.chain.store;

import dev.windlass.chain.BadHashes;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Refused hashes, and what peers did wrong. */
public interface BanStore {
  /** The most bans of peers, and the most scores. If there is one more, the oldest is removed. */
  int PEERS_MAX = 4_096;

  /**
   * The most bytes of the evidence of all bans. Beyond it the oldest evidence is removed, and its
   * ban stays.
   */
  long EVIDENCE_BYTES_MAX = 64L << 20;

  /** Refused hashes and why, in the order in which they were added. */
  Map<Hash, String> bans();

  void putBan(Hash hash, String evidence);

  void removeBan(Hash hash);

  /**
   * Why a hash is refused: it is among {@link #bans}, or one of the {@link BadHashes}. Empty if it
   * is not refused.
   */
  default Optional<String> banOf(Hash hash) {
    return BadHashes.has(hash)
        ? Optional.of(BadHashes.REASON)
        : Optional.ofNullable(bans().get(hash));
  }

  /** The bans of peers, those that have ended included, the oldest first. */
  List<PeerBan> peerBans();

  /**
   * Replaces the ban of a peer. The new one is the newest.
   *
   * @param evidence bytes that prove the fault. Empty if no bytes do
   */
  void putPeerBan(PeerBan ban, byte[] evidence);

  void removePeerBan(PeerId peer);

  /** The bytes that prove the fault of a banned peer, if they are kept. */
  Optional<byte[]> banEvidence(PeerId peer);

  /** The scores of peers, the oldest first. */
  List<PeerScore> peerScores();

  /** Replaces the score of a peer. A score without points is removed. */
  void putPeerScore(PeerScore score);
}
