package dev.windlass.downloader;

import java.util.Locale;

/** Why a haul failed or was refused, and whether the peer that its chain came from is dropped. */
public enum HaulError {
  /** A haul is under way; what was asked for follows it. */
  BUSY(false),
  UNKNOWN_PEER(false),
  /** A reply that does not end the chain added nothing new. */
  BAD_PEER(true),
  /** A reply that does not end the chain added fewer than 512 hashes. */
  STALLING(true),
  BANNED_HEAD(true),
  /** The last peer left. */
  NO_PEERS(false),
  /** Blocks of the haul before are still on their way into the store. */
  PENDING_QUEUE(false),
  /** A request for hashes went unanswered and nobody else can be asked. */
  TIMEOUT(true),
  EMPTY_HASH_SET(true),
  /** Blocks are missing and no peer has them. */
  PEERS_UNAVAILABLE(true),
  /** A banned hash, or blocks that contradict the chain of hashes. */
  INVALID_CHAIN(true),
  /** A block's parent is not the one that was listed, or nobody would show it. */
  CROSS_CHECK_FAILED(true),
  CANCEL_HASH_FETCH(false),
  CANCEL_BLOCK_FETCH(false),
  /** A delivery that nothing waits for. */
  NO_SYNC_ACTIVE(false);

  private final boolean dropsOrigin;

  HaulError(boolean dropsOrigin) {
    this.dropsOrigin = dropsOrigin;
  }

  public boolean dropsOrigin() {
    return dropsOrigin;
  }

  /** The links of the haul are worth keeping: nothing says that they are wrong. */
  boolean keepsLinks() {
    return !dropsOrigin || this == TIMEOUT || this == PEERS_UNAVAILABLE;
  }

  /** As it is logged: lower case, with spaces. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
