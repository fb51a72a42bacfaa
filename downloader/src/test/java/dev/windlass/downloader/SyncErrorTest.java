package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Row 17 of the 2015 test table: which error costs the origin of a chain its place. */
class SyncErrorTest {
  @ParameterizedTest(name = "{0}: {2}")
  @DisplayName("row 17: HashAttackerDropping")
  @CsvSource({
    "BUSY, busy, false",
    "UNKNOWN_PEER, unknown peer, false",
    "BAD_PEER, bad peer, true",
    "STALLING, stalling, true",
    "BANNED_HEAD, banned head, true",
    "NO_PEERS, no peers, false",
    "TIMEOUT, timeout, true",
    "EMPTY_HASH_SET, empty hash set, true",
    "PEERS_UNAVAILABLE, peers unavailable, true",
    "INVALID_CHAIN, invalid chain, true",
    "CHECKPOINT_MISMATCH, checkpoint mismatch, true",
    "FALSE_NUMBER, false number, false",
    "EARLY_BLOCK, early block, false",
    "CROSS_CHECK_FAILED, cross check failed, true",
    "CANCEL_HASH_FETCH, cancel hash fetch, false",
    "CANCEL_BLOCK_FETCH, cancel block fetch, false",
    "NO_SYNC_ACTIVE, no sync active, false"
  })
  void shouldDropTheOriginOnlyWhenTheErrorIsItsFault(
      SyncError error, String name, boolean dropsOrigin) {
    assertEquals(name, error.toString());
    assertEquals(dropsOrigin, error.dropsOrigin());
  }

  /** A sync that progressed before its peers became silent does not make its links doubtful. */
  @Test
  void shouldDoubtClaimedLinksWhenTheErrorSpeaksAgainstThem() {
    List<SyncError> always = new ArrayList<>();
    List<SyncError> atOnce = new ArrayList<>();
    for (SyncError error : SyncError.values()) {
      if (error.doubtsClaims(true)) {
        always.add(error);
      }
      if (error.doubtsClaims(false)) {
        atOnce.add(error);
      }
    }
    List<SyncError> lies =
        List.of(
            SyncError.BAD_PEER,
            SyncError.STALLING,
            SyncError.EMPTY_HASH_SET,
            SyncError.INVALID_CHAIN,
            SyncError.CHECKPOINT_MISMATCH,
            SyncError.CROSS_CHECK_FAILED);
    assertEquals(lies, always);
    List<SyncError> doubted = new ArrayList<>(lies);
    doubted.add(3, SyncError.PEERS_UNAVAILABLE);
    doubted.add(2, SyncError.TIMEOUT);
    assertEquals(doubted, atOnce);
  }
}
