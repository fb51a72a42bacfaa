package dev.windlass.chain.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.chain.Block;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Breach;
import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.fixtures.TestData;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every block of the public vectors goes through the full check. Each valid one passes. An invalid
 * one is refused by the rule that its reason names, by the light check or by decoding. Those that
 * only execution can refuse pass, and are listed with their count.
 */
final class FullCheckVectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PASSES = "passes";

  /** All vectors are older. */
  private static final long NOW = 4_000_000_000L;

  /**
   * Each reason of the vectors, the rule that refuses the block, and how many there are. Only
   * execution refuses the blocks that pass: funds, the gas that is left in the block, state,
   * receipts, bloom and gas used.
   */
  private static final String REFUSED =
      """
      EXTRA_DATA_INVALID_DAO: dao-extra-data = 13
      EXTRA_DATA_INVALID_DAO: transactions-root, then dao-extra-data = 1
      EXTRA_DATA_INVALID_DAO: uncle-header dao-extra-data = 4
      EXTRA_DATA_INVALID_DAO: uncle-once = 1
      EXTRA_DATA_TOO_BIG: extra-data = 3
      GASLIMIT_TOO_BIG: gas-limit-bounds = 1
      GAS_ALLOWANCE_EXCEEDED: transactions-root, then passes = 1
      GAS_ALLOWANCE_EXCEEDED: transactions-root, then transaction-gas-limit = 1
      IMPORT_IMPOSSIBLE_DIFFICULTY_OVER_PARIS: merge-point = 1
      IMPORT_IMPOSSIBLE_LEGACY: header-fields = 1
      IMPORT_IMPOSSIBLE_LEGACY_WRONG_PARENT: header-fields = 1
      IMPORT_IMPOSSIBLE_LEGACY_WRONG_PARENT: uncle-header header-fields = 1
      IMPORT_IMPOSSIBLE_LONDON_WRONG_PARENT: header-fields = 1
      IMPORT_IMPOSSIBLE_LONDON_WRONG_PARENT: uncle-header header-fields = 1
      IMPORT_IMPOSSIBLE_PARIS_OVER_SHANGHAI: header-fields = 1
      IMPORT_IMPOSSIBLE_PARIS_OVER_SHANGHAI: withdrawals-presence, then header-fields = 1
      IMPORT_IMPOSSIBLE_PARIS_WRONG_POS: merge-point = 1
      IMPORT_IMPOSSIBLE_PARIS_WRONG_POW: merge-point = 1
      IMPORT_IMPOSSIBLE_SHANGHAI: header-fields = 2
      IMPORT_IMPOSSIBLE_UNCLES_OVER_PARIS: uncle-count = 56
      IMPORT_IMPOSSIBLE_UNCLES_OVER_PARIS: uncles-hash, then passes = 1
      INSUFFICIENT_ACCOUNT_FUNDS: transactions-root, then passes = 12
      INSUFFICIENT_ACCOUNT_FUNDS|INTRINSIC_GAS_TOO_LOW: transactions-root, then intrinsic-gas = 3
      INSUFFICIENT_MAX_FEE_PER_GAS: transactions-root, then transaction-fees = 6
      INTRINSIC_GAS_TOO_LOW: intrinsic-gas = 1
      INTRINSIC_GAS_TOO_LOW: transactions-root, then intrinsic-gas = 62
      INVALID_BASEFEE_PER_GAS: base-fee = 2
      INVALID_BLOCK_NUMBER: link = 2
      INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT: timestamp = 4
      INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT: timestamp-order = 3
      INVALID_DIFFICULTY: difficulty = 1
      INVALID_GASLIMIT: gas-limit-bounds = 12
      INVALID_GASLIMIT: gas-used = 1
      INVALID_GASLIMIT: header-fields = 1
      INVALID_GAS_USED: passes = 4
      INVALID_LOG_BLOOM: passes = 1
      INVALID_RECEIPTS_ROOT: passes = 1
      INVALID_STATE_ROOT: passes = 2
      INVALID_TRANSACTIONS_ROOT: transactions-root, then passes = 1
      INVALID_WITHDRAWALS_ROOT: withdrawals-root, then passes = 2
      PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS: transactions-root, then transaction-fees = 6
      RLP_STRUCTURES_ENCODING|RLP_INVALID_ADDRESS: rlp = 3
      RLP_STRUCTURES_ENCODING|RLP_INVALID_FIELD_OVERFLOW_64: rlp = 7
      RLP_STRUCTURES_ENCODING|RLP_WITHDRAWALS_NOT_READ: withdrawals-presence, then passes = 1
      TYPE_NOT_SUPPORTED: transactions-root, then transaction-type = 3
      UNCLE_PARENT_INCORRECT: uncle-ancestry = 1
      UNKNOWN_PARENT: link = 3
      UNKNOWN_PARENT_ZERO: link = 1
      """;

  private final Map<String, Integer> refused = new TreeMap<>();
  private int valid;

  /** A block of one test, and what is known of its chain. */
  private record Known(Block block, Known parent, Optional<BigInteger> totalDifficulty) {
    ChainBelow below() {
      ArrayDeque<Block> blocks = new ArrayDeque<>();
      Known at = this;
      while (at != null && blocks.size() < ChainBelow.BLOCKS_MAX) {
        blocks.addFirst(at.block);
        at = at.parent;
      }
      return new ChainBelow(new ArrayList<>(blocks), totalDifficulty);
    }
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.startsWith("0x") ? digits.substring(2) : digits);
  }

  private static String check(FullCheck check, byte[] raw, Map<Hash, Known> known) {
    Block block;
    try {
      block = Block.decode(raw);
    } catch (RlpException e) {
      return "rlp";
    }
    Known parent = known.get(block.parentHash());
    if (parent == null || !BlockRules.isLinked(parent.block().header(), block.header())) {
      return BlockRules.LINK;
    }
    String full = full(check, parent, block);
    Optional<Breach> light = BlockRules.check(block);
    // The headers of many vectors leave out the transaction that is wrong. The full check would
    // come after the light one, which sees that first.
    return light.map(breach -> breach.rule() + ", then " + full).orElse(full);
  }

  private static String full(FullCheck check, Known parent, Block block) {
    return check
        .check(parent.below(), List.of(block), NOW)
        .map(FullCheckVectorsTest::ruleOf)
        .orElse(PASSES);
  }

  /** Of an uncle's header also the rule that the header breaks. */
  private static String ruleOf(BlockBreach breach) {
    String rule = breach.breach().rule();
    return rule.equals(FullCheck.UNCLE_HEADER)
        ? rule + " " + breach.breach().explanation().split(": ", 4)[2]
        : rule;
  }

  private void run(Path file, JsonNode test) {
    FullCheck check =
        FullCheck.of(KnownRules.ofVectors(test.get("network").asText()), Seal.NOT_VERIFIABLE);
    Block genesis = Block.decode(hex(test.get("genesisRLP").asText()));
    Map<Hash, Known> known = new HashMap<>();
    known.put(genesis.hash(), new Known(genesis, null, Optional.of(genesis.header().difficulty())));
    for (JsonNode vector : test.get("blocks")) {
      byte[] raw = hex(vector.get("rlp").asText());
      String result = check(check, raw, known);
      if (vector.has("expectException")) {
        String reason =
            vector.get("expectException").asText().replaceAll("(Block|Transaction)Exception.", "");
        refused.merge(reason + ": " + result, 1, Integer::sum);
        continue;
      }
      Block block = Block.decode(raw);
      assertEquals(PASSES, result, () -> file + ": block " + block);
      Known parent = known.get(block.parentHash());
      Optional<BigInteger> total =
          parent.totalDifficulty().map(before -> before.add(block.header().difficulty()));
      known.put(block.hash(), new Known(block, parent, total));
      valid++;
    }
  }

  @Test
  void shouldAcceptAndRefuseBlocksAsTheVectorsSay() throws Exception {
    Path folder = TestData.path("vectors/ethereum-tests/BlockchainTests");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        for (JsonNode test : JSON.readTree(file.toFile())) {
          run(file, test);
        }
      }
    }
    assertEquals(508, valid);
    List<String> found = new ArrayList<>();
    refused.forEach((reason, count) -> found.add(reason + " = " + count));
    assertEquals(REFUSED, String.join("\n", found) + "\n");
  }
}
