package dev.windlass.chain.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.TransactionReader;
import dev.windlass.chain.rlp.RlpException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule for transactions at its edges. */
final class TransactionRulesTest {
  private static final BigInteger ORDER =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

  private final RuledBlock block = new RuledBlock();

  private static ChainRules merged(Fork last) {
    return KnownRules.merged(last).build();
  }

  private Optional<String> breach(RawTransaction transaction, TransactionRule rule, Fork fork) {
    return breach(transaction, rule, merged(fork));
  }

  private Optional<String> breach(
      RawTransaction transaction, TransactionRule rule, ChainRules rules) {
    block.transactions.clear();
    block.transactions.add(transaction.raw());
    Block made = block.block();
    TransactionReader reader = made.transactions();
    assertTrue(reader.next());
    return rule.breach(reader, new BlockTerms(made.header(), rules), rules);
  }

  private void assertKept(
      boolean isKept, RawTransaction transaction, TransactionRule rule, Fork fork) {
    Optional<String> breach = breach(transaction, rule, fork);
    assertEquals(isKept, breach.isEmpty(), () -> rule.name() + ": " + breach);
  }

  @ParameterizedTest
  @CsvSource({
    "0, HOMESTEAD, true",
    "1, ISTANBUL, false",
    "1, BERLIN, true",
    "2, BERLIN, false",
    "2, LONDON, true",
    "3, SHANGHAI, false",
    "3, CANCUN, true",
    "4, CANCUN, false",
    "4, PRAGUE, true"
  })
  void shouldAllowATypeFromItsForkOn(int type, Fork fork, boolean isAllowed) {
    assertKept(isAllowed, RawTransaction.of(type), new TransactionTypeRule(), fork);
  }

  @Test
  void shouldNotAllowTypesThatNoForkBrought() {
    RawTransaction unknown = new RawTransaction();
    unknown.type = 5;
    assertKept(false, unknown, new TransactionTypeRule(), Fork.OSAKA);
    unknown.type = 0x7e;
    assertKept(false, unknown, new TransactionTypeRule(), Fork.OSAKA);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true", "2, false"})
  void shouldAskForTheChainId(long chainId, boolean isKept) {
    RawTransaction typed = RawTransaction.of(TransactionReader.DYNAMIC_FEE);
    typed.chainId = chainId;
    assertKept(isKept, typed, new TransactionChainIdRule(), Fork.LONDON);
    RawTransaction legacy = RawTransaction.of(TransactionReader.LEGACY);
    legacy.v = 35 + 2 * chainId;
    assertKept(isKept, legacy, new TransactionChainIdRule(), Fork.LONDON);
    legacy.v++;
    assertKept(isKept, legacy, new TransactionChainIdRule(), Fork.LONDON);
  }

  @Test
  void shouldAllowNoChainIdAlwaysAndAChainIdSinceEip155() {
    RawTransaction legacy = RawTransaction.of(TransactionReader.LEGACY);
    TransactionRule rule = new TransactionChainIdRule();
    assertKept(true, legacy, rule, Fork.LONDON);
    legacy.v = 37;
    ChainRules before = KnownRules.ethash(Fork.EIP150).build();
    assertEquals(
        Optional.of("it has a chain id, though EIP-155 is not active"),
        breach(legacy, rule, before));
    assertEquals(Optional.empty(), breach(legacy, rule, KnownRules.ethash(Fork.EIP155).build()));
  }

  @ParameterizedTest
  @CsvSource({"0, true", "-2, true", "-1, false"})
  void shouldBoundTheNonce(long nonce, boolean isKept) {
    RawTransaction transaction = new RawTransaction();
    transaction.nonce = nonce;
    transaction.v = 0;
    assertKept(isKept, transaction, new TransactionNonceRule(), Fork.LONDON);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 26, false",
    "0, 27, true",
    "0, 28, true",
    "0, 29, false",
    "0, 34, false",
    "0, 35, true",
    "0, 36, true",
    "2, 0, true",
    "2, 1, true",
    "2, 2, false",
    "2, 27, false"
  })
  void shouldAskForOneOfTwoKeys(int type, long v, boolean isKept) {
    RawTransaction transaction = RawTransaction.of(type);
    transaction.v = v;
    assertKept(isKept, transaction, new TransactionSignatureRule(), Fork.LONDON);
  }

  @Test
  void shouldBoundTheNumbersOfASignature() {
    RawTransaction transaction = RawTransaction.of(TransactionReader.DYNAMIC_FEE);
    TransactionRule rule = new TransactionSignatureRule();
    BigInteger half = ORDER.shiftRight(1);
    for (BigInteger wrong : new BigInteger[] {BigInteger.ZERO, ORDER}) {
      transaction.r = wrong;
      assertKept(false, transaction, rule, Fork.LONDON);
      transaction.r = BigInteger.ONE;
      transaction.s = wrong;
      assertKept(false, transaction, rule, Fork.LONDON);
      transaction.s = BigInteger.ONE;
    }
    transaction.r = ORDER.subtract(BigInteger.ONE);
    assertKept(true, transaction, rule, Fork.LONDON);
    transaction.s = half;
    assertKept(true, transaction, rule, Fork.LONDON);
    transaction.s = half.add(BigInteger.ONE);
    assertKept(false, transaction, rule, Fork.LONDON);
  }

  @Test
  void shouldAllowTheUpperHalfBeforeHomestead() {
    RawTransaction transaction = RawTransaction.of(TransactionReader.LEGACY);
    transaction.s = ORDER.subtract(BigInteger.ONE);
    TransactionRule rule = new TransactionSignatureRule();
    assertEquals(Optional.empty(), breach(transaction, rule, ChainRules.ofChain(1).build()));
    assertKept(false, transaction, rule, Fork.HOMESTEAD);
    transaction.s = ORDER;
    assertTrue(breach(transaction, rule, ChainRules.ofChain(1).build()).isPresent());
  }

  @ParameterizedTest
  @CsvSource({
    "20000000, PRAGUE, true", "29999999, PRAGUE, true",
    "30000000, PRAGUE, true", "30000001, PRAGUE, false",
    "16777216, OSAKA, true", "16777217, OSAKA, false",
    "30000000, AMSTERDAM, true", "-1, LONDON, false"
  })
  void shouldBoundTheGasLimit(long gasLimit, Fork fork, boolean isKept) {
    RawTransaction transaction = new RawTransaction();
    transaction.gasLimit = gasLimit;
    assertKept(isKept, transaction, new TransactionGasLimitRule(), fork);
  }

  /** Costs of one zero byte and two others, of a creation, and of the lists. */
  @ParameterizedTest
  @CsvSource({
    "0, false, HOMESTEAD, 21140",
    "0, false, ISTANBUL, 21036",
    "0, true, ISTANBUL, 53036",
    "0, true, SHANGHAI, 53038",
    // The floor is 21000 + 10 + 2 * 40.
    "0, false, PRAGUE, 21090",
    "0, true, PRAGUE, 53038",
    "2, false, LONDON, 29636",
    "4, false, PRAGUE, 54636"
  })
  void shouldPriceATransactionBeforeItRuns(int type, boolean isCreation, Fork fork, long gas) {
    RawTransaction transaction = RawTransaction.of(type);
    transaction.data = new byte[] {0, 1, 2};
    transaction.addresses = 2;
    transaction.keysOfEach = 1;
    if (isCreation) {
      transaction.to = new byte[0];
    }
    transaction.gasLimit = gas - 1;
    assertKept(false, transaction, new IntrinsicGasRule(), fork);
    transaction.gasLimit = gas;
    assertKept(true, transaction, new IntrinsicGasRule(), fork);
  }

  @Test
  void shouldPriceACreationAsACallInFrontier() {
    RawTransaction creation = RawTransaction.of(TransactionReader.LEGACY);
    creation.to = new byte[0];
    creation.gasLimit = 21_000;
    TransactionRule rule = new IntrinsicGasRule();
    assertEquals(Optional.empty(), breach(creation, rule, ChainRules.ofChain(1).build()));
    assertKept(false, creation, rule, Fork.HOMESTEAD);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 999, false",
    "0, 1000, true",
    "1000, 1000, true",
    "1001, 1000, false",
    "1001, 1001, true"
  })
  void shouldPayTheBaseFee(long priorityFee, long maxFee, boolean isKept) {
    RawTransaction transaction = RawTransaction.of(TransactionReader.DYNAMIC_FEE);
    transaction.priorityFee = BigInteger.valueOf(priorityFee);
    transaction.maxFee = BigInteger.valueOf(maxFee);
    assertKept(isKept, transaction, new TransactionFeesRule(), Fork.LONDON);
    RawTransaction legacy = RawTransaction.of(TransactionReader.LEGACY);
    legacy.maxFee = BigInteger.valueOf(maxFee);
    assertKept(maxFee >= 1_000, legacy, new TransactionFeesRule(), Fork.LONDON);
    assertKept(true, legacy, new TransactionFeesRule(), Fork.BERLIN);
  }

  @Test
  void shouldCompareFeesOfManyBytes() {
    RawTransaction transaction = RawTransaction.of(TransactionReader.DYNAMIC_FEE);
    transaction.maxFee = BigInteger.ONE.shiftLeft(255);
    transaction.priorityFee = transaction.maxFee;
    assertKept(true, transaction, new TransactionFeesRule(), Fork.LONDON);
    transaction.priorityFee = transaction.maxFee.add(BigInteger.ONE);
    assertKept(false, transaction, new TransactionFeesRule(), Fork.LONDON);
  }

  @ParameterizedTest
  @CsvSource({
    "49152, SHANGHAI, true",
    "49153, SHANGHAI, false",
    "49153, LONDON, true",
    "49153, AMSTERDAM, true"
  })
  void shouldBoundTheInitCode(int size, Fork fork, boolean isKept) {
    RawTransaction creation = RawTransaction.of(TransactionReader.DYNAMIC_FEE);
    creation.to = new byte[0];
    creation.data = new byte[size];
    assertKept(isKept, creation, new InitCodeSizeRule(), fork);
    creation.to = new byte[20];
    assertKept(true, creation, new InitCodeSizeRule(), fork);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, CANCUN, false",
    "1, 1, CANCUN, true",
    "1, 0, CANCUN, false",
    "1, 2, CANCUN, false",
    "6, 1, OSAKA, true",
    "7, 1, OSAKA, false",
    "7, 1, PRAGUE, true"
  })
  void shouldNameItsBlobs(int blobs, int version, Fork fork, boolean isKept) {
    RawTransaction transaction = RawTransaction.of(TransactionReader.BLOB);
    transaction.blobs = blobs;
    transaction.blobVersion = version;
    assertKept(isKept, transaction, new BlobTransactionRule(), fork);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, true", "3, true"})
  void shouldPayTheBlobBaseFee(long fee, boolean isKept) {
    // Here the price becomes 2, see HeaderRulesTest.
    block.excessBlobGas = 2_314_058;
    RawTransaction transaction = RawTransaction.of(TransactionReader.BLOB);
    transaction.blobFee = BigInteger.valueOf(fee);
    assertKept(isKept, transaction, new BlobTransactionRule(), Fork.CANCUN);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true", "2, true"})
  void shouldHaveAnAuthorization(int count, boolean isKept) {
    RawTransaction transaction = RawTransaction.of(TransactionReader.SET_CODE);
    transaction.authorizations = count;
    assertKept(isKept, transaction, new AuthorizationsRule(), Fork.PRAGUE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 19, 21, 32})
  void shouldRefuseAnAddressOfAnotherLength(int length) {
    for (int type = TransactionReader.LEGACY; type <= TransactionReader.SET_CODE; type++) {
      RawTransaction transaction = RawTransaction.of(type);
      transaction.to = new byte[length];
      Arrays.fill(transaction.to, (byte) 1);
      assertThrows(
          RlpException.class, () -> breach(transaction, new TransactionTypeRule(), Fork.PRAGUE));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {TransactionReader.BLOB, TransactionReader.SET_CODE})
  void shouldRefuseACreationByTheTypesThatHaveNone(int type) {
    RawTransaction transaction = RawTransaction.of(type);
    transaction.to = new byte[0];
    assertThrows(
        RlpException.class, () -> breach(transaction, new TransactionTypeRule(), Fork.PRAGUE));
  }
}
