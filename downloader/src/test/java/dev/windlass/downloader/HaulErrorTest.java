package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Row 17 of the 2015 test table: which error costs the origin of a chain its place. */
class HaulErrorTest {
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
    "CROSS_CHECK_FAILED, cross check failed, true",
    "CANCEL_HASH_FETCH, cancel hash fetch, false",
    "CANCEL_BLOCK_FETCH, cancel block fetch, false",
    "NO_SYNC_ACTIVE, no sync active, false"
  })
  void shouldDropTheOriginOnlyWhenTheErrorIsItsFault(
      HaulError error, String name, boolean dropsOrigin) {
    assertEquals(name, error.toString());
    assertEquals(dropsOrigin, error.dropsOrigin());
  }

  /** A haul that moved before it fell silent says nothing against what it has. */
  @Test
  void shouldDoubtClaimedLinksWhenTheErrorSpeaksAgainstThem() {
    List<HaulError> always = new ArrayList<>();
    List<HaulError> atOnce = new ArrayList<>();
    for (HaulError error : HaulError.values()) {
      if (error.doubtsClaims(true)) {
        always.add(error);
      }
      if (error.doubtsClaims(false)) {
        atOnce.add(error);
      }
    }
    List<HaulError> lies =
        List.of(
            HaulError.BAD_PEER,
            HaulError.STALLING,
            HaulError.EMPTY_HASH_SET,
            HaulError.INVALID_CHAIN,
            HaulError.CROSS_CHECK_FAILED);
    assertEquals(lies, always);
    List<HaulError> doubted = new ArrayList<>(lies);
    doubted.add(3, HaulError.PEERS_UNAVAILABLE);
    doubted.add(2, HaulError.TIMEOUT);
    assertEquals(doubted, atOnce);
  }
}
