package dev.windlass.wire.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checksums are those that geth publishes for its networks. */
class ForkScheduleTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, fc64ec04, 1150000",
    "1149999, 0, fc64ec04, 1150000",
    "1150000, 0, 97c2c34c, 1920000",
    "1920000, 0, 91d1f948, 2463000",
    "2675000, 0, 3edd5b10, 4370000",
    "7280000, 0, 668db0af, 9069000",
    "12965000, 0, b715077d, 13773000",
    "15050000, 0, f0afd0e3, 1681338455",
    "20000000, 1681338454, f0afd0e3, 1681338455",
    "20000000, 1681338455, dce96c2d, 1710338135",
    "30000000, 1710338135, 9f3d2254, 1746612311",
    "30000000, 1746612311, c376cf8b, 1764798551",
    "30000000, 1764798551, 5167e2a6, 1765290071",
    "30000000, 1765290071, cba2a1c0, 1767747671",
    "50000000, 2000000000, 07c9462e, 0"
  })
  void shouldGiveMainnetsChecksums(long number, long time, String checksum, long next) {
    ForkHash at = Network.MAINNET.forks().at(number, time);
    assertEquals(checksum + "/" + next, at.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, fe3366e7, 1735371",
    "1735371, 0, b96cbd13, 1677557088",
    "1735372, 1677557088, f7f9bc08, 1706655072",
    "1735372, 1706655072, 88cf81d9, 1741159776",
    "1735372, 1741159776, ed88b5fd, 1760427360",
    "1735372, 1760427360, e2ae4999, 1761017184"
  })
  void shouldGiveSepoliasChecksums(long number, long time, String checksum, long next) {
    assertEquals(checksum + "/" + next, Network.SEPOLIA.forks().at(number, time).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "0, c61a6098, 1696000704",
    "1696000704, fd4f016b, 1707305664",
    "1707305664, 9b192ad0, 1740434112",
    "1740434112, dfbd9bed, 1759308480",
    "1759308480, 783def52, 1759800000",
    "1759800000, a280a45c, 1760389824",
    "1760389824, 9bc6cb31, 0"
  })
  void shouldGiveHoleskysChecksums(long time, String checksum, long next) {
    assertEquals(checksum + "/" + next, Network.HOLESKY.forks().at(123, time).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "0, bef71d30, 1742999832",
    "1742999832, 0929e24e, 1761677592",
    "1761677592, e7e0e7ff, 1762365720",
    "1762365720, 3893353e, 1762955544",
    "1762955544, 23aa1351, 0"
  })
  void shouldGiveHoodisChecksums(long time, String checksum, long next) {
    assertEquals(checksum + "/" + next, Network.HOODI.forks().at(123, time).toString());
  }

  private static ForkHash said(long checksum, long next) {
    return new ForkHash((int) checksum, next);
  }

  private static boolean isCompatible(long number, ForkHash theirs) {
    return Network.MAINNET.forks().isCompatible(theirs, number, 0);
  }

  @Test
  void shouldTakeNodesThatMayBeOnTheSameChain() {
    assertTrue(isCompatible(7_987_396, said(0x668db0afL, 0)));
    assertTrue(isCompatible(7_987_396, said(0x668db0afL, Long.MAX_VALUE)));
    assertTrue(isCompatible(7_987_396, said(0x668db0afL, Long.MIN_VALUE)));
    assertTrue(isCompatible(7_987_396, said(0x668db0afL, -1)));
    assertTrue(isCompatible(7_279_999, said(0xa00bc324L, 7_280_000)));
    assertTrue(isCompatible(7_987_396, said(0xa00bc324L, 7_280_000)));
    assertTrue(isCompatible(7_987_396, said(0x3edd5b10L, 4_370_000)));
    assertTrue(isCompatible(4_369_999, said(0xa00bc324L, 7_280_000)));
    assertTrue(isCompatible(0, said(0x07c9462eL, 0)));
  }

  @Test
  void shouldRefuseNodesOfOtherRules() {
    assertFalse(isCompatible(7_987_396, said(0xa00bc324L, 0)));
    assertFalse(isCompatible(7_987_396, said(0x5cddc0e1L, 0)));
    assertFalse(isCompatible(7_279_999, said(0xafec6b27L, 0)));
    assertFalse(isCompatible(88_888_888, said(0xf0afd0e3L, 88_888_888)));
    assertFalse(isCompatible(7_279_999, said(0xa00bc324L, 7_279_999)));
  }

  @Test
  void shouldKnowNetworksByName() {
    assertEquals(Network.HOODI, Network.named("Hoodi").orElseThrow());
    assertTrue(Network.named("olympic").isEmpty());
  }
}
