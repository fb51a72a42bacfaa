package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.HashIndex;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.chain.rules.ChainRules;
import dev.windlass.chain.rules.Fork;
import java.math.BigInteger;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A chain made from a seed. Each block passes the rules of the chain, unless a fork has a
 * difficulty of its own. The same seed and shape give the same bytes on every machine.
 *
 * <p>Number 0 is the genesis. All seeds with the same upper 32 bits (their {@link #family}) and the
 * same shape share it. A longer chain of the same seed begins with the shorter one. Immutable. The
 * returned arrays are shared and must not be changed.
 */
public final class ChainMaker implements ServedChain {
  private static final long GENESIS_TIMESTAMP = 1_438_269_973;
  private static final long SECONDS_PER_BLOCK = 12;
  private static final long GAS_LIMIT = 30_000_000;
  private static final long DIFFICULTY = 131_072;

  /** Below 8 it never changes, as long as no block uses more than half of its gas (EIP-1559). */
  private static final long BASE_FEE = 7;

  private static final int HEADER_BYTES = 700;
  private static final int EXTRA_BYTES_MIN = 8;

  /** With more a header would be larger than {@link BlockHeader#BYTES_MAX}. */
  public static final int EXTRA_BYTES_MAX = BlockHeader.BYTES_MAX - HEADER_BYTES;

  private static final byte[] NO_BLOOM = new byte[256];
  private static final byte[] NO_NONCE = new byte[8];

  /**
   * The shape of the blocks.
   *
   * @param transactionsPerBlockMax the most signed transactions of a block. They are legacy ones,
   *     mixed with EIP-1559 ones from London on. The genesis has none
   * @param dataBytesMax the most bytes of data of a transaction. Half of them have data
   * @param fieldCount of the header: 15, 16 (London), 17 (Shanghai, with withdrawals), 20 (Cancun)
   *     or 21 (Prague)
   * @param extraBytesMax the most bytes of extra data of a header. The sizes from 8 on are equally
   *     frequent. The genesis has 8
   */
  public record Shape(
      int transactionsPerBlockMax, int dataBytesMax, int fieldCount, int extraBytesMax) {
    /** Blocks without transactions in the form of 2015, some 515 bytes each. */
    public static final Shape EMPTY = new Shape(0, 0, 15);

    /** Blocks in the form of London, some 1.4 KB each. */
    public static final Shape SIGNED = new Shape(12, 128, 16);

    /** Blocks in the form of Prague, with withdrawals and more transactions. */
    public static final Shape LATEST = new Shape(100, 256, 21);

    /** Headers with 8 bytes of extra data. */
    public Shape(int transactionsPerBlockMax, int dataBytesMax, int fieldCount) {
      this(transactionsPerBlockMax, dataBytesMax, fieldCount, EXTRA_BYTES_MIN);
    }

    public Shape {
      if (transactionsPerBlockMax < 0 || transactionsPerBlockMax > 10_000) {
        throw new IllegalArgumentException(
            transactionsPerBlockMax + " transactions per block; 0 to 10000 may be");
      }
      if (dataBytesMax < 0 || dataBytesMax > 1 << 16) {
        throw new IllegalArgumentException(dataBytesMax + " data bytes; 0 to 65536 may be");
      }
      if (fieldCount < 15 || fieldCount > 21 || fieldCount == 18 || fieldCount == 19) {
        throw new IllegalArgumentException("no fork's header has " + fieldCount + " fields");
      }
      if (extraBytesMax < EXTRA_BYTES_MIN || extraBytesMax > EXTRA_BYTES_MAX) {
        throw new IllegalArgumentException(
            extraBytesMax
                + " bytes of extra data; "
                + EXTRA_BYTES_MIN
                + " to "
                + EXTRA_BYTES_MAX
                + " may be");
      }
    }

    boolean hasWithdrawals() {
      return fieldCount >= 17;
    }

    /**
     * The rules that chains of this shape keep. They forbid more than 32 bytes of extra data, so
     * other shapes break that one.
     */
    public ChainRules rules() {
      ChainRules.Builder rules = ChainRules.ofChain(MadeBodies.CHAIN_ID);
      if (hasWithdrawals()) {
        rules.terminalDifficulty(BigInteger.ZERO);
      }
      Fork last =
          switch (fieldCount) {
            case 15 -> Fork.BERLIN;
            case 16 -> Fork.GRAY_GLACIER;
            case 17 -> Fork.SHANGHAI;
            case 20 -> Fork.CANCUN;
            default -> Fork.PRAGUE;
          };
      return rules.forksUntil(last, 0).build();
    }

    private int extraBytes(long seed, long number) {
      int more = extraBytesMax - EXTRA_BYTES_MIN;
      return EXTRA_BYTES_MIN + (more == 0 ? 0 : new Mix(Mix.of(~seed, number)).below(more + 1));
    }
  }

  private final Recipe recipe;
  private final ChainMaker ancestors;
  private final long firstOwn;
  private final long headNumber;
  private final HashIndex hashes;
  private final byte[][] keptHeaders;

  /**
   * @param ancestors has the blocks below {@code firstOwn}. Null if that is the genesis
   */
  private ChainMaker(
      Recipe recipe, ChainMaker ancestors, long firstOwn, int blocks, boolean isKept) {
    this(
        recipe,
        ancestors,
        firstOwn,
        blocks,
        isKept,
        ancestors == null ? Hash.ZERO : ancestors.hashAt(firstOwn - 1));
  }

  /**
   * @param firstParent the parent of the block {@code firstOwn}
   */
  private ChainMaker(
      Recipe recipe,
      ChainMaker ancestors,
      long firstOwn,
      int blocks,
      boolean isKept,
      Hash firstParent) {
    this.recipe = recipe;
    this.ancestors = ancestors;
    this.firstOwn = firstOwn;
    this.headNumber = firstOwn + blocks - 1;
    this.hashes = isKept ? HashIndex.onHeap(blocks) : HashIndex.offHeap(blocks);
    this.keptHeaders = isKept ? new byte[blocks][] : null;
    Hash parent = firstParent;
    for (int i = 0; i < blocks; i++) {
      byte[] header = recipe.header(firstOwn + i, parent);
      parent = Keccak.hash(header);
      hashes.add(parent);
      if (isKept) {
        keptHeaders[i] = header;
      }
    }
  }

  /**
   * A chain in memory, for some thousand blocks.
   *
   * @param blocks above the genesis, which is the head's number
   */
  public static ChainMaker of(long seed, int blocks, Shape shape) {
    return make(seed, blocks, shape, true);
  }

  /**
   * The same chain with only the hashes in memory, off the heap (at most 48 bytes a block). A block
   * is made again at each call, without hashing.
   */
  public static ChainMaker onDemand(long seed, int blocks, Shape shape) {
    return make(seed, blocks, shape, false);
  }

  private static ChainMaker make(long seed, int blocks, Shape shape, boolean isKept) {
    if (blocks < 0 || blocks >= HashIndex.SIZE_MAX) {
      throw new IllegalArgumentException(
          blocks + " blocks; 0 to " + (HashIndex.SIZE_MAX - 1) + " may be");
    }
    long difficulty = shape.hasWithdrawals() ? 0 : DIFFICULTY;
    Recipe recipe = new Recipe(seed, shape, difficulty, MadeBodies.of(family(seed), shape));
    return new ChainMaker(recipe, null, 0, blocks + 1, isKept);
  }

  /** Seeds of one family share their genesis. */
  public static long family(long seed) {
    return seed >>> 32;
  }

  /**
   * A chain with the same blocks up to {@code number}, and others above.
   *
   * @param seed of the other blocks. It must differ from this chain's
   * @param blocks above {@code number}. The fork's head has the number {@code number + blocks}
   */
  public ChainMaker forkAt(long number, long seed, int blocks) {
    checkNumber(number);
    if (seed == recipe.seed()) {
      throw new IllegalArgumentException("a fork of seed " + seed + " needs another seed");
    }
    return new ChainMaker(recipe.withSeed(seed), this, number + 1, blocks, isKept());
  }

  /**
   * The same, with blocks of another difficulty, which break the rule of the difficulty.
   *
   * @param difficulty of each block above {@code number}
   */
  public ChainMaker forkAt(long number, long seed, int blocks, long difficulty) {
    checkNumber(number);
    Recipe other = recipe.withSeed(seed).withDifficulty(difficulty);
    return new ChainMaker(other, this, number + 1, blocks, isKept());
  }

  /**
   * The same as a fork, but the first of the other blocks names no parent. So headers lead from the
   * head down to it and no further. Only a chain in memory can be such a one.
   */
  public ChainMaker brokenAt(long number, long seed, int blocks) {
    checkNumber(number);
    if (!isKept()) {
      throw new IllegalStateException("a block that is made again would name its parent");
    }
    return new ChainMaker(recipe.withSeed(seed), this, number + 1, blocks, true, Hash.ZERO);
  }

  /** The same chain with a lower head, as of a peer that lags behind. */
  public ChainMaker upTo(long number) {
    checkNumber(number);
    return new ChainMaker(recipe, this, number + 1, 0, isKept());
  }

  private boolean isKept() {
    return keptHeaders != null;
  }

  private void checkNumber(long number) {
    if (number < 0 || number > headNumber) {
      throw new IndexOutOfBoundsException(number + " is outside of 0 to " + headNumber);
    }
  }

  /** The sum of the difficulties up to the block at this number. */
  public BigInteger totalDifficulty(long number) {
    ChainMaker owner = owner(number);
    long blocks = number - owner.firstOwn + 1;
    BigInteger own =
        BigInteger.valueOf(owner.recipe.difficulty()).multiply(BigInteger.valueOf(blocks));
    return owner.firstOwn == 0 ? own : own.add(owner.ancestors.totalDifficulty(owner.firstOwn - 1));
  }

  public BlockId genesis() {
    return lowest();
  }

  @Override
  public BlockId lowest() {
    return new BlockId(0, hashAt(0));
  }

  @Override
  public BlockId head() {
    return new BlockId(headNumber, hashAt(headNumber));
  }

  @Override
  public OptionalLong numberOf(Hash hash) {
    OptionalInt own = hashes.find(hash);
    if (own.isPresent()) {
      return OptionalLong.of(firstOwn + own.getAsInt());
    }
    if (ancestors == null) {
      return OptionalLong.empty();
    }
    OptionalLong shared = ancestors.numberOf(hash);
    return shared.isPresent() && shared.getAsLong() < firstOwn ? shared : OptionalLong.empty();
  }

  /** The maker of the block at this number, which is this chain or one that it forked from. */
  private ChainMaker owner(long number) {
    checkNumber(number);
    ChainMaker owner = this;
    while (number < owner.firstOwn) {
      owner = owner.ancestors;
    }
    return owner;
  }

  @Override
  public Hash hashAt(long number) {
    ChainMaker owner = owner(number);
    return owner.hashes.hash((int) (number - owner.firstOwn));
  }

  @Override
  public byte[] rawHeader(long number) {
    ChainMaker owner = owner(number);
    if (owner.isKept()) {
      return owner.keptHeaders[(int) (number - owner.firstOwn)];
    }
    return owner.recipe.header(number, number == 0 ? Hash.ZERO : hashAt(number - 1));
  }

  @Override
  public byte[] rawBody(long number) {
    return owner(number).recipe.body(number).raw();
  }

  @Override
  public byte[] rawBlock(long number) {
    return block(number).rawBlock();
  }

  public BlockHeader header(long number) {
    byte[] raw = rawHeader(number);
    return BlockHeader.trusted(raw, 0, raw.length, hashAt(number));
  }

  /** Decodes the block without hashing it again. */
  public Block block(long number) {
    return Block.of(header(number), rawBody(number));
  }

  /** The inputs of a block beside its number and its parent. */
  private record Recipe(long seed, Shape shape, long difficulty, MadeBodies bodies) {
    Recipe withSeed(long other) {
      return new Recipe(other, shape, difficulty, bodies);
    }

    Recipe withDifficulty(long other) {
      return new Recipe(seed, shape, other, bodies);
    }

    MadeBodies.Body body(long number) {
      return number == 0 ? bodies.empty() : bodies.pick(Mix.of(seed, number));
    }

    byte[] header(long number, Hash parent) {
      long ownSeed = number == 0 ? family(seed) : seed;
      Mix mix = new Mix(Mix.of(ownSeed, number));
      MadeBodies.Body body = body(number);
      RlpWriter header = new RlpWriter(HEADER_BYTES).beginList();
      int extraBytes = number == 0 ? EXTRA_BYTES_MIN : shape.extraBytes(ownSeed, number);
      header.hash(parent).hash(Keccak.EMPTY_LIST).string(mix.bytes(20)).hash(hash(mix));
      header.hash(body.transactionsRoot());
      header.hash(body.hasTransactions() ? hash(mix) : Keccak.EMPTY_TRIE);
      header.string(NO_BLOOM).integer(difficulty).integer(number);
      header.integer(GAS_LIMIT).integer(body.gasUsed());
      header.integer(GENESIS_TIMESTAMP + SECONDS_PER_BLOCK * number);
      header.string(mix.bytes(extraBytes)).hash(hash(mix)).string(NO_NONCE);
      if (shape.fieldCount() > 15) {
        header.integer(BASE_FEE);
      }
      if (shape.fieldCount() > 16) {
        header.hash(body.withdrawalsRoot());
      }
      if (shape.fieldCount() > 19) {
        header.integer(0).integer(0).hash(hash(mix));
      }
      if (shape.fieldCount() > 20) {
        header.hash(hash(mix));
      }
      return header.endList().toBytes();
    }

    private static Hash hash(Mix mix) {
      return Hash.ofLongs(mix.next(), mix.next(), mix.next(), mix.next());
    }
  }
}
