package dev.windlass.wire.jsonrpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.fixtures.TestData;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers and bodies rebuilt from JSON, of all forks and all types of transactions. */
class BlockJsonTest {
  private static JsonFields named(JsonObject json) {
    return JsonFields.of(JsonIndex.read(json.toBuffer()), "block 0");
  }

  private static List<Block> blocks(String file) throws IOException {
    RlpReader all = new RlpReader(Files.readAllBytes(TestData.path(file)));
    List<Block> blocks = new ArrayList<>();
    while (all.hasNext()) {
      blocks.add(Block.decode(all.item(1 << 24)));
    }
    return blocks;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"all-forks/chain.rlp", "mainnet/fork-blocks.rlp", "mainnet/0-999.blocks.rlp"})
  void shouldRebuildEachBlockToTheByte(String file) throws IOException {
    List<Block> blocks = blocks(file);
    assertTrue(blocks.size() > 10);
    for (Block block : blocks) {
      JsonFields json = named(BlockAsJson.block(block, true));
      assertEquals(block.header(), HeaderJson.header(json));
      assertArrayEquals(block.rawBody(), BodyJson.body(json, block.uncles()));
    }
  }

  /** The answers of a real node to the conversations of execution-apis. */
  @Test
  void shouldRebuildTheBlocksOfTheConversations() throws IOException {
    List<Block> chain = blocks("all-forks/chain.rlp");
    int whole = 0;
    int headers = 0;
    for (String method : List.of("eth_getBlockByNumber", "eth_getBlockByHash")) {
      for (Path file : files(TestData.path("execution-apis/" + method))) {
        for (JsonObject answer : answers(file)) {
          JsonFields json = named(answer);
          BlockHeader header = HeaderJson.header(json);
          headers++;
          List<JsonValue> transactions = json.list("transactions");
          boolean isWhole = !transactions.isEmpty() && transactions.get(0).isObject();
          if (isWhole) {
            byte[] body = BodyJson.body(json, List.of());
            assertEquals(Optional.empty(), BlockRules.check(Block.of(header, body)));
            assertArrayEquals(chain.get((int) header.number() - 1).rawBody(), body);
            whole++;
          }
        }
      }
    }
    assertEquals(7, headers);
    assertEquals(2, whole);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static List<JsonObject> answers(Path conversation) throws IOException {
    return Files.readAllLines(conversation).stream()
        .filter(line -> line.startsWith("<< "))
        .map(line -> new JsonObject(line.substring(3)).getJsonObject("result"))
        .filter(java.util.Objects::nonNull)
        .toList();
  }

  private static final String ZERO = "0x" + "0".repeat(64);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonce          |        | the field nonce of block 0 is absent",
        "nonce          | 0x00   | the field nonce of block 0 has 1 bytes, not 8",
        "difficulty     | 7      | the field difficulty of block 0 is not in hex",
        "difficulty     | 0xzz   | the field difficulty of block 0 is not in hex",
        "extraData      | 0x123  | the field extraData of block 0 has half a byte",
        "gasUsed        | 0x8    | block 0 has another hash than",
      })
  void shouldNameTheFieldOfAHeaderThatIsWrong(String field, String value, String message)
      throws IOException {
    JsonObject json = BlockAsJson.block(blocks("all-forks/chain.rlp").get(3), true);
    json.put(field, value);
    BlockJsonException thrown =
        assertThrows(BlockJsonException.class, () -> HeaderJson.header(named(json)));
    assertTrue(thrown.getMessage().startsWith(message), thrown::getMessage);
  }

  /** A later fork or another chain appends fields. They have to be asked for as raw bytes. */
  @Test
  void shouldNameTheFieldsThatAreNotKnown() throws IOException {
    JsonObject json = BlockAsJson.block(blocks("all-forks/chain.rlp").get(3), true);
    json.put("milkiness", "0x1").put("hash", ZERO);
    assertEquals(
        "block 0 has fields that are not known: milkiness",
        assertThrows(BlockJsonException.class, () -> HeaderJson.header(named(json))).getMessage());
  }

  @Test
  void shouldNameOnlySoMuchOfWhatANodeMadeUp() throws IOException {
    JsonObject json = BlockAsJson.block(blocks("all-forks/chain.rlp").get(3), true);
    for (int i = 0; i < 1_000; i++) {
      json.put(i + "\u001b[2J" + "x".repeat(1_000), "0x1");
    }
    json.put("hash", ZERO);
    String message =
        assertThrows(BlockJsonException.class, () -> HeaderJson.header(named(json))).getMessage();
    assertTrue(message.length() < 500 && message.contains("0?[2Jxxx"), message);
  }

  @Test
  void shouldPassOverFieldsThatAreNotOfTheHeader() throws IOException {
    Block block = blocks("all-forks/chain.rlp").get(3);
    JsonObject json = BlockAsJson.block(block, true).put("l1BlockNumber", "0x1");
    json.put("blockAccessListHash", null).put("slotNumber", null);
    assertEquals(block.header(), HeaderJson.header(named(json)));
  }

  @Test
  void shouldNameATypeOfTransactionThatIsNotKnown() throws IOException {
    JsonObject json = BlockAsJson.block(blocks("all-forks/chain.rlp").get(0), true);
    json.getJsonArray("transactions").getJsonObject(0).put("type", "0x7e");
    assertEquals(
        "transaction 0 has the type 0x7e, which is not known",
        assertThrows(BlockJsonException.class, () -> BodyJson.body(named(json), List.of()))
            .getMessage());
  }

  @Test
  void shouldNameATransactionWithAnotherHash() throws IOException {
    JsonObject json = BlockAsJson.block(blocks("all-forks/chain.rlp").get(0), true);
    json.getJsonArray("transactions").getJsonObject(0).put("hash", ZERO);
    assertEquals(
        "transaction 0 has another hash than " + ZERO + ", which its JSON gives",
        assertThrows(BlockJsonException.class, () -> BodyJson.body(named(json), List.of()))
            .getMessage());
  }
}
