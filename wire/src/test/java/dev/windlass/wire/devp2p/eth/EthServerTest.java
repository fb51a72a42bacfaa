package dev.windlass.wire.devp2p.eth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.ListedChain;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockBodies;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockHeaders;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockBodies;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockHeaders;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EthServerTest {
  private static final int LARGE = 100_000;
  private static final int BYTES_MAX = 2 << 20;

  private final List<Block> blocks = TestBlocks.chain(1_099);
  private final ListedChain chain = new ListedChain(blocks);
  private final EthServer server = new EthServer(chain);

  private static GetBlockHeaders byNumber(long from, int count, long skip, boolean isReverse) {
    return new GetBlockHeaders(7, null, from, count, skip, isReverse);
  }

  private static GetBlockHeaders byHash(Hash from, int count, long skip, boolean isReverse) {
    return new GetBlockHeaders(7, from, -1, count, skip, isReverse);
  }

  private static List<Long> numbers(BlockHeaders answer) {
    return answer.items().stream().map(raw -> BlockHeader.decode(raw).number()).toList();
  }

  private static List<Hash> hashes(BlockHeaders answer) {
    return answer.items().stream().map(raw -> BlockHeader.decode(raw).hash()).toList();
  }

  private static List<Long> downFrom(long first, int count) {
    return LongStream.range(0, count).map(i -> first - i).boxed().toList();
  }

  @Test
  void shouldServeHeadersBackwardsByNumberAndByHash() {
    BlockHeaders answer = server.headers(byNumber(500, 100, 0, true));
    assertEquals(7, answer.requestId());
    assertEquals(downFrom(500, 100), numbers(answer));
    assertArrayEquals(blocks.get(500).header().raw(), answer.items().get(0));
    Hash hash = blocks.get(500).hash();
    assertEquals(hashes(answer), hashes(server.headers(byHash(hash, 100, 0, true))));
  }

  @Test
  void shouldServeHeadersForwardsAndWithGaps() {
    assertEquals(List.of(5L, 6L, 7L), numbers(server.headers(byNumber(5, 3, 0, false))));
    assertEquals(List.of(5L, 9L, 13L), numbers(server.headers(byNumber(5, 3, 3, false))));
    Hash fifty = blocks.get(50).hash();
    assertEquals(List.of(50L, 39L, 28L), numbers(server.headers(byHash(fifty, 3, 10, true))));
  }

  @Test
  void shouldEndAtTheEndsOfTheChain() {
    assertEquals(List.of(2L, 1L, 0L), numbers(server.headers(byNumber(2, 10, 0, true))));
    assertEquals(List.of(1098L, 1099L), numbers(server.headers(byNumber(1098, 10, 0, false))));
    EthServer upper = new EthServer(new ListedChain(blocks.subList(1_000, 1_100)));
    assertEquals(List.of(1001L, 1000L), numbers(upper.headers(byNumber(1001, 10, 0, true))));
    assertEquals(List.of(), numbers(upper.headers(byNumber(999, 10, 0, true))));
  }

  @Test
  void shouldServeNothingOfWhatItDoesNotHave() {
    assertEquals(List.of(), numbers(server.headers(byNumber(1_100, 10, 0, true))));
    assertEquals(List.of(), numbers(server.headers(byNumber(Long.MAX_VALUE, 10, 0, false))));
    assertEquals(List.of(), numbers(server.headers(byHash(Hash.ZERO, 10, 0, true))));
    assertEquals(List.of(), numbers(server.headers(byNumber(5, 0, 0, true))));
    assertEquals(List.of(), server.bodies(new GetBlockBodies(7, List.of(Hash.ZERO))).items());
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 1, -1, Long.MIN_VALUE, 1L << 32})
  void shouldServeOneHeaderWhenTheGapLeadsOutOfTheChain(long skip) {
    assertEquals(List.of(5L), numbers(server.headers(byNumber(5, 10, skip, false))));
    assertEquals(List.of(5L), numbers(server.headers(byNumber(5, 10, skip, true))));
  }

  private static final long[] CORNERS = {
    0,
    1,
    2,
    5,
    255,
    256,
    1_023,
    1_098,
    1_099,
    1_100,
    1_101,
    1L << 31,
    1L << 32,
    Long.MAX_VALUE - 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1,
    -1_100,
    -2,
    -1
  };

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  /** The numbers to serve, computed with unbounded integers. */
  private static List<Long> expected(GetBlockHeaders asked, long lowest, long head) {
    List<Long> numbers = new ArrayList<>();
    BigInteger step = unsigned(asked.skip()).add(BigInteger.ONE);
    BigInteger number =
        asked.from() != null ? BigInteger.valueOf(500) : unsigned(asked.fromNumber());
    while (numbers.size() < Math.min(1_024, asked.count())
        && number.compareTo(BigInteger.valueOf(lowest)) >= 0
        && number.compareTo(BigInteger.valueOf(head)) <= 0) {
      numbers.add(number.longValueExact());
      number = asked.isReverse() ? number.subtract(step) : number.add(step);
    }
    return numbers;
  }

  /** Every 64-bit number, count and skip, in both directions. No sum may overflow. */
  @Test
  void shouldServeAnyNumbersAndGapsWithoutOverflow() {
    SplittableRandom random = new SplittableRandom(15);
    EthServer upper = new EthServer(new ListedChain(blocks.subList(1_000, 1_100)));
    for (int round = 0; round < 4_000; round++) {
      long from = corner(random);
      int count = random.nextInt() >>> random.nextInt(1, 32);
      Hash hash = random.nextInt(4) == 0 ? blocks.get(500).hash() : null;
      GetBlockHeaders asked =
          new GetBlockHeaders(
              random.nextLong(), hash, from, count, corner(random), random.nextBoolean());
      assertEquals(expected(asked, 0, 1_099), numbers(server.headers(asked)), asked::toString);
      if (hash == null) {
        assertEquals(expected(asked, 1_000, 1_099), numbers(upper.headers(asked)), asked::toString);
      }
    }
  }

  private static long corner(SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> CORNERS[random.nextInt(CORNERS.length)];
      case 1 -> random.nextLong() >>> random.nextInt(64);
      default -> random.nextInt(1_200);
    };
  }

  @ParameterizedTest
  @CsvSource({"1024, 1024", "1025, 1024", "2147483647, 1024", "1023, 1023"})
  void shouldServeAtMost1024Headers(int asked, int served) {
    assertEquals(downFrom(1_099, served), numbers(server.headers(byNumber(1_099, asked, 0, true))));
  }

  @Test
  void shouldEndHeadersWithTheOneThatReaches2MiB() {
    EthServer large =
        new EthServer(
            new ListedChain(TestBlocks.linked(0, Hash.ZERO, 40, block -> block.extraBytes(LARGE))));
    assertEndsAtLimit(large.headers(byNumber(39, 40, 0, true)).items());
  }

  /** 300 headers of 100 KB are 30 MB. No more of them may be read at once than the answer needs. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldReadNotMuchMoreThanItServes(boolean isReverse) {
    ListedChain wide =
        new ListedChain(TestBlocks.linked(0, Hash.ZERO, 300, block -> block.extraBytes(LARGE)));
    AtomicInteger reads = new AtomicInteger();
    wide.beforeRead(reads::incrementAndGet);
    BlockHeaders answer =
        new EthServer(wide).headers(byNumber(isReverse ? 299 : 0, 300, 0, isReverse));
    assertEndsAtLimit(answer.items());
    assertEquals(isReverse ? 299 : 0, numbers(answer).get(0));
    long most = 3 * ServedChain.HEADER_BYTES_MAX / LARGE;
    assertTrue(reads.get() < most, () -> reads + " reads, at most " + most);
  }

  @Test
  void shouldEndBodiesWithTheOneThatReaches2MiB() {
    List<Block> large = TestBlocks.linked(0, Hash.ZERO, 40, block -> block.transactionOf(LARGE));
    List<Hash> hashes = large.stream().map(Block::hash).toList();
    EthServer server = new EthServer(new ListedChain(large));
    assertEndsAtLimit(server.bodies(new GetBlockBodies(7, hashes)).items());
  }

  private static void assertEndsAtLimit(List<byte[]> items) {
    long bytes = items.stream().mapToLong(item -> item.length).sum();
    long last = items.get(items.size() - 1).length;
    assertTrue(bytes >= BYTES_MAX && bytes - last < BYTES_MAX, bytes + " bytes");
  }

  @Test
  void shouldLeaveOutTheBodyThatWouldMakeTheMessageTooLong() {
    List<Block> small =
        TestBlocks.linked(0, Hash.ZERO, 1, block -> block.transactionOf((2 << 20) - 1_000));
    List<Block> large = TestBlocks.linked(1, Hash.ZERO, 1, block -> block.transactionOf(9 << 20));
    List<Block> both = List.of(small.get(0), large.get(0));
    EthServer server = new EthServer(new ListedChain(both));
    List<Hash> hashes = List.of(both.get(0).hash(), both.get(1).hash());
    assertEquals(1, server.bodies(new GetBlockBodies(1, hashes)).items().size());
    assertEquals(1, server.bodies(new GetBlockBodies(1, hashes.subList(1, 2))).items().size());
  }

  @Test
  void shouldServeBodiesInTheOrderAskedForAndLeaveOutTheUnknown() {
    List<Block> mixed = TestBlocks.linked(0, Hash.ZERO, 10, block -> block.transactionOf(3));
    EthServer bodies = new EthServer(new ListedChain(mixed));
    List<Hash> asked = List.of(mixed.get(9).hash(), Hash.ZERO, mixed.get(2).hash());
    BlockBodies answer = bodies.bodies(new GetBlockBodies(9, asked));
    assertEquals(9, answer.requestId());
    assertEquals(2, answer.items().size());
    assertArrayEquals(mixed.get(9).rawBody(), answer.items().get(0));
    assertArrayEquals(mixed.get(2).rawBody(), answer.items().get(1));
  }

  @Test
  void shouldLookUpAtMost2048Hashes() {
    List<Hash> asked = new ArrayList<>(Collections.nCopies(2_047, Hash.ZERO));
    asked.add(blocks.get(1).hash());
    asked.add(blocks.get(2).hash());
    assertEquals(1, server.bodies(new GetBlockBodies(7, asked)).items().size());
  }

  @Test
  void shouldServeAtMost1024Bodies() {
    List<Hash> all = blocks.stream().map(Block::hash).toList();
    assertEquals(1_024, server.bodies(new GetBlockBodies(7, all)).items().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 10, 19})
  void shouldServeHeadersOfOneBranchWhenAReorgComesInTheMiddle(int atRead) {
    List<Block> other = TestBlocks.fork(blocks, 1_089, 20, 2);
    exchangeAt(atRead, other);
    BlockHeaders answer = server.headers(byNumber(1_099, 20, 0, true));
    List<Hash> expected =
        new ArrayList<>(other.subList(1_080, 1_100).stream().map(Block::hash).toList());
    Collections.reverse(expected);
    assertEquals(expected, hashes(answer));
  }

  @Test
  void shouldServeNoBodyInPlaceOfAnotherWhenAReorgComesInTheMiddle() {
    List<Hash> asked = blocks.subList(1_085, 1_095).stream().map(Block::hash).toList();
    exchangeAt(7, TestBlocks.fork(blocks, 1_089, 20, 2));
    assertEquals(5, server.bodies(new GetBlockBodies(7, asked)).items().size());
  }

  @Test
  void shouldServeWhatIsLeftWhenTheChainIsShorterAfterAReorg() {
    exchangeAt(3, TestBlocks.fork(blocks, 1_089, 2, 2));
    assertEquals(List.of(), numbers(server.headers(byNumber(1_099, 20, 0, true))));
    assertEquals(List.of(1091L, 1090L), numbers(server.headers(byNumber(1_091, 2, 0, true))));
  }

  @Test
  void shouldServeNothingWhenTheChainDoesNotComeToRest() {
    AtomicInteger reads = new AtomicInteger();
    chain.beforeRead(
        () -> chain.exchange(TestBlocks.fork(blocks, 1_089, 20, reads.incrementAndGet())));
    assertEquals(List.of(), numbers(server.headers(byNumber(1_099, 20, 0, true))));
    assertTrue(reads.get() > 20, reads + " reads");
  }

  private void exchangeAt(int read, List<Block> others) {
    AtomicInteger reads = new AtomicInteger();
    chain.beforeRead(
        () -> {
          if (reads.incrementAndGet() == read) {
            chain.exchange(others);
          }
        });
  }
}
