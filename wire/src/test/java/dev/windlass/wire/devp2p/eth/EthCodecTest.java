package dev.windlass.wire.devp2p.eth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.ReplyJudge;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.fixtures.TestData;
import dev.windlass.wire.Fuzz;
import dev.windlass.wire.Mutator;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockBodies;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockHeaders;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRangeUpdate;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockBodies;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockHeaders;
import dev.windlass.wire.devp2p.eth.EthMessage.Ignored;
import dev.windlass.wire.devp2p.eth.EthMessage.NewBlock;
import dev.windlass.wire.devp2p.eth.EthMessage.NewBlockHashes;
import dev.windlass.wire.devp2p.eth.EthMessage.RangeStatus;
import dev.windlass.wire.devp2p.eth.EthMessage.Status;
import dev.windlass.wire.devp2p.eth.EthMessage.Unserved;
import dev.windlass.wire.network.ForkHash;
import java.math.BigInteger;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EthCodecTest {
  private static final int[] WRITTEN_CODES = {0x00, 0x01, 0x03, 0x04, 0x05, 0x06, 0x07, 0x11};

  /** Readers and an exception with its trace. */
  private static final long BYTES_FIXED = 16 << 10;

  /** An item of one byte is an array and a place in two lists. */
  private static final long BYTES_PER_BYTE = 64;

  private static final int LAST_CODE = 0x11;
  private static final Hash ONES = Hash.fromHex("11".repeat(32));
  private static final Hash TWOS = Hash.fromHex("22".repeat(32));

  /** The request id of EIP-2481's examples, 1111, as RLP. */
  private static final String ID = "820457";

  private static final String DEAD =
      "00000000000000000000000000000000000000000000000000000000deadc0de";
  private static final String FEED =
      "00000000000000000000000000000000000000000000000000000000feedbeef";

  private static void assertGolden(int version, EthMessage message, String hex) {
    byte[] golden = HexFormat.of().parseHex(hex);
    EthCodec codec = new EthCodec(version);
    assertEquals(hex, HexFormat.of().formatHex(codec.encode(message)));
    assertSame(message, codec.decode(message.code(), golden));
  }

  /** Equal, with arrays compared by content. */
  private static void assertSame(EthMessage expected, EthMessage actual) {
    if (expected instanceof BlockHeaders headers) {
      BlockHeaders other = assertInstanceOf(BlockHeaders.class, actual);
      assertEquals(headers.requestId(), other.requestId());
      assertEquals(hex(headers.items()), hex(other.items()));
    } else if (expected instanceof BlockBodies bodies) {
      BlockBodies other = assertInstanceOf(BlockBodies.class, actual);
      assertEquals(bodies.requestId(), other.requestId());
      assertEquals(hex(bodies.items()), hex(other.items()));
    } else if (expected instanceof NewBlock block) {
      NewBlock other = assertInstanceOf(NewBlock.class, actual);
      assertEquals(block.totalDifficulty(), other.totalDifficulty());
      assertArrayEquals(block.rawBlock(), other.rawBlock());
    } else {
      assertEquals(expected, actual);
    }
  }

  private static List<String> hex(List<byte[]> items) {
    return items.stream().map(HexFormat.of()::formatHex).toList();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @ParameterizedTest
  @ValueSource(ints = {66, 67, 68})
  void shouldWriteAStatusWithTotalDifficultyWhenBelow69(int version) {
    ForkHash forks = new ForkHash(0xfc64ec04, 1_150_000);
    assertGolden(
        version,
        new Status(version, 1, BigInteger.valueOf(0x400_000_000L), ONES, TWOS, forks),
        String.format("f854%02x01850400000000a0", version)
            + ("11".repeat(32) + "a0" + "22".repeat(32))
            + "c984fc64ec0483118c30");
  }

  @Test
  void shouldWriteAStatusWithARangeSince69() {
    ForkHash forks = new ForkHash(0x00000001, 0);
    assertGolden(
        69,
        new RangeStatus(69, 7332, TWOS, forks, new BlockRange(0, 8191, ONES)),
        "f85145821ca4a0" + "22".repeat(32) + "c6840000000180" + "80821fffa0" + "11".repeat(32));
  }

  @ParameterizedTest
  @ValueSource(ints = {66, 67, 68, 69})
  void shouldWriteEveryOtherMessageAsTheSpecificationDrawsIt(int version) {
    Hash dead = Hash.fromHex(DEAD);
    Hash feed = Hash.fromHex(FEED);
    assertGolden(
        version,
        new NewBlockHashes(List.of(new BlockId(1024, ONES))),
        "e5e4a0" + "11".repeat(32) + "820400");
    // EIP-2481.
    assertGolden(
        version,
        new GetBlockHeaders(1111, dead, -1, 5, 5, false),
        "e8" + ID + "e4a0" + DEAD + "050580");
    assertGolden(
        version, new GetBlockHeaders(1111, null, 9999, 5, 5, false), "ca" + ID + "c682270f050580");
    assertGolden(
        version,
        new GetBlockHeaders(1111, null, 8191, 1024, 0, true),
        "cc" + ID + "c8821fff8204008001");
    assertGolden(version, new BlockHeaders(1111, List.of()), "c4" + ID + "c0");
    assertGolden(
        version,
        new BlockHeaders(1111, List.of(bytes("c20102"), bytes("c103"))),
        "c9" + ID + "c5c20102c103");
    assertGolden(
        version,
        new GetBlockBodies(1111, List.of(dead, feed)),
        "f847" + ID + "f842a0" + DEAD + "a0" + FEED);
    assertGolden(version, new BlockBodies(1111, List.of(bytes("c2c0c0"))), "c7" + ID + "c3c2c0c0");
    assertGolden(
        version,
        new NewBlock(bytes("c3c0c0c0"), BigInteger.valueOf(0x20000)),
        "c8c3c0c0c083020000");
    assertGolden(
        version,
        new BlockRangeUpdate(new BlockRange(0, 8191, ONES)),
        "e580821fffa0" + "11".repeat(32));
  }

  @Test
  void shouldAnswerWithNothingWhatWeDoNotKeep() {
    EthCodec codec = new EthCodec(68);
    byte[] question = bytes("e5" + ID + "e1a0" + DEAD);
    for (int code : new int[] {0x09, 0x0d, 0x0f}) {
      Unserved asked = assertInstanceOf(Unserved.class, codec.decode(code, question));
      assertEquals(new Unserved(code, 1111), asked);
      assertEquals(code + 1, asked.answer());
      assertArrayEquals(bytes("c4" + ID + "c0"), codec.encodeNothing(asked));
    }
  }

  @Test
  void shouldPassOverWhatConcernsTransactions() {
    for (int code : new int[] {0x02, 0x08, 0x0a, 0x0e, 0x10}) {
      assertEquals(new Ignored(code), new EthCodec(68).decode(code, bytes("c20102")));
    }
  }

  @Test
  void shouldKnowOnlyItsVersions() {
    assertThrows(IllegalArgumentException.class, () -> new EthCodec(65));
    assertThrows(IllegalArgumentException.class, () -> new EthCodec(70));
    assertThrows(IllegalArgumentException.class, () -> new EthCodec(69).encode(new Ignored(0x02)));
  }

  @Test
  void shouldReadBackWhatItWroteInEveryVersion() {
    SplittableRandom random = new SplittableRandom(1);
    for (int version = 66; version <= 69; version++) {
      EthCodec codec = new EthCodec(version);
      for (int code : WRITTEN_CODES) {
        for (int round = 0; round < 100; round++) {
          EthMessage message = message(random, version, code);
          assertEquals(code, message.code());
          byte[] payload = codec.encode(message);
          EthMessage again = codec.decode(code, payload);
          assertSame(message, again);
          assertArrayEquals(payload, codec.encode(again));
        }
      }
    }
  }

  @Test
  void shouldRefuseEveryTruncationAndWhateverFollows() {
    SplittableRandom random = new SplittableRandom(2);
    for (int version = 66; version <= 69; version++) {
      EthCodec codec = new EthCodec(version);
      for (int code : WRITTEN_CODES) {
        byte[] payload = codec.encode(message(random, version, code));
        for (int length = 0; length < payload.length; length++) {
          byte[] cut = Arrays.copyOf(payload, length);
          assertThrows(RlpException.class, () -> codec.decode(code, cut));
        }
        byte[] longer = Arrays.copyOf(payload, payload.length + 1);
        assertThrows(RlpException.class, () -> codec.decode(code, longer));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "68, 0x01, e6 e5 HASH 820400 01",
    "68, 0x03, cb ID c6 82270f 05 05 80 01",
    "68, 0x03, cb ID c7 82270f 05 05 80 01",
    "68, 0x04, c5 ID c0 01",
    "68, 0x05, c5 ID c0 01",
    "68, 0x06, c5 ID c0 01",
    "68, 0x07, c6 c3c0c0c0 01 01",
    "69, 0x11, e6 80 821fff HASH 01",
    "69, 0x00, f852 45 821ca4 HASH c7 8400000001 80 01 80 821fff HASH"
  })
  void shouldRefuseAFieldTooManyWhereverItStands(int version, String code, String drawn) {
    refuse(version, code, drawn, "1 bytes too many");
  }

  @ParameterizedTest
  @CsvSource({
    "68, 0x03, ca ID c6 82270f 05 05 02, 'reverse is 2'",
    "68, 0x03, cb ID c7 c3010203 05 05 80, 'a list instead of a string'",
    "68, 0x03, e7 ID e3 SHORT 01 04 80, 'an integer of 31 bytes'",
    "69, 0x11, e5 821fff 80 HASH, 'a range from 8191 to 0'",
    "69, 0x00, f850 45 821ca4 HASH c5 83000001 80 80 821fff HASH, 'a fork checksum of 3 bytes'",
    "69, 0x00, f854 83010000 821ca4 HASH c6 8400000001 80 80 821fff HASH, 'version 65536'",
    "68, 0x07, e6 c3c0c0c0 LONG, 'an integer of 33 bytes'"
  })
  void shouldRefuseValuesThatMeanNothing(int version, String code, String drawn, String reason) {
    refuse(version, code, drawn, reason);
  }

  private static void refuse(int version, String code, String drawn, String reason) {
    byte[] payload =
        bytes(
            drawn
                .replace("ID", ID)
                .replace("HASH", "a0" + "11".repeat(32))
                .replace("SHORT", "9f" + "11".repeat(31))
                .replace("LONG", "a1" + "11".repeat(33))
                .replace(" ", ""));
    EthCodec codec = new EthCodec(version);
    RlpException e =
        assertThrows(RlpException.class, () -> codec.decode(Integer.decode(code), payload));
    assertTrue(e.reason().startsWith(reason), e::getMessage);
  }

  @Test
  void shouldRefuseMoreItemsThanAreEverServed() {
    checkItemsBound(0x04, 1_111L, list -> list.beginList().endList());
    checkItemsBound(0x06, 1_111L, list -> list.beginList().endList());
  }

  /** geth answers such questions up to its limit. Only Windlass would disconnect. */
  @Test
  void shouldReadOnlyTheFirstOfMoreThanIsEverServed() {
    EthCodec codec = new EthCodec(68);
    Consumer<RlpWriter> hash = list -> list.hash(ONES);
    byte[] asked = listOf(EthCodec.ITEMS_MAX, 1_111L, hash);
    EthMessage most = codec.decode(0x05, asked);
    assertArrayEquals(asked, codec.encode(most));
    assertEquals(most, codec.decode(0x05, listOf(EthCodec.ITEMS_MAX + 1, 1_111L, hash)));
    assertEquals(most, codec.decode(0x05, listOf(5_000 + EthCodec.ITEMS_MAX, 1_111L, hash)));
    byte[] noHash =
        new RlpWriter()
            .beginList()
            .integer(1_111)
            .beginList()
            .raw(listOf(EthCodec.ITEMS_MAX, null, hash), 4, 33 * EthCodec.ITEMS_MAX)
            .integer(7)
            .endList()
            .endList()
            .toBytes();
    assertThrows(RlpException.class, () -> codec.decode(0x05, noHash));
    Consumer<RlpWriter> block = list -> list.beginList().hash(ONES).integer(1).endList();
    EthMessage announced = codec.decode(0x01, listOf(EthCodec.ITEMS_MAX, null, block));
    assertEquals(announced, codec.decode(0x01, listOf(EthCodec.ITEMS_MAX + 1, null, block)));
  }

  /** Nethermind's answer for a body that it lacks. */
  @Test
  void shouldHandOverAPlaceholderOfARealNode() throws Exception {
    byte[] payload = Files.readAllBytes(TestData.path("tried/null-body/blockbodies.payload"));
    BlockBodies answer =
        assertInstanceOf(BlockBodies.class, new EthCodec(69).decode(0x06, payload));
    List<BlockHeader> asked =
        List.of(
            TestBlocks.linked(0, Hash.ZERO, 1, block -> block.transactionOf(5)).get(0).header());
    Delivery<Block> delivery = ReplyJudge.bodies(asked, answer.items());
    assertEquals(Verdict.EMPTY, delivery.verdict(), delivery.evidence());
    assertEquals(List.of(asked.get(0).hash()), delivery.missing());
  }

  /** The store may have moved on between the reads of both ends. */
  @Test
  void shouldTellNoRangeThatBeginsAboveItsEnd() {
    EthCodec codec = new EthCodec(69);
    BlockRangeUpdate told = new BlockRangeUpdate(BlockRange.of(9, new BlockId(5, ONES)));
    BlockRangeUpdate read = new BlockRangeUpdate(new BlockRange(5, 5, ONES));
    assertEquals(read, codec.decode(0x11, codec.encode(told)));
  }

  @Test
  void shouldReadNumbersOf64Bits() {
    EthCodec codec = new EthCodec(69);
    GetBlockHeaders last = new GetBlockHeaders(-1, null, -1, 1, -1, true);
    assertEquals(last, codec.decode(0x03, codec.encode(last)));
    BlockRangeUpdate range = new BlockRangeUpdate(new BlockRange(Long.MIN_VALUE, -1, ONES));
    assertEquals(range, codec.decode(0x11, codec.encode(range)));
    byte[] backwards = codec.encode(new BlockRangeUpdate(new BlockRange(-1, 9, ONES)));
    RlpException e = assertThrows(RlpException.class, () -> codec.decode(0x11, backwards));
    assertEquals("a range from 18446744073709551615 to 9", e.reason());
  }

  @Test
  void shouldLeaveOutABlockThatIsAnnouncedAtANumberThatNoneHas() {
    byte[] payload =
        new RlpWriter()
            .beginList()
            .raw(new RlpWriter().beginList().hash(TWOS).integer(-1L).endList().toBytes())
            .raw(new RlpWriter().beginList().hash(ONES).integer(7).endList().toBytes())
            .endList()
            .toBytes();
    assertEquals(
        new NewBlockHashes(List.of(new BlockId(7, ONES))), new EthCodec(68).decode(0x01, payload));
  }

  private static void checkItemsBound(int code, Long requestId, Consumer<RlpWriter> item) {
    EthCodec codec = new EthCodec(68);
    byte[] most = listOf(EthCodec.ITEMS_MAX, requestId, item);
    assertArrayEquals(most, codec.encode(codec.decode(code, most)));
    byte[] more = listOf(EthCodec.ITEMS_MAX + 1, requestId, item);
    assertThrows(RlpException.class, () -> codec.decode(code, more));
  }

  private static byte[] listOf(int count, Long requestId, Consumer<RlpWriter> item) {
    RlpWriter rlp = new RlpWriter().beginList();
    if (requestId != null) {
      rlp.integer(requestId).beginList();
    }
    for (int i = 0; i < count; i++) {
      item.accept(rlp);
    }
    return (requestId != null ? rlp.endList() : rlp).endList().toBytes();
  }

  /** A message with changed bytes, under the code it was written for or under another. */
  @SuppressWarnings("ArrayRecordComponent") // One reader.
  private record Input(EthCodec codec, int code, byte[] payload) implements Fuzz.Case<EthMessage> {
    static Input of(SplittableRandom random) {
      EthCodec codec = new EthCodec(66 + random.nextInt(4));
      int written = WRITTEN_CODES[random.nextInt(WRITTEN_CODES.length)];
      byte[] whole = codec.encode(message(random, codec.version(), written));
      int code = random.nextInt(8) == 0 ? random.nextInt(LAST_CODE + 1) : written;
      return new Input(codec, code, Mutator.mutated(random, whole));
    }

    @Override
    public EthMessage decode() {
      return codec.decode(code, payload);
    }

    @Override
    public long bytesMax() {
      return BYTES_FIXED + BYTES_PER_BYTE * payload.length;
    }

    @Override
    public void check(EthMessage decoded) {
      if (isWrittenAsRead(decoded)) {
        assertArrayEquals(payload, codec.encode(decoded));
      }
    }

    /**
     * Whether encoding must give the same bytes. It need not for ignored messages, left out items,
     * and counts above an int's range.
     */
    private boolean isWrittenAsRead(EthMessage message) {
      boolean isCut =
          message instanceof NewBlockHashes announced
              && codec.encode(announced).length < payload.length;
      return !isCut
          && !(message instanceof Ignored)
          && !(message instanceof Unserved)
          && !(message instanceof GetBlockHeaders asked && asked.count() == Integer.MAX_VALUE);
    }
  }

  @Test
  void shouldReadMutatedBytesExactlyOrRefuseThem() {
    Fuzz.Report report = Fuzz.run("eth/66 to 69", 3, RlpException.class, Input::of);
    assertTrue(report.accepted() > report.executions() / 20, report::toString);
  }

  private static Hash hash(SplittableRandom random) {
    return Hash.ofLongs(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  private static long positive(SplittableRandom random) {
    return random.nextLong() >>> (1 + random.nextInt(63));
  }

  private static long unsigned(SplittableRandom random) {
    return random.nextLong() >>> random.nextInt(64);
  }

  private static BigInteger difficulty(SplittableRandom random) {
    return new BigInteger(Long.toUnsignedString(unsigned(random))).shiftLeft(random.nextInt(190));
  }

  private static BlockRange range(SplittableRandom random) {
    long latest = unsigned(random);
    long earliest = unsigned(random);
    return Long.compareUnsigned(earliest, latest) <= 0
        ? new BlockRange(earliest, latest, hash(random))
        : new BlockRange(latest, earliest, hash(random));
  }

  private static List<byte[]> lists(SplittableRandom random) {
    List<byte[]> lists = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      byte[] content = new byte[random.nextInt(100)];
      lists.add(new RlpWriter().beginList().string(content).endList().toBytes());
    }
    return lists;
  }

  private static EthMessage message(SplittableRandom random, int version, int code) {
    return switch (code) {
      case 0x00 -> status(random, version);
      case 0x01 ->
          new NewBlockHashes(
              random
                  .ints(random.nextInt(4))
                  .mapToObj(i -> new BlockId(positive(random), hash(random)))
                  .toList());
      case 0x03 -> {
        boolean isByHash = random.nextBoolean();
        yield new GetBlockHeaders(
            unsigned(random),
            isByHash ? hash(random) : null,
            isByHash ? -1 : unsigned(random),
            random.nextInt(Integer.MAX_VALUE) >>> random.nextInt(31),
            unsigned(random),
            random.nextBoolean());
      }
      case 0x04 -> new BlockHeaders(unsigned(random), lists(random));
      case 0x05 ->
          new GetBlockBodies(
              unsigned(random),
              random.ints(random.nextInt(4)).mapToObj(i -> hash(random)).toList());
      case 0x06 -> new BlockBodies(unsigned(random), lists(random));
      case 0x07 ->
          new NewBlock(
              new RlpWriter().beginList().hash(hash(random)).endList().toBytes(),
              difficulty(random));
      case 0x11 -> new BlockRangeUpdate(range(random));
      default -> throw new IllegalArgumentException("code " + code);
    };
  }

  private static EthMessage status(SplittableRandom random, int version) {
    ForkHash forks = new ForkHash(random.nextInt(), unsigned(random));
    return version >= 69
        ? new RangeStatus(version, unsigned(random), hash(random), forks, range(random))
        : new Status(
            version, unsigned(random), difficulty(random), hash(random), hash(random), forks);
  }
}
