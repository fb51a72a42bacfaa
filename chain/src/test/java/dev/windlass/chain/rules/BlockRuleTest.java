package dev.windlass.chain.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.TransactionReader;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for bodies, on a chain of proof of work and on a merged one. */
final class BlockRuleTest {
  private static final ChainRules ETHASH = KnownRules.ethash(Fork.BERLIN).build();
  private static final FullCheck CHECK = FullCheck.of(ETHASH, Seal.NOT_VERIFIABLE);

  /** Ten blocks of proof of work, numbers 0 to 9. */
  private final List<Block> chain = new ArrayList<>();

  @BeforeEach
  void make() {
    RuledBlock genesis = new RuledBlock();
    genesis.number = 0;
    work(genesis);
    chain.add(genesis.block());
    for (int i = 1; i < 10; i++) {
      chain.add(work(RuledBlock.after(chain.get(i - 1))).block());
    }
  }

  /** Of the least difficulty, which 12 seconds keep. */
  private static RuledBlock work(RuledBlock block) {
    block.difficulty = 131_072;
    block.fieldCount = 15;
    block.gasUsed = 0;
    return block;
  }

  /** Another child of the block with that number. */
  private BlockHeader uncle(int parent) {
    RuledBlock uncle = work(RuledBlock.after(chain.get(parent)));
    uncle.nonce = 77;
    return uncle.header();
  }

  private RuledBlock next(BlockHeader... uncles) {
    Block parent = chain.get(chain.size() - 1);
    RuledBlock next = work(RuledBlock.after(parent));
    next.difficulty = EthashDifficulty.next(next.time, parent.header(), ETHASH).longValueExact();
    next.uncles.addAll(List.of(uncles));
    return next;
  }

  private Optional<String> rule(RuledBlock block) {
    return CHECK
        .check(ChainBelow.of(chain), List.of(block.block()), 10_000)
        .map(breach -> breach.breach().rule());
  }

  @ParameterizedTest
  @CsvSource({
    // The block is number 10. Its parent is 9, the parent of the nearest uncle 8.
    "9, false",
    "8, true",
    "7, true",
    "4, true",
    "3, true",
    "2, false"
  })
  void shouldAllowUnclesFromTwoToSevenBlocksBelow(int parent, boolean isAllowed) {
    Optional<String> rule = rule(next(uncle(parent)));
    assertEquals(isAllowed ? Optional.empty() : Optional.of("uncle-ancestry"), rule);
  }

  @Test
  void shouldAllowTwoUncles() {
    assertEquals(Optional.empty(), rule(next(uncle(8), uncle(7))));
    assertEquals(Optional.of("uncle-count"), rule(next(uncle(8), uncle(7), uncle(6))));
  }

  @Test
  void shouldAllowNoUncleTwice() {
    assertEquals(Optional.of("uncle-once"), rule(next(uncle(8), uncle(8))));
    chain.add(next(uncle(6)).block());
    assertEquals(Optional.of("uncle-once"), rule(next(uncle(6))));
    assertEquals(Optional.empty(), rule(next(uncle(7))));
  }

  @Test
  void shouldAllowNoAncestorAsAnUncle() {
    assertEquals(Optional.of("uncle-ancestry"), rule(next(chain.get(8).header())));
  }

  @Test
  void shouldCheckTheHeaderOfAnUncle() {
    RuledBlock uncle = work(RuledBlock.after(chain.get(8)));
    uncle.difficulty++;
    BlockBreach breach =
        CHECK
            .check(ChainBelow.of(chain), List.of(next(uncle.header()).block()), 10_000)
            .orElseThrow();
    assertEquals("uncle-header", breach.breach().rule());
    assertTrue(
        breach
            .breach()
            .explanation()
            .endsWith("difficulty: difficulty is 131073 instead of 131072"),
        breach::toString);
    RuledBlock jumping = work(RuledBlock.after(chain.get(8)));
    jumping.number++;
    assertEquals(Optional.of("uncle-header"), rule(next(jumping.header())));
  }

  @Test
  void shouldNotJudgeTheAncestryOfAnUncleIfAncestorsAreMissing() {
    RuledBlock block = next(uncle(5));
    ChainBelow few = ChainBelow.of(chain.subList(8, 10));
    assertEquals(Optional.empty(), CHECK.check(few, List.of(block.block()), 10_000));
  }

  @Test
  void shouldAllowNoUncleOfAMergedOrACliqueBlock() {
    Block parent = chain.get(9);
    Block block = next(uncle(8)).block();
    LinkedBlocks blocks = new LinkedBlocks(chain, List.of(block));
    Candidate candidate = new Candidate(block, block.uncles(), 0, 0, new Ancestors(blocks, 10));
    ChainRules clique = KnownRules.ethash(Fork.BERLIN).clique(new Clique(1, 100)).build();
    assertTrue(new UncleCountRule().breach(candidate, ETHASH).isEmpty());
    assertFalse(new UncleCountRule().breach(candidate, clique).isEmpty());
    RuledBlock merged = RuledBlock.after(parent);
    merged.uncles.add(uncle(8));
    Candidate ofStake =
        new Candidate(merged.block(), merged.uncles, 0, 0, new Ancestors(blocks, 10));
    assertFalse(new UncleCountRule().breach(ofStake, ETHASH).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"0, 0, true", "131072, 1, true", "131072, 0, false", "131072, 2, false"})
  void shouldCountTheBlobs(long used, int blobs, boolean isKept) {
    RuledBlock block = new RuledBlock();
    block.blobGasUsed = used;
    Candidate candidate = candidate(block, 0, blobs);
    ChainRules rules = KnownRules.merged(Fork.CANCUN).build();
    assertEquals(isKept, new BlobCountRule().breach(candidate, rules).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"99, true", "100, true", "101, false"})
  void shouldUseNoMoreGasThanTransactionsMay(long used, boolean isKept) {
    RuledBlock block = new RuledBlock();
    block.gasUsed = used;
    Candidate candidate = candidate(block, 100, 0);
    assertEquals(isKept, new GasOfTransactionsRule().breach(candidate, ETHASH).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void shouldBoundTheSizeSinceOsaka(int above) {
    RuledBlock block = new RuledBlock();
    RawTransaction large = RawTransaction.of(TransactionReader.LEGACY);
    large.data = new byte[8_000_000];
    block.transactions.add(large.raw());
    large.data = new byte[8_000_000 + (8 << 20) - block.block().size() + above];
    block.transactions.set(0, large.raw());
    Candidate candidate = candidate(block, 0, 0);
    assertEquals((8 << 20) + above, candidate.block().size());
    BlockRule rule = new BlockSizeRule();
    ChainRules osaka = KnownRules.merged(Fork.OSAKA).build();
    ChainRules prague = KnownRules.merged(Fork.PRAGUE).build();
    assertEquals(above <= 0, rule.breach(candidate, osaka).isEmpty());
    assertTrue(rule.breach(candidate, prague).isEmpty());
  }

  private Candidate candidate(RuledBlock block, long gasLimits, long blobs) {
    LinkedBlocks blocks = new LinkedBlocks(chain, List.of());
    return new Candidate(block.block(), List.of(), gasLimits, blobs, new Ancestors(blocks, 10));
  }

  @Test
  void shouldNameTheBlockTheRuleAndBothValues() {
    RuledBlock wrong = next();
    wrong.difficulty = 1;
    Block block = wrong.block();
    BlockBreach breach = CHECK.check(ChainBelow.of(chain), List.of(block), 10_000).orElseThrow();
    assertEquals(block.id(), breach.block());
    assertEquals(
        "difficulty: block " + block + ": difficulty is 1 instead of 131072", breach.toString());
  }

  @Test
  void shouldNameTheTransaction() {
    RuledBlock wrong = next();
    wrong.transactions.add(RawTransaction.of(TransactionReader.LEGACY).raw());
    wrong.transactions.add(RawTransaction.of(TransactionReader.DYNAMIC_FEE).raw());
    BlockBreach breach =
        CHECK.check(ChainBelow.of(chain), List.of(wrong.block()), 10_000).orElseThrow();
    assertEquals("transaction-type", breach.breach().rule());
    assertTrue(
        breach
            .breach()
            .explanation()
            .endsWith("transaction 1: its type is 2, which begins with LONDON"),
        breach::toString);
    RawTransaction shapeless = RawTransaction.of(TransactionReader.LEGACY);
    shapeless.to = new byte[3];
    wrong.transactions.set(1, shapeless.raw());
    assertEquals(Optional.of("transaction-shape"), rule(wrong));
  }

  @Test
  void shouldAskTheSealOfTheChainForBlocksAndUncles() {
    List<Long> asked = new ArrayList<>();
    Seal seal =
        new Seal() {
          @Override
          public boolean isVerifiable() {
            return true;
          }

          @Override
          public Optional<String> breach(BlockHeader header, BlockHeader parent) {
            asked.add(header.number());
            return header.nonce().getAsLong() == 77 ? Optional.of("no work") : Optional.empty();
          }
        };
    FullCheck check = FullCheck.of(ETHASH, seal);
    BlockBreach breach =
        check.check(ChainBelow.of(chain), List.of(next(uncle(8)).block()), 10_000).orElseThrow();
    assertEquals(List.of(10L, 9L), asked);
    assertEquals("uncle-header", breach.breach().rule());
    assertTrue(breach.breach().explanation().endsWith("seal: no work"), breach::toString);
  }

  @Test
  void shouldReturnTheFirstBreachOfARun() {
    List<Block> run = new ArrayList<>();
    Block parent = chain.get(9);
    for (int i = 0; i < 4; i++) {
      RuledBlock block = work(RuledBlock.after(parent));
      block.gasUsed = i >= 2 ? 1 : 0;
      parent = block.block();
      run.add(parent);
    }
    BlockBreach breach = CHECK.check(ChainBelow.of(chain), run, 10_000).orElseThrow();
    assertEquals(run.get(2).id(), breach.block());
    assertEquals("gas-of-transactions", breach.breach().rule());
  }

  @Test
  void shouldFollowTheTotalDifficultyThroughARun() {
    ChainRules rules =
        KnownRules.ethash(Fork.BERLIN).terminalDifficulty(BigInteger.valueOf(3 * 131_072)).build();
    FullCheck check = FullCheck.of(rules, Seal.NOT_VERIFIABLE);
    ChainBelow genesis =
        new ChainBelow(chain.subList(0, 1), Optional.of(BigInteger.valueOf(131_072)));
    // The genesis and two blocks reach it, so the third must be merged.
    assertEquals(Optional.empty(), check.check(genesis, chain.subList(1, 3), 10_000));
    BlockBreach breach = check.check(genesis, chain.subList(1, 5), 10_000).orElseThrow();
    assertEquals(chain.get(3).id(), breach.block());
    assertEquals("merge-point", breach.breach().rule());
  }

  @Test
  void shouldGiveEachRuleANameOfItsOwn() {
    Set<String> names = new HashSet<>();
    for (Rule rule : CHECK.rules()) {
      assertTrue(names.add(rule.name()), rule::name);
      assertTrue(Pattern.matches("[a-z]+(-[a-z]+)*", rule.name()), rule::name);
    }
    assertEquals(31, names.size());
    assertEquals(2, FullCheck.ofAnyChain().rules().size());
  }
}
