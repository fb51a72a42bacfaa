package dev.windlass.downloader;

import java.util.Locale;

/**
 * Why a sync failed, or a head, a peer or an answer was refused, and whether the blamed peer is
 * dropped.
 */
public enum SyncError {
  /** Too many anchors wait already. */
  BUSY(false),
  UNKNOWN_PEER(false),
  /** An answer that does not end the chain added no new hash. */
  BAD_PEER(true),
  /** An answer that does not end the chain added fewer than 512 hashes. */
  STALLING(true),
  BANNED_HEAD(true),
  /** The last peer left. */
  NO_PEERS(false),
  /** A request for hashes was not answered, and no other peer can be asked. */
  TIMEOUT(true),
  EMPTY_HASH_SET(true),
  /** Blocks are missing and no peer has them. */
  PEERS_UNAVAILABLE(true),
  /** A banned hash, or blocks that contradict the chain of hashes. */
  INVALID_CHAIN(true),
  /** The chain contradicts a checkpoint. */
  CHECKPOINT_MISMATCH(true),
  /** The header of the head has another number than its peer claimed. */
  FALSE_NUMBER(false),
  /** A block's timestamp is ahead of this machine's clock. The block may be valid later. */
  EARLY_BLOCK(false),
  /** A block's parent is not the listed one, or no peer served the block. */
  CROSS_CHECK_FAILED(true),
  CANCEL_HASH_FETCH(false),
  CANCEL_BLOCK_FETCH(false),
  /** An answer arrived without a sync. */
  NO_SYNC_ACTIVE(false);

  private final boolean dropsOrigin;

  SyncError(boolean dropsOrigin) {
    this.dropsOrigin = dropsOrigin;
  }

  public boolean dropsOrigin() {
    return dropsOrigin;
  }

  /**
   * Whether false claimed links may be the cause.
   *
   * @param hasProgressed whether the sync moved before it failed. In that case missing answers
   *     prove nothing
   */
  boolean doubtsClaims(boolean hasProgressed) {
    return switch (this) {
      case BAD_PEER,
          STALLING,
          EMPTY_HASH_SET,
          INVALID_CHAIN,
          CHECKPOINT_MISMATCH,
          CROSS_CHECK_FAILED ->
          true;
      case TIMEOUT, PEERS_UNAVAILABLE -> !hasProgressed;
      default -> false;
    };
  }

  /**
   * Whether the head itself is wrong, so that proven links below it are of no use. Missing blocks
   * do not make a proven link false.
   */
  boolean doubtsHeaders() {
    return this == INVALID_CHAIN
        || this == CHECKPOINT_MISMATCH
        || this == CROSS_CHECK_FAILED
        || this == BAD_PEER;
  }

  /** As it is logged, in lower case with spaces. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
