package dev.windlass.chain.rules;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Breach;
import dev.windlass.chain.TransactionReader;
import dev.windlass.chain.rlp.RlpException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks proven blocks by every rule that needs no execution. The light check is what {@link
 * dev.windlass.chain.BlockRules} prove, and comes before. {@link Senders} are apart, since they
 * cost many times more.
 *
 * <p>Immutable; any number of threads may use one.
 */
public final class FullCheck {
  /** The rule of a transaction whose bytes are not of its type. */
  public static final String TRANSACTION_SHAPE = "transaction-shape";

  /** The rule of an uncle that is not a header. */
  public static final String UNCLE_SHAPE = "uncle-shape";

  /** The rule of an uncle whose header breaks another rule, which the explanation names. */
  public static final String UNCLE_HEADER = "uncle-header";

  private static final List<AnyChainRule> ANY_CHAIN =
      List.of(new GasUsedRule(), new TimestampOrderRule());

  private static final MergePointRule MERGE_POINT = new MergePointRule();

  /** Presence of fields comes first, since the others read them. */
  private static final List<HeaderRule> HEADER =
      List.of(
          new HeaderFieldsRule(),
          MERGE_POINT,
          new TimestampRule(),
          new ExtraDataRule(),
          new NonceRule(),
          new CliqueFieldsRule(),
          new DifficultyRule(),
          new GasLimitBoundsRule(),
          new BaseFeeRule(),
          new BlobGasUsedRule(),
          new ExcessBlobGasRule(),
          new DaoExtraDataRule());

  private static final TransactionRule TYPE = new TransactionTypeRule();

  private static final List<TransactionRule> TRANSACTION =
      List.of(
          new TransactionChainIdRule(),
          new TransactionNonceRule(),
          new TransactionSignatureRule(),
          new TransactionGasLimitRule(),
          new IntrinsicGasRule(),
          new TransactionFeesRule(),
          new InitCodeSizeRule(),
          new BlobTransactionRule(),
          new AuthorizationsRule());

  /** The count of uncles comes first, so that the others look at two at most. */
  private static final List<BlockRule> BLOCK =
      List.of(
          new BlockSizeRule(),
          new UncleCountRule(),
          new UncleOnceRule(),
          new UncleAncestryRule(),
          new BlobCountRule(),
          new GasOfTransactionsRule());

  private final Optional<ChainRules> rules;
  private final Seal seal;

  private FullCheck(Optional<ChainRules> rules, Seal seal) {
    this.rules = rules;
    this.seal = seal;
  }

  /** The check of a chain whose rules are known. */
  public static FullCheck of(ChainRules rules, Seal seal) {
    return new FullCheck(Optional.of(rules), seal);
  }

  /** The check of an unknown chain, by the few rules that hold on each. */
  public static FullCheck ofAnyChain() {
    return new FullCheck(Optional.empty(), Seal.NOT_VERIFIABLE);
  }

  /** Every rule that this check knows, in the order in which it applies them. */
  public List<Rule> rules() {
    List<Rule> all = new ArrayList<>(ANY_CHAIN);
    if (rules.isPresent()) {
      all.addAll(HEADER);
      all.add(new FutureTimestampRule(0));
      all.add(TYPE);
      all.addAll(TRANSACTION);
      all.addAll(BLOCK);
    }
    return all;
  }

  /**
   * Checks a run of blocks, and returns the first breach.
   *
   * @param below what is known of the chain below the run
   * @param run linked blocks, oldest first, each of which is proven; the first follows the last
   *     block of {@code below}
   * @param nowSeconds since 1970
   */
  public Optional<BlockBreach> check(ChainBelow below, List<Block> run, long nowSeconds) {
    LinkedBlocks chain = new LinkedBlocks(below.blocks(), run);
    Optional<BigInteger> total = below.totalDifficulty();
    FutureTimestampRule future = new FutureTimestampRule(nowSeconds);
    for (int i = below.blocks().size(); i < chain.size(); i++) {
      BlockHeader header = chain.header(i);
      BlockHeader parent = chain.header(i - 1);
      Optional<Breach> breach = breachOfHeader(header, parent);
      if (breach.isEmpty() && rules.isPresent()) {
        breach = breachOfTip(header, parent, total, future);
      }
      if (breach.isEmpty() && rules.isPresent()) {
        breach = breachOfBody(chain, i);
      }
      if (breach.isPresent()) {
        return Optional.of(named(header, breach.get()));
      }
      if (total.isPresent() && !header.hasNoDifficulty()) {
        total = Optional.of(total.get().add(header.difficulty()));
      }
    }
    return Optional.empty();
  }

  private static BlockBreach named(BlockHeader header, Breach breach) {
    return new BlockBreach(
        header.id(), new Breach(breach.rule(), "block " + header + ": " + breach.explanation()));
  }

  /** By what holds for uncles too. */
  private Optional<Breach> breachOfHeader(BlockHeader header, BlockHeader parent) {
    for (AnyChainRule rule : ANY_CHAIN) {
      Optional<String> breach = rule.breach(header, parent);
      if (breach.isPresent()) {
        return Optional.of(new Breach(rule.name(), breach.get()));
      }
    }
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    for (HeaderRule rule : HEADER) {
      Optional<String> breach = rule.breach(header, parent, rules.get());
      if (breach.isPresent()) {
        return Optional.of(new Breach(rule.name(), breach.get()));
      }
    }
    return seal.breach(header, parent).map(breach -> new Breach(Seal.RULE, breach));
  }

  /** By what holds for blocks of the chain and not for uncles. */
  private Optional<Breach> breachOfTip(
      BlockHeader header,
      BlockHeader parent,
      Optional<BigInteger> total,
      FutureTimestampRule future) {
    Optional<String> early = future.breach(header, parent, rules.get());
    if (early.isPresent()) {
      return Optional.of(new Breach(future.name(), early.get()));
    }
    return total
        .flatMap(known -> MERGE_POINT.breachByDifficulty(header, known, rules.get()))
        .map(breach -> new Breach(MERGE_POINT.name(), breach));
  }

  private Optional<Breach> breachOfBody(LinkedBlocks chain, int index) {
    Block block = chain.block(index);
    Totals totals = new Totals();
    Optional<Breach> breach = breachOfTransactions(block, totals);
    if (breach.isPresent()) {
      return breach;
    }
    List<BlockHeader> uncles = List.of();
    if (block.hasUncles()) {
      try {
        uncles = chain.uncles(index);
      } catch (RlpException e) {
        return Optional.of(new Breach(UNCLE_SHAPE, e.reason()));
      }
    }
    Ancestors ancestors = new Ancestors(chain, index);
    Candidate candidate = new Candidate(block, uncles, totals.gasLimits, totals.blobs, ancestors);
    for (BlockRule rule : BLOCK) {
      Optional<String> broken = rule.breach(candidate, rules.get());
      if (broken.isPresent()) {
        return Optional.of(new Breach(rule.name(), broken.get()));
      }
    }
    return breachOfUncleHeaders(uncles, ancestors);
  }

  private Optional<Breach> breachOfUncleHeaders(List<BlockHeader> uncles, Ancestors ancestors) {
    for (BlockHeader uncle : uncles) {
      Optional<BlockHeader> parent = ancestors.withHash(uncle.parentHash());
      if (parent.isEmpty()) {
        continue;
      }
      if (uncle.number() != parent.get().number() + 1) {
        return Optional.of(
            new Breach(UNCLE_HEADER, "uncle " + uncle + " does not follow its parent's number"));
      }
      Optional<Breach> breach = breachOfHeader(uncle, parent.get());
      if (breach.isPresent()) {
        return Optional.of(new Breach(UNCLE_HEADER, "uncle " + uncle + ": " + breach.get()));
      }
    }
    return Optional.empty();
  }

  private Optional<Breach> breachOfTransactions(Block block, Totals totals) {
    if (block.transactionCount() == 0) {
      return Optional.empty();
    }
    BlockTerms terms = new BlockTerms(block.header(), rules.get());
    TransactionReader transaction = block.transactions();
    try {
      while (transaction.next()) {
        Optional<Breach> breach = breachOfTransaction(transaction, terms);
        if (breach.isPresent()) {
          return breach;
        }
        totals.add(transaction);
      }
    } catch (RlpException e) {
      return Optional.of(
          new Breach(TRANSACTION_SHAPE, "transaction " + transaction.index() + ": " + e.reason()));
    }
    return Optional.empty();
  }

  private Optional<Breach> breachOfTransaction(TransactionReader transaction, BlockTerms terms) {
    Optional<String> wrongType = TYPE.breach(transaction, terms, rules.get());
    if (wrongType.isPresent()) {
      return Optional.of(inTransaction(transaction, TYPE, wrongType.get()));
    }
    for (TransactionRule rule : TRANSACTION) {
      Optional<String> breach = rule.breach(transaction, terms, rules.get());
      if (breach.isPresent()) {
        return Optional.of(inTransaction(transaction, rule, breach.get()));
      }
    }
    return Optional.empty();
  }

  private static Breach inTransaction(TransactionReader transaction, Rule rule, String breach) {
    return new Breach(rule.name(), "transaction " + transaction.index() + ": " + breach);
  }

  /** What the transactions of one block add up to. */
  private static final class Totals {
    private long gasLimits;
    private long blobs;

    void add(TransactionReader transaction) {
      // Each is within the gas limit of the block, which is below 2^63.
      long sum = gasLimits + transaction.gasLimit();
      gasLimits = sum < 0 ? Long.MAX_VALUE : sum;
      blobs += transaction.blobCount();
    }
  }
}
