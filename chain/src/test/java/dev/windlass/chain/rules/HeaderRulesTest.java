package dev.windlass.chain.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Hash;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each header rule at its edges: one below, at, one above. */
final class HeaderRulesTest {
  private static final ChainRules CANCUN = KnownRules.merged(Fork.CANCUN).build();
  private static final ChainRules LATE_ETHASH = KnownRules.ethash(Fork.GRAY_GLACIER).build();

  private final RuledBlock parent = new RuledBlock();
  private final RuledBlock child = new RuledBlock();

  private static ChainRules clique() {
    return KnownRules.ethash(Fork.BERLIN).clique(new Clique(5, 100)).build();
  }

  private void assertKept(boolean isKept, HeaderRule rule, ChainRules rules) {
    Optional<String> breach = rule.breach(child.header(), parent.header(), rules);
    assertEquals(isKept, breach.isEmpty(), () -> rule.name() + ": " + breach);
  }

  @ParameterizedTest
  @CsvSource({"99, true", "100, true", "101, false", "-1, false"})
  void shouldBoundTheGasUsed(long used, boolean isKept) {
    child.gasLimit = 100;
    child.gasUsed = used;
    assertEquals(isKept, new GasUsedRule().breach(child.header(), parent.header()).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"999, false, false", "1000, true, false", "1001, true, true", "-1, true, true"})
  void shouldOrderTimestamps(long time, boolean isInOrder, boolean isLater) {
    child.time = time;
    assertEquals(
        isInOrder, new TimestampOrderRule().breach(child.header(), parent.header()).isEmpty());
    assertKept(isLater, new TimestampRule(), CANCUN);
  }

  @ParameterizedTest
  @CsvSource({"1004, false", "1005, true"})
  void shouldKeepThePeriodOfClique(long time, boolean isKept) {
    child.time = time;
    child.difficulty = 1;
    assertKept(isKept, new TimestampRule(), clique());
  }

  @ParameterizedTest
  @CsvSource({"1014, 1, true", "1015, 1, true", "1016, 1, false", "1016, 0, true"})
  void shouldRefuseTheFutureBeforeTheMerge(long time, long difficulty, boolean isKept) {
    child.time = time;
    child.difficulty = difficulty;
    assertKept(isKept, new FutureTimestampRule(1_000), LATE_ETHASH);
  }

  @ParameterizedTest
  @CsvSource({
    "BERLIN, 15",
    "LONDON, 16",
    "GRAY_GLACIER, 16",
    "SHANGHAI, 17",
    "CANCUN, 20",
    "PRAGUE, 21",
    "OSAKA, 21"
  })
  void shouldAskForTheFieldsOfTheFork(Fork fork, int fieldCount) {
    for (int count : new int[] {15, 16, 17, 20, 21, 22}) {
      child.fieldCount = count;
      assertKept(count == fieldCount, new HeaderFieldsRule(), KnownRules.merged(fork).build());
    }
  }

  @Test
  void shouldNameTheFieldThatIsMissingOrTooMuch() {
    child.fieldCount = 17;
    assertEquals(
        Optional.of("has 17 header fields, its fork 20; lacks the blob gas used"),
        new HeaderFieldsRule().breach(child.header(), parent.header(), CANCUN));
    child.fieldCount = 21;
    assertEquals(
        Optional.of("has 21 header fields, its fork 20; must not have the requests hash"),
        new HeaderFieldsRule().breach(child.header(), parent.header(), CANCUN));
  }

  @ParameterizedTest
  @CsvSource({
    // 1024000 / 1024 = 1000
    "1024000, 1023000, false",
    "1024000, 1023001, true",
    "1024000, 1024999, true",
    "1024000, 1025000, false",
    "5000, 5000, true",
    "5002, 4999, false",
    "9223372036854775807, -9223372036854775808, false",
    "-1, 9223372036854775807, false"
  })
  void shouldBoundTheGasLimit(long before, long limit, boolean isKept) {
    parent.gasLimit = before;
    child.gasLimit = limit;
    assertKept(isKept, new GasLimitBoundsRule(), CANCUN);
  }

  @ParameterizedTest
  @CsvSource({"512000, false", "1023001, true", "1024999, true", "1025000, false"})
  void shouldDoubleTheGasLimitWithLondon(long limit, boolean isKept) {
    ChainRules rules = KnownRules.ethash(Fork.BERLIN).fork(Fork.LONDON, 101).build();
    parent.gasLimit = 512_000;
    child.number = 101;
    child.gasLimit = limit;
    assertKept(isKept, new GasLimitBoundsRule(), rules);
  }

  @ParameterizedTest
  @CsvSource({
    // At the target, all above, none, and by so little that it changes by 1 or by nothing.
    "1000, 15000000, 1000",
    "1000, 30000000, 1125",
    "1000, 0, 875",
    "7, 15000001, 8",
    "7, 14999999, 7",
    "7, 0, 7",
    "8, 0, 7",
    "0, 30000000, 1"
  })
  void shouldFollowTheGasWithTheBaseFee(long before, long used, long fee) {
    parent.baseFee = BigInteger.valueOf(before);
    parent.gasUsed = used;
    for (long offered = Math.max(0, fee - 1); offered <= fee + 1; offered++) {
      child.baseFee = BigInteger.valueOf(offered);
      assertKept(offered == fee, new BaseFeeRule(), CANCUN);
    }
  }

  @ParameterizedTest
  @CsvSource({"999999999, false", "1000000000, true", "1000000001, false"})
  void shouldBeginWithOneGwei(long fee, boolean isKept) {
    ChainRules rules = KnownRules.ethash(Fork.BERLIN).fork(Fork.LONDON, 101).build();
    parent.fieldCount = 15;
    child.number = 101;
    child.baseFee = BigInteger.valueOf(fee);
    assertKept(isKept, new BaseFeeRule(), rules);
  }

  @ParameterizedTest
  @CsvSource({"131071, false", "131072, true", "131073, false"})
  void shouldComputeTheDifficultyOfEthash(long difficulty, boolean isKept) {
    parent.difficulty = 131_072;
    child.number = 101;
    child.time = 1_012;
    child.difficulty = difficulty;
    assertKept(isKept, new DifficultyRule(), LATE_ETHASH);
  }

  @ParameterizedTest
  @CsvSource({"1, true", "2, true", "3, false"})
  void shouldAllowTwoDifficultiesOfClique(long difficulty, boolean isKept) {
    child.difficulty = difficulty;
    assertKept(isKept, new DifficultyRule(), clique());
  }

  @ParameterizedTest
  @CsvSource({"99, 1, true", "99, 0, false", "100, 1, false", "100, 0, true", "101, 0, true"})
  void shouldMergeAtTheKnownBlock(long number, long difficulty, boolean isKept) {
    child.number = number;
    child.difficulty = difficulty;
    assertKept(
        isKept, new MergePointRule(), KnownRules.ethash(Fork.LONDON).mergeNumber(100).build());
  }

  @ParameterizedTest
  @CsvSource({"1, 1, true", "1, 0, true", "0, 0, true", "0, 1, false"})
  void shouldNotReturnFromTheMerge(long before, long difficulty, boolean isKept) {
    parent.difficulty = before;
    child.difficulty = difficulty;
    ChainRules rules = KnownRules.ethash(Fork.LONDON).terminalDifficulty(BigInteger.TEN).build();
    assertKept(isKept, new MergePointRule(), rules);
  }

  @ParameterizedTest
  @CsvSource({"9, 1, true", "9, 0, false", "10, 1, false", "10, 0, true", "11, 0, true"})
  void shouldMergeAtTheTerminalDifficulty(long total, long difficulty, boolean isKept) {
    child.difficulty = difficulty;
    ChainRules rules = KnownRules.ethash(Fork.LONDON).terminalDifficulty(BigInteger.TEN).build();
    assertEquals(
        isKept,
        new MergePointRule()
            .breachByDifficulty(child.header(), BigInteger.valueOf(total), rules)
            .isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, true", "32, true", "33, false", "60, false"})
  void shouldBoundTheExtraData(int size, boolean isKept) {
    child.extra = new byte[size];
    assertKept(isKept, new ExtraDataRule(), CANCUN);
  }

  @ParameterizedTest
  @CsvSource({
    "99, 96, false",
    "99, 97, true",
    "99, 98, false",
    "99, 117, false",
    "100, 97, true",
    "100, 116, false",
    "100, 117, true",
    "100, 77, false"
  })
  void shouldGiveTheExtraDataOfCliqueItsForm(long number, int size, boolean isKept) {
    child.number = number;
    child.difficulty = 1;
    child.extra = new byte[size];
    assertKept(isKept, new ExtraDataRule(), clique());
  }

  @ParameterizedTest
  @CsvSource({
    "99, none, true, true",
    "100, none, false, true",
    "109, none, false, true",
    "110, none, true, true",
    "99, dao-hard-fork, true, true",
    "100, dao-hard-fork, true, false",
    "109, dao-hard-fork, true, false",
    "110, dao-hard-fork, true, true"
  })
  void shouldMarkTenBlocksOfTheDaoFork(
      long number, String extra, boolean isKept, boolean isKeptByTheOther) {
    child.number = number;
    child.extra = extra.getBytes(StandardCharsets.US_ASCII);
    ChainRules.Builder rules = KnownRules.ethash(Fork.HOMESTEAD);
    assertKept(isKept, new DaoExtraDataRule(), rules.dao(new DaoFork(100, true)).build());
    assertKept(
        isKeptByTheOther, new DaoExtraDataRule(), rules.dao(new DaoFork(100, false)).build());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 99, 0, true", "0, 99, 1, false", "0, 99, -1, false",
    "1, 99, 0, true", "1, 99, 1, false", "1, 99, -1, true",
    "1, 100, 0, true", "1, 100, -1, false"
  })
  void shouldAllowTheNoncesThatMeanSomething(
      long difficulty, long number, long nonce, boolean isKept) {
    child.difficulty = difficulty;
    child.number = number;
    child.nonce = nonce;
    assertKept(isKept, new NonceRule(), clique());
  }

  @Test
  void shouldAllowAnyNonceOfEthash() {
    child.difficulty = 1;
    child.nonce = 17;
    assertKept(true, new NonceRule(), LATE_ETHASH);
  }

  @Test
  void shouldAskForTheFieldsOfClique() {
    child.difficulty = 1;
    assertKept(true, new CliqueFieldsRule(), clique());
    Arrays.fill(child.coinbase, (byte) 1);
    assertKept(false, new CliqueFieldsRule(), clique());
    child.number = 99;
    assertKept(true, new CliqueFieldsRule(), clique());
    child.mixHash = Hash.ofLongs(0, 0, 0, 1);
    assertKept(false, new CliqueFieldsRule(), clique());
    assertKept(true, new CliqueFieldsRule(), LATE_ETHASH);
  }

  @ParameterizedTest
  @CsvSource({
    "0, true",
    "131071, false",
    "131072, true",
    "131073, false",
    "786432, true",
    "917504, false",
    "-131072, false"
  })
  void shouldBoundTheBlobGas(long used, boolean isKept) {
    child.blobGasUsed = used;
    assertKept(isKept, new BlobGasUsedRule(), CANCUN);
  }

  @ParameterizedTest
  @CsvSource({
    // The target of Cancun is 3 blobs, 393216 gas.
    "0, 262144, 0",
    "0, 393216, 0",
    "0, 524288, 131072",
    "131072, 393216, 131072",
    "131072, 0, 0"
  })
  void shouldFollowTheBlobsWithTheExcess(long before, long used, long excess) {
    parent.excessBlobGas = before;
    parent.blobGasUsed = used;
    for (long offered : new long[] {excess - 1, excess, excess + 1}) {
      if (offered >= 0) {
        child.excessBlobGas = offered;
        assertKept(offered == excess, new ExcessBlobGasRule(), CANCUN);
      }
    }
  }

  /**
   * A blob costs 131072 at the least price, and the reserve price is 8192 base fees: 16 is the
   * edge. Of two blobs more than the target, a third of 8 blobs counts below it.
   */
  @ParameterizedTest
  @CsvSource({"16, 262144", "17, 349525"})
  void shouldKeepTheReservePriceOfOsaka(long baseFee, long excess) {
    ChainRules osaka = KnownRules.merged(Fork.OSAKA).build();
    parent.blobGasUsed = 8 * BlobParameters.GAS_PER_BLOB;
    parent.baseFee = BigInteger.valueOf(baseFee);
    child.excessBlobGas = excess;
    assertKept(true, new ExcessBlobGasRule(), osaka);
    child.excessBlobGas = excess + 1;
    assertKept(false, new ExcessBlobGasRule(), osaka);
    assertKept(
        false,
        new ExcessBlobGasRule(),
        KnownRules.merged(Fork.CANCUN).blobs(Fork.CANCUN, new BlobParameters(6, 9, 1)).build());
  }

  @ParameterizedTest
  @CsvSource({
    // From EIP-4844: e^(excess / fraction), rounded down.
    "0, 1",
    "2314057, 1",
    "2314058, 2",
    "10485760, 23"
  })
  void shouldComputeThePriceOfBlobGas(long excess, long price) {
    assertEquals(BigInteger.valueOf(price), BlobParameters.CANCUN.baseFee(excess));
  }
}
