package dev.windlass.chain;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.fixtures.TestData;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The public vectors of ethereum/tests. Invalid blocks that break RLP, a link or a root must be
 * refused, by the rule that they break. Windlass does not prove execution, a fork's rules for
 * headers, or seals. Blocks that break only those are counted by reason, so that no vector is
 * skipped unseen.
 */
final class EthereumVectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RLP = "rlp";

  /** Reason in the vectors to the rule of Windlass that refuses. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "RLP_STRUCTURES_ENCODING|RLP_INVALID_FIELD_OVERFLOW_64", RLP,
          "RLP_STRUCTURES_ENCODING|RLP_INVALID_ADDRESS", RLP,
          "RLP_STRUCTURES_ENCODING|RLP_WITHDRAWALS_NOT_READ", BlockRules.WITHDRAWALS_PRESENCE,
          "INVALID_WITHDRAWALS_ROOT", BlockRules.WITHDRAWALS_ROOT,
          "INVALID_TRANSACTIONS_ROOT", BlockRules.TRANSACTIONS_ROOT,
          "INVALID_BLOCK_NUMBER", BlockRules.LINK,
          "UNKNOWN_PARENT", BlockRules.LINK,
          "UNKNOWN_PARENT_ZERO", BlockRules.LINK);

  /** How many vectors have each of those reasons. */
  private static final Map<String, Integer> REFUSED_COUNTS =
      Map.of(
          "RLP_STRUCTURES_ENCODING|RLP_INVALID_FIELD_OVERFLOW_64", 7,
          "RLP_STRUCTURES_ENCODING|RLP_INVALID_ADDRESS", 3,
          "RLP_STRUCTURES_ENCODING|RLP_WITHDRAWALS_NOT_READ", 1,
          "INVALID_WITHDRAWALS_ROOT", 2,
          "INVALID_TRANSACTIONS_ROOT", 1,
          "INVALID_BLOCK_NUMBER", 2,
          "UNKNOWN_PARENT", 3,
          "UNKNOWN_PARENT_ZERO", 1);

  /**
   * Reasons that Windlass does not prove, with their count. If their blocks also break a rule of
   * Windlass, the reason names it.
   */
  private static final Map<String, Integer> OUT_OF_SCOPE =
      Map.ofEntries(
          // Transactions that cannot be executed. The header's root never includes them.
          entry("INTRINSIC_GAS_TOO_LOW and transactions-root", 62),
          entry("INSUFFICIENT_ACCOUNT_FUNDS and transactions-root", 12),
          entry("INSUFFICIENT_ACCOUNT_FUNDS|INTRINSIC_GAS_TOO_LOW and transactions-root", 3),
          entry("INSUFFICIENT_MAX_FEE_PER_GAS and transactions-root", 6),
          entry("PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS and transactions-root", 6),
          entry("GAS_ALLOWANCE_EXCEEDED and transactions-root", 2),
          entry("TYPE_NOT_SUPPORTED and transactions-root", 3),
          entry("INTRINSIC_GAS_TOO_LOW", 1),
          // Results of execution.
          entry("INVALID_STATE_ROOT", 2),
          entry("INVALID_RECEIPTS_ROOT", 1),
          entry("INVALID_LOG_BLOOM", 1),
          entry("INVALID_GAS_USED", 4),
          // A fork's rules for headers and uncles.
          entry("IMPORT_IMPOSSIBLE_UNCLES_OVER_PARIS", 56),
          entry("IMPORT_IMPOSSIBLE_UNCLES_OVER_PARIS and uncles-hash", 1),
          entry("UNCLE_PARENT_INCORRECT", 1),
          entry("EXTRA_DATA_INVALID_DAO", 18),
          entry("EXTRA_DATA_INVALID_DAO and transactions-root", 1),
          entry("EXTRA_DATA_TOO_BIG", 3),
          entry("INVALID_GASLIMIT", 14),
          entry("GASLIMIT_TOO_BIG", 1),
          entry("INVALID_BASEFEE_PER_GAS", 2),
          entry("INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT", 7),
          entry("INVALID_DIFFICULTY", 1),
          // Headers of a fork that is not active at their number.
          entry("IMPORT_IMPOSSIBLE_DIFFICULTY_OVER_PARIS", 1),
          entry("IMPORT_IMPOSSIBLE_LEGACY", 1),
          entry("IMPORT_IMPOSSIBLE_LEGACY_WRONG_PARENT", 2),
          entry("IMPORT_IMPOSSIBLE_LONDON_WRONG_PARENT", 2),
          entry("IMPORT_IMPOSSIBLE_PARIS_OVER_SHANGHAI", 1),
          entry("IMPORT_IMPOSSIBLE_PARIS_OVER_SHANGHAI and withdrawals-presence", 1),
          entry("IMPORT_IMPOSSIBLE_PARIS_WRONG_POS", 1),
          entry("IMPORT_IMPOSSIBLE_PARIS_WRONG_POW", 1),
          entry("IMPORT_IMPOSSIBLE_SHANGHAI", 2));

  private static JsonNode json(Path file) throws Exception {
    return JSON.readTree(file.toFile());
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.startsWith("0x") ? digits.substring(2) : digits);
  }

  /** Null if the block is valid, else the rule that it breaks. */
  private static String broken(byte[] raw, Map<Hash, BlockHeader> known) {
    Block block;
    try {
      block = Block.decode(raw);
    } catch (RlpException e) {
      return RLP;
    }
    Optional<Breach> breach = BlockRules.check(block);
    if (breach.isPresent()) {
      return breach.get().rule();
    }
    BlockHeader parent = known.get(block.parentHash());
    if (parent == null || !BlockRules.isLinked(parent, block.header())) {
      return BlockRules.LINK;
    }
    return null;
  }

  private static List<Path> files(String folder) throws Exception {
    try (Stream<Path> walk = Files.walk(TestData.path("vectors/ethereum-tests/" + folder))) {
      return walk.filter(path -> path.toString().endsWith(".json")).sorted().toList();
    }
  }

  @Test
  void shouldAcceptAndRefuseBlocksAsTheVectorsSay() throws Exception {
    int accepted = 0;
    Map<String, Integer> refused = new TreeMap<>();
    Map<String, Integer> outOfScope = new TreeMap<>();
    for (Path file : files("BlockchainTests")) {
      for (JsonNode test : json(file)) {
        Block genesis = Block.decode(hex(test.get("genesisRLP").asText()));
        assertEquals(Optional.empty(), BlockRules.check(genesis), file::toString);
        Map<Hash, BlockHeader> known = new HashMap<>(Map.of(genesis.hash(), genesis.header()));
        for (JsonNode vector : test.get("blocks")) {
          byte[] raw = hex(vector.get("rlp").asText());
          String broken = broken(raw, known);
          if (!vector.has("expectException")) {
            assertEquals(null, broken, file::toString);
            Block block = Block.decode(raw);
            assertEquals(
                vector.at("/blockHeader/hash").asText(), block.hash().toString(), file::toString);
            known.put(block.hash(), block.header());
            accepted++;
            continue;
          }
          String reason =
              vector
                  .get("expectException")
                  .asText()
                  .replaceAll("(Block|Transaction)Exception.", "");
          String rule = REFUSED.get(reason);
          if (rule != null) {
            assertEquals(rule, broken, () -> file + ": " + reason);
            refused.merge(reason, 1, Integer::sum);
          } else {
            outOfScope.merge(reason + (broken == null ? "" : " and " + broken), 1, Integer::sum);
          }
        }
      }
    }
    assertEquals(508, accepted);
    assertEquals(new TreeMap<>(REFUSED_COUNTS), refused);
    assertEquals(new TreeMap<>(OUT_OF_SCOPE), outOfScope);
  }

  @Test
  void shouldRefuseEveryInvalidRlp() throws Exception {
    JsonNode tests = json(TestData.path("vectors/ethereum-tests/RLPTests/invalidRLPTest.json"));
    assertEquals(26, tests.size());
    tests
        .fields()
        .forEachRemaining(
            test -> {
              byte[] bytes = hex(test.getValue().get("out").asText());
              assertThrows(
                  RlpException.class,
                  () -> {
                    RlpReader reader = new RlpReader(bytes);
                    reader.nextIsList();
                    reader.checkDeep(100);
                  },
                  test.getKey());
            });
  }

  @Test
  void shouldReadAndWriteEveryValidRlp() throws Exception {
    int read = 0;
    for (Path file : files("RLPTests")) {
      for (JsonNode test : json(file)) {
        if (test.get("in").asText().equals("INVALID")) {
          continue;
        }
        byte[] bytes = hex(test.get("out").asText());
        RlpReader reader = new RlpReader(bytes);
        if (!test.get("in").asText().equals("VALID")) {
          compare(test.get("in"), reader);
          reader.end();
          RlpWriter writer = new RlpWriter();
          write(test.get("in"), writer);
          assertArrayEquals(bytes, writer.toBytes());
        } else {
          assertTrue(reader.checkDeep(100) > 0);
        }
        read++;
      }
    }
    assertEquals(29, read);
  }

  private static void compare(JsonNode expected, RlpReader reader) {
    if (expected.isArray()) {
      RlpReader list = reader.list();
      expected.forEach(item -> compare(item, list));
      list.end();
    } else if (expected.isNumber()) {
      assertEquals(expected.asLong(), reader.unsignedLong());
    } else if (expected.asText().startsWith("#")) {
      assertEquals(new BigInteger(expected.asText().substring(1)), reader.integer(64));
    } else {
      byte[] text = expected.asText().getBytes(StandardCharsets.ISO_8859_1);
      assertArrayEquals(text, reader.string(1 << 20));
    }
  }

  private static void write(JsonNode value, RlpWriter writer) {
    if (value.isArray()) {
      writer.beginList();
      value.forEach(item -> write(item, writer));
      writer.endList();
    } else if (value.isNumber()) {
      writer.integer(value.asLong());
    } else if (value.asText().startsWith("#")) {
      writer.integer(new BigInteger(value.asText().substring(1)));
    } else {
      writer.string(value.asText().getBytes(StandardCharsets.ISO_8859_1));
    }
  }
}
