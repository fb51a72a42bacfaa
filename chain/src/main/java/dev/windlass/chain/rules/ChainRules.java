package dev.windlass.chain.rules;

import dev.windlass.chain.BlockHeader;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The rules of one known chain: its id, when its forks begin, and what its forks are set to.
 *
 * <p>A chain whose rules are not known has none of these, and {@link FullCheck#ofAnyChain} is left
 * for it. Immutable.
 */
public final class ChainRules {
  /** Of EIP-1559: the gas target is this part of the gas limit. */
  public static final long ELASTICITY = 2;

  /** Of EIP-1559: the base fee changes by this part at most. */
  public static final long BASE_FEE_CHANGE_DENOMINATOR = 8;

  /** Larger than any number and time. */
  private static final long NEVER = -1;

  private final long chainId;
  private final Consensus consensus;
  private final Optional<Clique> clique;
  private final Optional<DaoFork> dao;
  private final OptionalLong mergeNumber;
  private final Optional<BigInteger> terminalDifficulty;
  private final Map<Fork, Long> beginnings = new EnumMap<>(Fork.class);

  /** Times, unsigned and ascending, and the blob parameters from each on. */
  private final long[] blobTimes;

  private final BlobParameters[] blobParameters;

  private ChainRules(Builder builder) {
    chainId = builder.chainId;
    consensus = builder.clique.isPresent() ? Consensus.CLIQUE : Consensus.ETHASH;
    clique = builder.clique;
    dao = builder.dao;
    terminalDifficulty = builder.terminalDifficulty;
    boolean isMergedFromGenesis = terminalDifficulty.filter(d -> d.signum() == 0).isPresent();
    mergeNumber = isMergedFromGenesis ? OptionalLong.of(1) : builder.mergeNumber;
    includeForks(builder.beginnings);
    Map<Long, BlobParameters> schedule = blobSchedule(builder);
    blobTimes = schedule.keySet().stream().mapToLong(Long::longValue).toArray();
    blobParameters = schedule.values().toArray(BlobParameters[]::new);
  }

  /** A fork includes those before it, even if the genesis file names only the later one. */
  private void includeForks(Map<Fork, Long> named) {
    List<Fork> latestFirst = new ArrayList<>(List.of(Fork.values()));
    Collections.reverse(latestFirst);
    long byTime = NEVER;
    long byNumber = NEVER;
    for (Fork fork : latestFirst) {
      long beginning = named.getOrDefault(fork, NEVER);
      if (fork.isBlobParametersOnly()) {
        beginnings.put(fork, beginning);
      } else if (fork.isByTime()) {
        byTime = earlier(byTime, beginning);
        beginnings.put(fork, byTime);
      } else {
        byNumber = byTime == 0 ? 0 : earlier(byNumber, beginning);
        beginnings.put(fork, byNumber);
      }
    }
  }

  private static long earlier(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? a : b;
  }

  private Map<Long, BlobParameters> blobSchedule(Builder builder) {
    Map<Long, BlobParameters> schedule = new TreeMap<>(Long::compareUnsigned);
    Map<Fork, BlobParameters> named = new EnumMap<>(builder.blobs);
    named.putIfAbsent(Fork.CANCUN, BlobParameters.CANCUN);
    named.putIfAbsent(Fork.PRAGUE, BlobParameters.PRAGUE);
    // In the order of forks, so that of two with the same time the later one holds.
    named.forEach((fork, parameters) -> schedule.put(beginnings.get(fork), parameters));
    schedule.remove(NEVER);
    return schedule;
  }

  public long chainId() {
    return chainId;
  }

  public Consensus consensus() {
    return consensus;
  }

  /** Present if {@link #consensus} is Clique. */
  public Optional<Clique> clique() {
    return clique;
  }

  public Optional<DaoFork> dao() {
    return dao;
  }

  /** The number of the first merged block, if it is known beforehand. */
  public OptionalLong mergeNumber() {
    return mergeNumber;
  }

  /** A block is merged if its parent's total difficulty has reached this. */
  public Optional<BigInteger> terminalDifficulty() {
    return terminalDifficulty;
  }

  public boolean isActive(Fork fork, long number, long time) {
    long at = fork.isByTime() ? time : number;
    return Long.compareUnsigned(at, beginnings.get(fork)) >= 0;
  }

  /** The first number of a fork, or the time from which on it holds. Empty if it never begins. */
  public OptionalLong beginning(Fork fork) {
    long beginning = beginnings.get(fork);
    return beginning < 0 ? OptionalLong.empty() : OptionalLong.of(beginning);
  }

  public boolean isActive(Fork fork, BlockHeader header) {
    return isActive(fork, header.number(), header.timestamp());
  }

  /**
   * Whether the header is one of proof of stake. Its difficulty tells. Whether it may be, {@link
   * MergePointRule} checks.
   */
  public boolean isMerged(BlockHeader header) {
    return header.hasNoDifficulty();
  }

  /** Absent before Cancun. */
  public Optional<BlobParameters> blobs(long time) {
    for (int i = blobTimes.length - 1; i >= 0; i--) {
      if (Long.compareUnsigned(time, blobTimes[i]) >= 0) {
        return Optional.of(blobParameters[i]);
      }
    }
    return Optional.empty();
  }

  public static Builder ofChain(long chainId) {
    return new Builder(chainId);
  }

  /** What a chain is set to. Without more, it is an Ethash chain that never forks. */
  public static final class Builder {
    private final long chainId;
    private final Map<Fork, Long> beginnings = new EnumMap<>(Fork.class);
    private final Map<Fork, BlobParameters> blobs = new EnumMap<>(Fork.class);
    private Optional<Clique> clique = Optional.empty();
    private Optional<DaoFork> dao = Optional.empty();
    private OptionalLong mergeNumber = OptionalLong.empty();
    private Optional<BigInteger> terminalDifficulty = Optional.empty();

    private Builder(long chainId) {
      this.chainId = chainId;
    }

    /**
     * Notes a fork.
     *
     * @param beginning its first number or the time from which on it holds, unsigned
     */
    public Builder fork(Fork fork, long beginning) {
      beginnings.put(fork, beginning);
      return this;
    }

    /** The same for each fork from the first one to this. */
    public Builder forksUntil(Fork last, long beginning) {
      for (Fork fork : Fork.values()) {
        if (fork.compareTo(last) <= 0 && !fork.isBlobParametersOnly()) {
          beginnings.putIfAbsent(fork, beginning);
        }
      }
      return this;
    }

    /** Those of Cancun and Prague have defaults. */
    public Builder blobs(Fork from, BlobParameters parameters) {
      blobs.put(from, parameters);
      return this;
    }

    public Builder clique(Clique settings) {
      clique = Optional.of(settings);
      return this;
    }

    public Builder dao(DaoFork fork) {
      dao = Optional.of(fork);
      return this;
    }

    /** The first merged block. */
    public Builder mergeNumber(long number) {
      mergeNumber = OptionalLong.of(number);
      return this;
    }

    public Builder terminalDifficulty(BigInteger difficulty) {
      terminalDifficulty = Optional.of(difficulty);
      return this;
    }

    public ChainRules build() {
      return new ChainRules(this);
    }
  }
}
