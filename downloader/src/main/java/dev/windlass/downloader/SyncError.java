package dev.windlass.downloader;

import java.util.Locale;

/** Why a sync failed or was refused, and whether the peer that its chain came from is dropped. */
public enum SyncError {
  /** A sync is under way; what was asked for follows it. */
  BUSY(false),
  UNKNOWN_PEER(false),
  /** A reply that does not end the chain added nothing new. */
  BAD_PEER(true),
  /** A reply that does not end the chain added fewer than 512 hashes. */
  STALLING(true),
  BANNED_HEAD(true),
  /** The last peer left. */
  NO_PEERS(false),
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

  SyncError(boolean dropsOrigin) {
    this.dropsOrigin = dropsOrigin;
  }

  public boolean dropsOrigin() {
    return dropsOrigin;
  }

  /**
   * Whether links that are only claimed may be why it failed.
   *
   * @param hasProgressed whether the sync moved before it failed: then silence is just silence
   */
  boolean doubtsClaims(boolean hasProgressed) {
    return switch (this) {
      case BAD_PEER, STALLING, EMPTY_HASH_SET, INVALID_CHAIN, CROSS_CHECK_FAILED -> true;
      case TIMEOUT, PEERS_UNAVAILABLE -> !hasProgressed;
      default -> false;
    };
  }

  /**
   * Whether the head itself is what is wrong, so that proven links down from it are of no use. What
   * is merely not there makes no proven link false.
   */
  boolean doubtsHeaders() {
    return this == INVALID_CHAIN || this == CROSS_CHECK_FAILED || this == BAD_PEER;
  }

  /** As it is logged: lower case, with spaces. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
