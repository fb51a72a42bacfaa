package dev.windlass.wire.devp2p.eth60;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.fixtures.TestData;
import dev.windlass.wire.Fuzz;
import dev.windlass.wire.Mutator;
import dev.windlass.wire.devp2p.eth60.Eth60Message.BlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Blocks;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashesFromNumber;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlocks;
import dev.windlass.wire.devp2p.eth60.Eth60Message.NewBlock;
import dev.windlass.wire.devp2p.eth60.Eth60Message.NewBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Status;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Transactions;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class Eth60CodecTest {
  /** The codes of the golden messages. */
  private static final Map<String, Integer> GOLDEN =
      new TreeMap<>(
          Map.of(
              "status_eth60", 0,
              "newBlockHashes_1", 1,
              "getBlockHashes_2048", 3,
              "blockHashes_3", 4,
              "blockHashes_empty", 4,
              "getBlocks_2", 5,
              "blocks_2", 6,
              "newBlock", 7,
              "getBlockHashesFromNumber_5_2048", 8));

  private static JsonNode golden() throws Exception {
    return new ObjectMapper().readTree(TestData.path("vectors/eth60-messages.json").toFile());
  }

  private static byte[] hex(JsonNode digits) {
    return HexFormat.of().parseHex(digits.asText());
  }

  private static Hash hash(JsonNode block) {
    return Hash.fromHex(block.get("hash").asText());
  }

  private static BigInteger td(JsonNode block) {
    return new BigInteger(block.get("td").asText());
  }

  @Test
  void shouldDecodeAndEncodeEveryGoldenMessageToTheByte() throws Exception {
    JsonNode golden = golden();
    assertEquals(GOLDEN.size() + 2, golden.size(), "messages, the chain and the genesis");
    for (Map.Entry<String, Integer> message : GOLDEN.entrySet()) {
      byte[] payload = hex(golden.get(message.getKey()));
      Eth60Message decoded = Eth60Codec.decode(message.getValue(), payload);
      assertEquals(message.getValue(), decoded.code());
      assertArrayEquals(payload, Eth60Codec.encode(decoded), message.getKey());
    }
  }

  @Test
  void shouldReadWhatTheGoldenMessagesSay() throws Exception {
    JsonNode golden = golden();
    JsonNode chain = golden.get("chain");
    Hash genesis = hash(chain.get(0));
    Hash nine = hash(chain.get(9));
    Status status = decode(golden, "status_eth60", Status.class);
    assertEquals(
        new Status(60, 0, BigInteger.valueOf(1_441_792), hash(chain.get(10)), genesis), status);
    assertEquals(
        List.of(hash(chain.get(10))),
        decode(golden, "newBlockHashes_1", NewBlockHashes.class).hashes());
    assertEquals(
        new GetBlockHashes(hash(chain.get(10)), 2048),
        decode(golden, "getBlockHashes_2048", GetBlockHashes.class));
    assertEquals(3, decode(golden, "blockHashes_3", BlockHashes.class).hashes().size());
    assertEquals(List.of(), decode(golden, "blockHashes_empty", BlockHashes.class).hashes());
    assertEquals(2, decode(golden, "getBlocks_2", GetBlocks.class).hashes().size());
    assertEquals(
        new GetBlockHashesFromNumber(5, 2048),
        decode(golden, "getBlockHashesFromNumber_5_2048", GetBlockHashesFromNumber.class));
    Blocks blocks = decode(golden, "blocks_2", Blocks.class);
    assertEquals(2, blocks.items().size());
    assertEquals(hash(chain.get(1)), Block.decode(blocks.items().get(0)).hash());
    NewBlock newBlock = decode(golden, "newBlock", NewBlock.class);
    assertEquals(td(chain.get((int) newBlock.block().number())), newBlock.totalDifficulty());
    assertEquals(nine, newBlock.block().parentHash());
  }

  private static <T> T decode(JsonNode golden, String name, Class<T> type) {
    return assertInstanceOf(type, Eth60Codec.decode(GOLDEN.get(name), hex(golden.get(name))));
  }

  @Test
  void shouldProveTheGoldenChain() throws Exception {
    JsonNode golden = golden();
    BlockHeader parent = null;
    BigInteger total = BigInteger.ZERO;
    assertEquals(11, golden.get("chain").size());
    for (JsonNode vector : golden.get("chain")) {
      Block block = Block.decode(hex(vector.get("rlp")));
      assertEquals(hash(vector), block.hash());
      assertArrayEquals(hex(vector.get("headerRlp")), block.header().raw());
      assertEquals(vector.get("number").asLong(), block.number());
      assertEquals(Hash.fromHex(vector.get("parent").asText()), block.parentHash());
      total = total.add(block.header().difficulty());
      assertEquals(td(vector), total);
      assertEquals(Optional.empty(), BlockRules.check(block));
      assertTrue(parent == null || BlockRules.isLinked(parent, block.header()));
      parent = block.header();
    }
    JsonNode genesis = golden.get("testGenesis");
    assertEquals(hash(genesis), Block.decode(hex(genesis.get("rlp"))).hash());
  }

  private static Hash random(SplittableRandom random) {
    return Hash.ofLongs(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  private static List<Hash> hashes(SplittableRandom random) {
    List<Hash> hashes = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      hashes.add(random(random));
    }
    return hashes;
  }

  private static List<byte[]> lists(SplittableRandom random) {
    List<byte[]> lists = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      byte[] content = new byte[random.nextInt(100)];
      lists.add(new RlpWriter().beginList().string(content).endList().toBytes());
    }
    return lists;
  }

  private static long unsigned(SplittableRandom random) {
    return random.nextLong() >>> (1 + random.nextInt(63));
  }

  private static Eth60Message message(SplittableRandom random, int code) {
    return switch (code) {
      case 0 ->
          new Status(
              unsigned(random),
              unsigned(random),
              new BigInteger(Long.toUnsignedString(random.nextLong())).shiftLeft(100),
              random(random),
              random(random));
      case 1 -> new NewBlockHashes(hashes(random));
      case 2 -> new Transactions(lists(random));
      case 3 -> new GetBlockHashes(random(random), unsigned(random));
      case 4 -> new BlockHashes(hashes(random));
      case 5 -> new GetBlocks(hashes(random));
      case 6 -> new Blocks(lists(random));
      case 8 -> new GetBlockHashesFromNumber(unsigned(random), unsigned(random));
      default -> throw new IllegalArgumentException("code " + code);
    };
  }

  @Test
  void shouldReadBackWhatItWrote() {
    SplittableRandom random = new SplittableRandom(1);
    for (int code : new int[] {0, 1, 2, 3, 4, 5, 6, 8}) {
      for (int round = 0; round < 100; round++) {
        Eth60Message message = message(random, code);
        byte[] payload = Eth60Codec.encode(message);
        Eth60Message again = Eth60Codec.decode(code, payload);
        assertEquals(code, again.code());
        assertArrayEquals(payload, Eth60Codec.encode(again));
        if (code != 2 && code != 6) {
          assertEquals(message, again);
        }
      }
    }
  }

  @Test
  void shouldRefuseEveryTruncationAndWhateverFollows() {
    SplittableRandom random = new SplittableRandom(2);
    for (int code : new int[] {0, 1, 2, 3, 4, 5, 6, 8}) {
      refuseEveryTruncation(code, Eth60Codec.encode(message(random, code)));
    }
  }

  @Test
  void shouldRefuseEveryTruncationOfTheGoldenMessages() throws Exception {
    JsonNode golden = golden();
    GOLDEN.forEach((name, code) -> refuseEveryTruncation(code, hex(golden.get(name))));
  }

  private static void refuseEveryTruncation(int code, byte[] payload) {
    for (int length = 0; length < payload.length; length++) {
      byte[] cut = Arrays.copyOf(payload, length);
      assertThrows(RlpException.class, () -> Eth60Codec.decode(code, cut));
    }
    byte[] longer = Arrays.copyOf(payload, payload.length + 1);
    assertThrows(RlpException.class, () -> Eth60Codec.decode(code, longer));
  }

  @Test
  void shouldRefuseAFieldTooManyOrOfTheWrongKind() {
    byte[] surplus =
        new RlpWriter().beginList().hash(Hash.ZERO).integer(1).integer(1).endList().toBytes();
    assertThrows(RlpException.class, () -> Eth60Codec.decode(3, surplus));
    byte[] shortHash = new RlpWriter().beginList().string(new byte[31]).endList().toBytes();
    assertThrows(RlpException.class, () -> Eth60Codec.decode(4, shortHash));
    byte[] strings = new RlpWriter().beginList().string(new byte[31]).endList().toBytes();
    assertThrows(RlpException.class, () -> Eth60Codec.decode(6, strings));
    byte[] string = new RlpWriter().string(new byte[31]).toBytes();
    assertThrows(RlpException.class, () -> Eth60Codec.decode(1, string));
    byte[] empty = {(byte) 0xc0};
    assertThrows(IllegalArgumentException.class, () -> Eth60Codec.decode(9, empty));
    byte[] giant = new byte[Eth60Codec.MESSAGE_BYTES_MAX + 1];
    assertThrows(RlpException.class, () -> Eth60Codec.decode(1, giant));
  }

  /** A message with changed bytes, under the code it was written for or under another. */
  @SuppressWarnings("ArrayRecordComponent") // One reader.
  private record Input(int code, byte[] payload) implements Fuzz.Case<Eth60Message> {
    static Input of(SplittableRandom random) {
      int[] codes = {0, 1, 2, 3, 4, 5, 6, 8};
      int written = codes[random.nextInt(codes.length)];
      byte[] whole = Eth60Codec.encode(message(random, written));
      int code = random.nextInt(8) == 0 ? random.nextInt(9) : written;
      return new Input(code, Mutator.mutated(random, whole));
    }

    @Override
    public Eth60Message decode() {
      return Eth60Codec.decode(code, payload);
    }

    /**
     * Readers and an exception with its trace. An item of one byte is an array and a place in two
     * lists.
     */
    @Override
    public long bytesMax() {
      return (16 << 10) + 64L * payload.length;
    }

    @Override
    public void check(Eth60Message decoded) {
      assertArrayEquals(payload, Eth60Codec.encode(decoded));
    }
  }

  @Test
  void shouldReadMutatedBytesExactlyOrRefuseThem() {
    Fuzz.Report report = Fuzz.run("eth/60 and 61", 3, RlpException.class, Input::of);
    assertTrue(report.accepted() > report.executions() / 20, report::toString);
  }

  @Test
  void shouldRefuseMoreItemsThanAreEverServed() {
    checkItemsBound(1, Eth60Codec.HASHES_MAX, rlp -> rlp.hash(Hash.ZERO));
    checkItemsBound(2, Eth60Codec.TRANSACTIONS_MAX, rlp -> rlp.beginList().endList());
    checkItemsBound(4, Eth60Codec.HASHES_MAX, rlp -> rlp.hash(Hash.ZERO));
    checkItemsBound(6, Eth60Codec.BLOCKS_MAX, rlp -> rlp.beginList().endList());
  }

  @Test
  void shouldReadOnlyTheFirstOfMoreHashesThanAreEverServed() {
    byte[] most = listOf(Eth60Codec.HASHES_MAX, rlp -> rlp.hash(Hash.ZERO));
    Eth60Message asked = Eth60Codec.decode(5, most);
    assertArrayEquals(most, Eth60Codec.encode(asked));
    byte[] more = listOf(Eth60Codec.HASHES_MAX + 900, rlp -> rlp.hash(Hash.ZERO));
    assertEquals(asked, Eth60Codec.decode(5, more));
  }

  private static void checkItemsBound(int code, int max, Consumer<RlpWriter> item) {
    byte[] most = listOf(max, item);
    assertArrayEquals(most, Eth60Codec.encode(Eth60Codec.decode(code, most)));
    byte[] more = listOf(max + 1, item);
    assertThrows(RlpException.class, () -> Eth60Codec.decode(code, more));
  }

  private static byte[] listOf(int count, Consumer<RlpWriter> item) {
    RlpWriter rlp = new RlpWriter().beginList();
    for (int i = 0; i < count; i++) {
      item.accept(rlp);
    }
    return rlp.endList().toBytes();
  }

  @Test
  void shouldReadOrRefuseChangedBytesOfARealBlock() throws Exception {
    byte[] whole = hex(golden().get("newBlock"));
    Fuzz.run(
        "eth/60 NewBlock",
        4,
        RlpException.class,
        random -> new Input(7, Mutator.mutated(random, whole.clone())));
  }
}
