package dev.windlass.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.exchange.ReplyJudge;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReaderTest;
import dev.windlass.chain.rlp.RlpWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

public final class BlockTest {
  private static String brokenRule(TestBlock made) {
    return BlockRules.check(made.block()).map(Breach::rule).orElse("none");
  }

  private static TestBlock full() {
    TestBlock made = new TestBlock().fields(21);
    for (int i = 0; i < 5; i++) {
      made.transaction(i).typedTransaction(1 + i % 4, i).withdrawal(i);
    }
    return made;
  }

  @Test
  void shouldProveABlockOfEveryPart() {
    TestBlock made = full();
    Block block = made.block();
    assertEquals(Optional.empty(), BlockRules.check(block));
    assertEquals(10, block.transactionCount());
    assertTrue(block.hasWithdrawals());
    assertArrayEquals(made.raw(), block.rawBlock());
    assertArrayEquals(made.rawBody(), block.rawBody());
    assertEquals(made.raw().length, block.size());
    Block joined = Block.of(block.header(), made.rawBody());
    assertEquals(Optional.empty(), BlockRules.check(joined));
    assertArrayEquals(made.raw(), joined.rawBlock());
    Block trusted = Block.trusted(made.raw(), block.hash());
    assertEquals(block, trusted);
    assertArrayEquals(made.rawBody(), trusted.rawBody());
  }

  /** Since Isthmus, an OP Stack chain has a storage root there. */
  @Test
  void shouldTakeAnyWithdrawalsRootWhereTheFirstTransactionIsADepositOfTheOpStack() {
    TestBlock isthmus = new TestBlock().fields(21).typedTransaction(0x7e, 1).transaction(2);
    isthmus.withdrawalsRoot = Hash.ofLongs(7, 7, 7, 7);
    assertEquals("none", brokenRule(isthmus));
    assertDelivered(isthmus);
    // With an empty withdrawals list, the usual root is valid too.
    assertDelivered(new TestBlock().fields(21).typedTransaction(0x7e, 1));

    TestBlock others = new TestBlock().fields(21).transaction(1).typedTransaction(0x7e, 2);
    others.withdrawalsRoot = Hash.ofLongs(7, 7, 7, 7);
    assertEquals(BlockRules.WITHDRAWALS_ROOT, brokenRule(others));
    TestBlock full = new TestBlock().fields(21).typedTransaction(0x7e, 1).withdrawal(1);
    full.withdrawalsRoot = Hash.ofLongs(7, 7, 7, 7);
    assertEquals(BlockRules.WITHDRAWALS_ROOT, brokenRule(full));
    TestBlock none = new TestBlock().fields(21);
    none.withdrawalsRoot = Hash.ofLongs(7, 7, 7, 7);
    assertEquals(BlockRules.WITHDRAWALS_ROOT, brokenRule(none));
    TestBlock swapped = new TestBlock().fields(21).typedTransaction(0x7e, 1);
    swapped.withdrawalsRoot = Hash.ofLongs(7, 7, 7, 7);
    swapped.transactionsRoot = Hash.ofLongs(8, 8, 8, 8);
    assertEquals(BlockRules.TRANSACTIONS_ROOT, brokenRule(swapped));
  }

  private static void assertDelivered(TestBlock made) {
    Block block = made.block();
    assertEquals(
        List.of(block),
        ReplyJudge.bodies(List.of(block.header()), List.of(made.rawBody())).items());
  }

  /** A block of exactly so many bytes. */
  public static TestBlock ofSize(int bytes) {
    TestBlock empty = new TestBlock();
    empty.transactions.add(new RlpWriter().string(new byte[1 << 20]).toBytes());
    int more = bytes - empty.raw().length;
    TestBlock made = new TestBlock();
    made.transactions.add(new RlpWriter().string(new byte[(1 << 20) + more]).toBytes());
    assertEquals(bytes, made.raw().length);
    return made;
  }

  @Test
  void shouldRefuseABlockOfMoreBytesThanMayEnter() {
    TestBlock largest = ofSize(Block.BYTES_MAX);
    assertEquals(Block.BYTES_MAX, largest.block().size());
    assertEquals(Block.BYTES_MAX, Block.of(largest.block().header(), largest.rawBody()).size());
    TestBlock tooLarge = ofSize(Block.BYTES_MAX + 1);
    String reason = Block.tooLarge(Block.BYTES_MAX + 1);
    byte[] raw = tooLarge.raw();
    assertEquals(reason, assertThrows(RlpException.class, () -> Block.decode(raw)).reason());
    BlockHeader header = Block.decodeAnySize(raw).header();
    byte[] body = tooLarge.rawBody();
    assertEquals(reason, assertThrows(RlpException.class, () -> Block.of(header, body)).reason());
  }

  @Test
  void shouldNameTheTransactionsRoot() {
    assertEquals("none", brokenRule(new TestBlock()));
    TestBlock made = new TestBlock().transaction(1);
    made.transactionsRoot = Keccak.EMPTY_TRIE;
    assertEquals(BlockRules.TRANSACTIONS_ROOT, brokenRule(made));
    Breach breach = BlockRules.check(made.block()).orElseThrow();
    assertTrue(breach.toString().startsWith("transactions-root: block 1 0x"), breach.toString());
    TestBlock right = new TestBlock().transaction(1).transaction(2);
    TestBlock swapped = new TestBlock().transaction(2).transaction(1);
    swapped.transactionsRoot = right.block().header().transactionsRoot();
    assertEquals(BlockRules.TRANSACTIONS_ROOT, brokenRule(swapped));
  }

  @Test
  void shouldNameTheUnclesHash() {
    TestBlock made = new TestBlock();
    made.uncles.add(new TestBlock().rawHeader());
    assertEquals("none", brokenRule(made));
    made.unclesHash = Keccak.EMPTY_LIST;
    assertEquals(BlockRules.UNCLES_HASH, brokenRule(made));
    TestBlock none = new TestBlock();
    none.unclesHash = Hash.ZERO;
    assertEquals(BlockRules.UNCLES_HASH, brokenRule(none));
  }

  @Test
  void shouldNameTheWithdrawalsRoot() {
    TestBlock made = new TestBlock().fields(17).withdrawal(1);
    assertEquals("none", brokenRule(made));
    made.withdrawalsRoot = Keccak.EMPTY_TRIE;
    assertEquals(BlockRules.WITHDRAWALS_ROOT, brokenRule(made));
  }

  @Test
  void shouldNameWithdrawalsThatNothingCommitsToOrThatAreMissing() {
    TestBlock surplus = new TestBlock().fields(16).withdrawal(1);
    assertEquals(BlockRules.WITHDRAWALS_PRESENCE, brokenRule(surplus));
    TestBlock missing = new TestBlock().fields(17);
    byte[] header = missing.rawHeader();
    missing.withdrawals = null;
    Block block = Block.of(BlockHeader.decode(header), missing.rawBody());
    assertEquals(BlockRules.WITHDRAWALS_PRESENCE, BlockRules.check(block).orElseThrow().rule());
  }

  @Test
  void shouldNameALinkThatBreaksByHashOrByNumber() {
    Block parent = new TestBlock().block();
    Block child = TestBlock.after(parent).block();
    assertEquals(Optional.empty(), BlockRules.checkLink(parent.header(), child.header()));
    TestBlock other = TestBlock.after(parent).extra(1);
    other.parent = Hash.ZERO;
    TestBlock higher = TestBlock.after(parent);
    higher.number = 3;
    for (TestBlock wrong : List.of(other, higher)) {
      BlockHeader header = wrong.block().header();
      Breach breach = BlockRules.checkLink(parent.header(), header).orElseThrow();
      assertEquals(BlockRules.LINK, breach.rule());
      assertTrue(breach.explanation().contains(header.toString()), breach.explanation());
    }
    assertTrue(BlockRules.checkLink(child.header(), parent.header()).isPresent());
  }

  @Test
  void shouldRefuseWithdrawalsThatAreNone() {
    byte[] right = new TestBlock().fields(17).withdrawal(300).withdrawals.get(0);
    List<byte[]> wrong = new ArrayList<>();
    wrong.add(new byte[] {5});
    wrong.add(new RlpWriter().string(right).toBytes());
    wrong.add(withdrawal(new byte[9], 20, 8));
    wrong.add(withdrawal(new byte[] {1}, 19, 8));
    wrong.add(withdrawal(new byte[] {1}, 21, 8));
    wrong.add(withdrawal(new byte[] {1}, 20, 9));
    RlpWriter fiveFields = new RlpWriter().beginList();
    fiveFields.integer(1).integer(1).string(new byte[20]).integer(1).integer(1).endList();
    wrong.add(fiveFields.toBytes());
    for (byte[] withdrawal : wrong) {
      TestBlock made = new TestBlock().fields(17).withdrawal(1);
      made.withdrawals.add(withdrawal);
      assertThrows(RlpException.class, made::block);
    }
  }

  private static byte[] withdrawal(byte[] index, int addressBytes, int amountBytes) {
    byte[] amount = new byte[amountBytes];
    Arrays.fill(amount, (byte) 1);
    Arrays.fill(index, (byte) 1);
    RlpWriter fields = new RlpWriter().beginList().string(index).integer(2);
    return fields.string(new byte[addressBytes]).string(amount).endList().toBytes();
  }

  @Test
  void shouldRefuseEveryTruncationAndWhateverFollows() {
    byte[] raw = full().raw();
    byte[] body = full().rawBody();
    BlockHeader header = full().block().header();
    for (int length = 0; length < raw.length; length++) {
      byte[] cut = Arrays.copyOf(raw, length);
      assertThrows(RlpException.class, () -> Block.decode(cut));
    }
    for (int length = 0; length < body.length; length++) {
      byte[] cut = Arrays.copyOf(body, length);
      assertThrows(RlpException.class, () -> Block.of(header, cut));
    }
    assertThrows(RlpException.class, () -> Block.decode(Arrays.copyOf(raw, raw.length + 1)));
  }

  @Test
  void shouldRefuseAPartTooFewOrTooMany() {
    TestBlock made = new TestBlock().fields(17);
    byte[] none = {(byte) 0xc0};
    List<byte[]> parts = List.of(made.rawHeader(), none, none, none, none);
    assertThrows(RlpException.class, () -> Block.decode(TestBlock.listOf(parts)));
    for (int count = 0; count < 3; count++) {
      byte[] fewer = TestBlock.listOf(parts.subList(0, count));
      assertThrows(RlpException.class, () -> Block.decode(fewer));
    }
    byte[] string = {(byte) 0x80};
    for (int part = 1; part < 4; part++) {
      List<byte[]> wrong = new ArrayList<>(parts.subList(0, 4));
      wrong.set(part, string);
      assertThrows(RlpException.class, () -> Block.decode(TestBlock.listOf(wrong)));
    }
  }

  @Test
  void shouldRefuseATransactionThatIsNotCanonicalInside() {
    TestBlock made = new TestBlock();
    made.transactions.add(new byte[] {(byte) 0xc2, (byte) 0x81, 5});
    assertThrows(RlpException.class, made::block);
    TestBlock empty = new TestBlock();
    empty.transactions.add(new byte[] {(byte) 0x80});
    assertThrows(RlpException.class, empty::block);
  }

  /** No mutation that keeps the hash of the header may pass the rules. */
  @Test
  void shouldNeverProveAMutatedBlock() {
    SplittableRandom random = new SplittableRandom(6);
    byte[] raw = full().raw();
    Hash hash = Block.decode(raw).hash();
    int sameHash = 0;
    for (int round = 0; round < 30_000; round++) {
      byte[] mutated = RlpReaderTest.mutate(random, raw);
      if (Arrays.equals(mutated, raw)) {
        continue;
      }
      try {
        Block block = Block.decode(mutated);
        if (block.hash().equals(hash)) {
          sameHash++;
          assertTrue(BlockRules.check(block).isPresent(), "round " + round);
        }
      } catch (RlpException e) {
        assertTrue(e.offset() <= mutated.length);
      }
    }
    assertTrue(sameHash > 500, sameHash + " bodies under the right header");
  }

  @Test
  void shouldRefuseMoreTransactionsThanATrieOfThemHasKeysFor() {
    byte[] transactions = new byte[(1 << 24) + 1];
    Arrays.fill(transactions, (byte) 1);
    byte[] body =
        new RlpWriter()
            .beginList()
            .beginList()
            .raw(transactions)
            .endList()
            .beginList()
            .endList()
            .endList()
            .toBytes();
    BlockHeader header = new TestBlock().block().header();

    RlpException refused = assertThrows(RlpException.class, () -> Block.ofAnySize(header, body));

    assertTrue(refused.getMessage().contains("more than 16777216 transactions"));
  }
}
