package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BadHashes;
import dev.windlass.chain.Hash;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BanSetTest {
  private static final int PERMANENT = BadHashes.PERMANENT.size();

  private static Hash hash(int i) {
    return Hash.ofLongs(i, 0, 0, 0);
  }

  @Test
  void shouldHoldThePermanentHashesFromTheStart() {
    BanSet bans = new BanSet(10, Map.of());
    assertEquals(4, bans.size());
    assertTrue(BadHashes.PERMANENT.stream().allMatch(bans::has));
  }

  @Test
  void shouldLetTheOldestGoWhenItIsFull() {
    BanSet bans = new BanSet(PERMANENT + 2, Map.of());
    assertEquals(Optional.empty(), bans.add(hash(1), "bad"));
    assertEquals(Optional.empty(), bans.add(hash(2), "worse"));
    assertEquals(Optional.of(hash(1)), bans.add(hash(3), "worst"));
    assertFalse(bans.has(hash(1)));
    assertEquals("worse", bans.all().get(hash(2)));
    assertEquals(PERMANENT + 2, bans.size());
  }

  @Test
  void shouldNameTheBlockThatIsBannedForItsOwnSake() {
    BanSet bans = new BanSet(10, Map.of(hash(1), "bad"));
    bans.add(hash(2), bans.standsOn(hash(1)));
    bans.add(hash(3), bans.standsOn(hash(2)));
    assertEquals("stands on banned block " + hash(1), bans.all().get(hash(3)));
    assertEquals(Optional.of(hash(1)), BanSet.below(bans.all().get(hash(3))));
    assertEquals(Optional.empty(), BanSet.below(bans.all().get(hash(1))));
    assertEquals(Optional.empty(), BanSet.below("stands on banned block 7"));
    assertEquals(Optional.of(hash(9)), BanSet.below("stands on banned block 7 " + hash(9)));
  }

  @Test
  void shouldNeverLetAPermanentHashGo() {
    BanSet bans = new BanSet(PERMANENT + 1, Map.of());
    for (int i = 0; i < 100; i++) {
      bans.add(hash(i), "bad");
      assertTrue(bans.size() <= PERMANENT + 1);
    }
    assertTrue(BadHashes.PERMANENT.stream().allMatch(bans::has));
    assertTrue(bans.has(hash(99)));
  }

  @Test
  void shouldKeepTheFirstEvidenceWhenAHashIsBannedAgain() {
    BanSet bans = new BanSet(10, Map.of());
    bans.add(hash(1), "first");
    assertEquals(Optional.empty(), bans.add(hash(1), "second"));
    assertEquals("first", bans.all().get(hash(1)));
  }

  @Test
  void shouldTakeOverTheNewestWhenMoreAreStoredThanMayBe() {
    Map<Hash, String> stored = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      stored.put(hash(i), "bad");
    }
    BanSet bans = new BanSet(PERMANENT + 3, stored);
    assertEquals(PERMANENT + 3, bans.size());
    assertFalse(bans.has(hash(6)));
    assertTrue(bans.has(hash(7)) && bans.has(hash(8)) && bans.has(hash(9)));
  }
}
