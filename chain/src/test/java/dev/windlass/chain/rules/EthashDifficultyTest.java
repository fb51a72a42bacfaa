package dev.windlass.chain.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.fixtures.TestData;
import java.math.BigInteger;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The public vectors of the difficulty formulas. */
final class EthashDifficultyTest {
  private static final BigInteger LEAST = BigInteger.valueOf(131_072);

  private static ChainRules rules(String file) {
    return switch (file) {
      case "difficultyCustomHomestead.json" -> KnownRules.ethash(Fork.HOMESTEAD).build();
      case "difficultyRopsten.json" ->
          KnownRules.ethash(Fork.HOMESTEAD)
              .forksUntil(Fork.EIP158, 10)
              .fork(Fork.BYZANTIUM, 1_700_000)
              .fork(Fork.CONSTANTINOPLE, 4_230_000)
              .build();
      default -> KnownRules.mainnet();
    };
  }

  private static BigInteger integer(JsonNode value) {
    String digits = value.asText();
    return digits.startsWith("0x")
        ? new BigInteger(digits.substring(2), 16)
        : new BigInteger(digits);
  }

  /**
   * A parent below the least difficulty is left out. The vectors add the bomb before the difficulty
   * is raised to the least one, and geth adds it afterwards.
   */
  @ParameterizedTest
  @CsvSource({
    "difficulty.json, 14, 0",
    "difficultyMainNetwork.json, 2254, 0",
    "difficultyCustomMainNetwork.json, 90, 270",
    "difficultyCustomHomestead.json, 30, 90",
    "difficultyRopsten.json, 2254, 0"
  })
  void shouldComputeEachDifficultyOfTheVectors(String file, int count, int leftOut)
      throws Exception {
    JsonNode tests =
        new ObjectMapper()
            .readTree(TestData.path("vectors/ethereum-tests/BasicTests/" + file).toFile());
    ChainRules rules = rules(file);
    int computed = 0;
    for (Map.Entry<String, JsonNode> test : tests.properties()) {
      JsonNode values = test.getValue();
      BigInteger before = integer(values.get("parentDifficulty"));
      if (before.compareTo(LEAST) < 0) {
        continue;
      }
      boolean hasUncles =
          values.has("parentUncles")
              && !Hash.fromHex(values.get("parentUncles").asText()).equals(Keccak.EMPTY_LIST);
      BigInteger next =
          EthashDifficulty.next(
              before,
              integer(values.get("currentBlockNumber")).longValueExact(),
              integer(values.get("currentTimestamp"))
                  .subtract(integer(values.get("parentTimestamp")))
                  .longValueExact(),
              hasUncles,
              rules);
      assertEquals(integer(values.get("currentDifficulty")), next, test::getKey);
      computed++;
    }
    assertEquals(count, computed);
    assertEquals(leftOut, tests.size() - computed);
  }

  /** As geth v1.17.8 computes it. See findings/ethash-least-difficulty-and-the-bomb.sh. */
  @ParameterizedTest
  @CsvSource({"131072, 131328", "100, 131328", "1000000, 999768"})
  void shouldAddTheBombToTheLeastDifficulty(BigInteger before, BigInteger next) {
    ChainRules rules = KnownRules.ethash(Fork.HOMESTEAD).build();
    assertEquals(next, EthashDifficulty.next(before, 1_000_000, 20, false, rules));
  }
}
