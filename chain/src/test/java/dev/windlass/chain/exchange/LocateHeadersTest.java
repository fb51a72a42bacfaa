package dev.windlass.chain.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.LocateHeaders.Entry;
import dev.windlass.chain.store.ReorgSafeRead;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LocateHeadersTest {
  /** 0 to 18, and 16a and 17a on 15. */
  private static final List<Block> MAIN = TestBlocks.chain(18);

  private static final List<Block> SIDE = BranchedChain.on(MAIN.get(15), 2, 1);
  private static final List<Block> REMOTE = BranchedChain.join(MAIN.subList(0, 16), SIDE);
  private static final List<Block> UNRELATED =
      BranchedChain.on(new TestBlock().extra(7).block(), 5, 2);
  private static final Hash UNKNOWN = Hash.ofLongs(1, 0, 0, 0);
  private static final Hash SIDE_TIP = SIDE.get(1).hash();

  private final BranchedChain chain = new BranchedChain(MAIN, SIDE);

  /** A row of the table: a question, and the numbers of the headers that answer it. */
  private record Row(String name, List<Hash> locator, Hash stop, int max, List<Block> located) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Row row(String name, List<Hash> locator, Hash stop, long... numbers) {
    return new Row(name, locator, stop, LocateHeaders.HEADERS_MAX, main(numbers));
  }

  private static List<Block> main(long... numbers) {
    return LongStream.of(numbers).mapToObj(number -> MAIN.get((int) number)).toList();
  }

  private static long[] numbers(int first, int last) {
    return LongStream.rangeClosed(first, last).toArray();
  }

  private static Hash main(int number) {
    return MAIN.get(number).hash();
  }

  private static List<Hash> locator(List<Block> blocks, int tip) {
    return Locator.heights(0, tip).stream()
        .map(height -> blocks.get(height.intValue()).hash())
        .toList();
  }

  /** The rows of btcd's TestLocateInventory, in its order and under its names. */
  private static Stream<Row> rows() {
    List<Hash> none = List.of();
    List<Hash> side = locator(REMOTE, 17);
    List<Hash> past = locator(MAIN, 13);
    List<Hash> same = locator(MAIN, 18);
    List<Hash> other = UNRELATED.stream().map(Block::hash).toList();
    List<Hash> weak = List.of(SIDE_TIP);
    List<Hash> weakTwo = List.of(SIDE_TIP, SIDE.get(0).hash());
    return Stream.of(
        row("no locators, no stop", none, Hash.ZERO),
        new Row("no locators, stop in side", none, SIDE_TIP, 2_000, List.of(SIDE.get(1))),
        row("no locators, stop in main", none, main(13), 13),
        row("remote side chain, unknown stop", side, UNKNOWN, 16, 17, 18),
        row("remote side chain, stop in side", side, SIDE_TIP, 16, 17, 18),
        row("remote side chain, stop in main before", side, main(14), 16, 17, 18),
        row("remote side chain, stop in main exact", side, main(15), 16, 17, 18),
        row("remote side chain, stop in main after", side, main(16), 16),
        row("remote side chain, stop in main after more", side, main(17), 16, 17),
        row("remote main chain past, unknown stop", past, UNKNOWN, 14, 15, 16, 17, 18),
        row("remote main chain past, stop in side", past, SIDE_TIP, 14, 15, 16, 17, 18),
        row("remote main chain past, stop in main before", past, main(12), 14, 15, 16, 17, 18),
        row("remote main chain past, stop in main exact", past, main(13), 14, 15, 16, 17, 18),
        row("remote main chain past, stop in main after", past, main(14), 14),
        row("remote main chain past, stop in main after more", past, main(16), 14, 15, 16),
        row("remote main chain same, unknown stop", same, UNKNOWN),
        row("remote main chain same, stop same point", same, main(18)),
        row("remote unrelated chain", other, Hash.ZERO, numbers(1, 18)),
        new Row("remote genesis", List.of(main(1)), Hash.ZERO, 3, main(2, 3, 4)),
        row("weak locator, single known side block", weak, Hash.ZERO, numbers(1, 18)),
        row("weak locator, multiple known side blocks", weakTwo, Hash.ZERO, numbers(1, 18)),
        row(
            "weak locator, multiple known side blocks, stop in main",
            weakTwo,
            main(6),
            numbers(1, 6)));
  }

  @Test
  void shouldHaveAllRows() {
    assertEquals(22, rows().map(Row::name).distinct().count());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void shouldLocateAsBtcdDoes(Row row) {
    LocateHeaders asked = asked(row.locator(), row.stop());

    assertEquals(hashes(row.located()), hashes(asked.answeredFrom(chain, row.max())));
    assertEquals(hashes(row.located()), hashes(numbered(asked).answeredFrom(chain, row.max())));
  }

  private static LocateHeaders asked(List<Hash> locator, Hash stop) {
    return new LocateHeaders(
        locator.stream().map(Entry::of).toList(), Optional.of(stop).map(Entry::of));
  }

  /** The same question with the number of each block that has one. */
  private static LocateHeaders numbered(LocateHeaders asked) {
    return new LocateHeaders(
        asked.locator().stream().map(LocateHeadersTest::numbered).toList(),
        asked.stop().map(LocateHeadersTest::numbered));
  }

  private static Entry numbered(Entry entry) {
    return Stream.of(MAIN, SIDE, UNRELATED)
        .flatMap(List::stream)
        .filter(block -> block.hash().equals(entry.hash()))
        .findFirst()
        .map(block -> Entry.of(block.id()))
        .orElse(entry);
  }

  private static List<Hash> hashes(List<Block> blocks) {
    return blocks.stream().map(Block::hash).toList();
  }

  private static List<Hash> hashes(LocatedHeaders answer) {
    return answer.headers().stream().map(BlockHeader::hash).toList();
  }

  @Test
  void shouldNotTakeAHashAtAnotherNumberForKnown() {
    Entry elsewhere = new Entry(main(15), OptionalLong.of(14));
    Entry tooHigh = new Entry(main(15), OptionalLong.of(19));
    LocateHeaders asked =
        new LocateHeaders(
            List.of(tooHigh, elsewhere, Entry.of(MAIN.get(17).id())), Optional.empty());

    assertEquals(List.of(main(18)), hashes(asked.answeredFrom(chain)));
  }

  @Test
  void shouldRefuseMoreEntriesThanBitcoinCoreTakes() {
    List<Entry> entries = new ArrayList<>(Collections.nCopies(100, Entry.of(UNKNOWN)));
    entries.add(Entry.of(main(17)));
    LocateHeaders longest = new LocateHeaders(entries, Optional.empty());
    assertEquals(101, entries.size());
    assertEquals(List.of(main(18)), hashes(longest.answeredFrom(chain)));

    entries.add(Entry.of(UNKNOWN));
    Exception refusal =
        assertThrows(
            IllegalArgumentException.class, () -> new LocateHeaders(entries, Optional.empty()));
    assertEquals("a locator has at most 101 entries, this one has 102", refusal.getMessage());
  }

  @Test
  void shouldServeAChainThatBeginsAtAFloor() {
    BranchedChain upper = new BranchedChain(MAIN.subList(14, 19), SIDE);

    assertEquals(
        hashes(main(15, 16, 17, 18)),
        hashes(asked(locator(MAIN, 9), Hash.ZERO).answeredFrom(upper)));
    assertEquals(
        hashes(main(16, 17, 18)),
        hashes(asked(locator(REMOTE, 17), Hash.ZERO).answeredFrom(upper)));
    LocatedHeaders below = asked(List.of(), main(13)).answeredFrom(upper);
    assertEquals(List.of(), below.headers());
    assertEquals(MAIN.get(14).id(), below.lowest());
    assertEquals(MAIN.get(18).id(), below.tip());
  }

  @Test
  void shouldSendTwoThousandHeadersAtMost() {
    BranchedChain longer = new BranchedChain(TestBlocks.chain(2099), List.of());
    LocateHeaders asked = asked(List.of(longer.lowest().hash()), Hash.ZERO);

    List<BlockHeader> headers = asked.answeredFrom(longer).headers();

    assertEquals(LocateHeaders.HEADERS_MAX, headers.size());
    assertEquals(2_000, headers.get(1_999).number());
  }

  @Test
  void shouldExceedTheLimitOfBytesByOneHeaderOnly() {
    List<Block> wide = new ArrayList<>(List.of(MAIN.get(0)));
    for (int i = 0; i < 8; i++) {
      wide.add(TestBlock.after(wide.get(i)).extra(new int[500_000]).block());
    }
    BranchedChain chainOfWide = new BranchedChain(wide, List.of());
    LocateHeaders asked = asked(List.of(main(0)), Hash.ZERO);

    assertEquals(5, asked.answeredFrom(chainOfWide).headers().size());
  }

  /** A reorg before each read in turn: the answer is of the one branch or of the other. */
  @Test
  void shouldMixNoBranchesWhenAReorgHappensDuringTheRead() {
    List<Block> longer =
        BranchedChain.join(MAIN.subList(0, 16), BranchedChain.on(MAIN.get(15), 6, 1));
    LocateHeaders asked = asked(locator(MAIN, 15), Hash.ZERO);
    List<List<Hash>> whole = List.of(hashes(MAIN.subList(16, 19)), hashes(longer.subList(16, 22)));
    int mixed = 0;
    for (int reorgAt = 0; reorgAt < 12; reorgAt++) {
      BranchedChain turning = new BranchedChain(MAIN, SIDE);
      int[] reads = {reorgAt};
      turning.beforeRead(
          () -> {
            if (reads[0]-- == 0) {
              turning.reorganiseTo(longer);
            }
          });

      LocatedHeaders answer = ReorgSafeRead.one(turning, asked::answeredFrom).orElseThrow();

      List<Hash> headers = hashes(answer);
      assertEquals(true, whole.contains(headers), headers::toString);
      assertEquals(answer.tip().hash(), headers.get(headers.size() - 1));
      mixed += reads[0] < 0 ? 1 : 0;
    }
    assertEquals(true, mixed > 4, "too few reorgs happened during a read: " + mixed);
  }

  /** The head stays, so only the links show that two reorgs happened. */
  @Test
  void shouldMixNoBranchesWhenAReorgIsTakenBack() {
    List<Block> longer =
        BranchedChain.join(MAIN.subList(0, 16), BranchedChain.on(MAIN.get(15), 6, 1));
    BranchedChain turning = new BranchedChain(MAIN, SIDE);
    LocateHeaders asked = asked(List.of(main(14)), Hash.ZERO);
    int[] reads = {0};
    turning.beforeRead(
        () -> {
          reads[0]++;
          if (reads[0] == 5) {
            turning.reorganiseTo(longer);
          } else if (reads[0] == 6) {
            turning.reorganiseTo(MAIN);
          }
        });

    LocatedHeaders answer = ReorgSafeRead.one(turning, asked::answeredFrom).orElseThrow();

    assertEquals(hashes(main(15, 16, 17, 18)), hashes(answer));
    assertEquals(true, reads[0] > 10, "the answer was not read again");
  }

  @Test
  void shouldGiveNoAnswerWhenEachReadMeetsAReorg() {
    List<Block> longer =
        BranchedChain.join(MAIN.subList(0, 16), BranchedChain.on(MAIN.get(15), 6, 1));
    BranchedChain turning = new BranchedChain(MAIN, SIDE);
    LocateHeaders asked = asked(List.of(main(14)), Hash.ZERO);
    boolean[] isLonger = {false};
    turning.beforeRead(
        () -> {
          isLonger[0] = !isLonger[0];
          turning.reorganiseTo(isLonger[0] ? longer : MAIN);
        });

    Optional<BlockId> answer =
        ReorgSafeRead.one(turning, asked::answeredFrom).map(LocatedHeaders::tip);

    assertEquals(Optional.empty(), answer);
  }
}
