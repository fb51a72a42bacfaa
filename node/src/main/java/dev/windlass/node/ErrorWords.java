package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.downloader.SyncError;

/** The meaning of each error, in words that follow "reason" in a log line. */
public final class ErrorWords {
  private ErrorWords() {}

  /**
   * The words for a failed sync, with its explanation.
   *
   * @param explanation left out if it adds nothing to the error and the head
   */
  public static String of(SyncError error, String explanation, Hash head) {
    boolean isMore =
        !explanation.isEmpty()
            && error != SyncError.NO_PEERS
            && !explanation.contains(head.toString());
    return isMore ? of(error) + " (" + explanation + ")" : of(error);
  }

  /** The words for a refused head or a dropped peer. */
  public static String of(SyncError error) {
    return switch (error) {
      case BUSY -> "too many heads wait already";
      case UNKNOWN_PEER -> "the peer that announced it is gone";
      case BAD_PEER -> "a peer answered wrongly";
      case STALLING -> "a peer listed too few hashes";
      case BANNED_HEAD -> "it is banned (GET /v1/bans)";
      case NO_PEERS -> "no peer is connected any more";
      case TIMEOUT -> "no peer served it in time";
      case EMPTY_HASH_SET -> "no peer has it, or the chain below it";
      case PEERS_UNAVAILABLE -> "no peer has its blocks";
      case INVALID_CHAIN -> "its chain is wrong";
      case FALSE_NUMBER -> "its number is not the one that its peer claimed";
      case EARLY_BLOCK -> "a block is ahead of this machine's clock, so one of both is wrong";
      case CHECKPOINT_MISMATCH -> "its chain contradicts a checkpoint";
      case CROSS_CHECK_FAILED -> "a peer listed false hashes for it";
      case CANCEL_HASH_FETCH, CANCEL_BLOCK_FETCH -> "it was stopped";
      case NO_SYNC_ACTIVE -> "no sync waits for it";
    };
  }
}
