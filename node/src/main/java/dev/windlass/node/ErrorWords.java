package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.downloader.SyncError;

/** What each error means, in words that follow "reason". */
public final class ErrorWords {
  private ErrorWords() {}

  /**
   * Of the sync of a head, with what is known beyond the error.
   *
   * @param explanation left out if it says no more than the error and the head
   */
  public static String of(SyncError error, String explanation, Hash head) {
    boolean isMore =
        !explanation.isEmpty()
            && error != SyncError.NO_PEERS
            && !explanation.contains(head.toString());
    return isMore ? of(error) + " (" + explanation + ")" : of(error);
  }

  /** Of a head that is not synced, or of a peer that is dropped. */
  public static String of(SyncError error) {
    return switch (error) {
      case BUSY -> "as many heads wait as may";
      case UNKNOWN_PEER -> "the peer that named it is gone";
      case BAD_PEER -> "a peer answered wrongly";
      case STALLING -> "a peer listed too few hashes";
      case BANNED_HEAD -> "it is banned (GET /v1/bans)";
      case NO_PEERS -> "no peer is connected any more";
      case TIMEOUT -> "no peer served it in time";
      case EMPTY_HASH_SET -> "no peer has it, or what is below it";
      case PEERS_UNAVAILABLE -> "no peer has its blocks";
      case INVALID_CHAIN -> "its chain is wrong";
      case CROSS_CHECK_FAILED -> "the hashes that a peer listed for it do not prove";
      case CANCEL_HASH_FETCH, CANCEL_BLOCK_FETCH -> "it was stopped";
      case NO_SYNC_ACTIVE -> "nothing waits for it";
    };
  }
}
