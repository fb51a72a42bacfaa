package dev.windlass.wire.network;

import dev.windlass.chain.Hash;
import dev.windlass.chain.rules.ChainRules;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A public network: its ids, its genesis, and when its rules change.
 *
 * <p>The fork schedules are those that geth publishes (v1.17.8; v1.16 for holesky, which has
 * ended). Only sepolia has a known next fork.
 *
 * @param id the network id in a Status; on these networks the same as the chain id
 * @param rules what its blocks must keep, if that is known
 */
public record Network(
    String name, long id, Hash genesis, ForkSchedule forks, Optional<ChainRules> rules) {
  public static final Network MAINNET =
      of(
          "mainnet",
          1,
          "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3",
          0,
          List.of(
              1_150_000L,
              1_920_000L,
              2_463_000L,
              2_675_000L,
              4_370_000L,
              7_280_000L,
              9_069_000L,
              9_200_000L,
              12_244_000L,
              12_965_000L,
              13_773_000L,
              15_050_000L),
          List.of(
              1_681_338_455L,
              1_710_338_135L,
              1_746_612_311L,
              1_764_798_551L,
              1_765_290_071L,
              1_767_747_671L));

  public static final Network SEPOLIA =
      of(
          "sepolia",
          11_155_111,
          "0x25a5cc106eea7138acab33231d7160d69cb777ee0c2c553fcddf5138993e6dd9",
          1_633_267_481,
          List.of(1_735_371L),
          List.of(
              1_677_557_088L,
              1_706_655_072L,
              1_741_159_776L,
              1_760_427_360L,
              1_761_017_184L,
              1_761_607_008L,
              1_791_294_816L));

  public static final Network HOODI =
      of(
          "hoodi",
          560_048,
          "0xbbe312868b376a3001692a646dd2d7d1e4406380dfd86b98aa8a34d1557c971b",
          1_742_212_800,
          List.of(),
          List.of(1_742_999_832L, 1_761_677_592L, 1_762_365_720L, 1_762_955_544L));

  public static final Network HOLESKY =
      of(
          "holesky",
          17_000,
          "0xb5f7f912443c940f21fd611f12828d75b534364ed9e95ca4e307729a4661bde4",
          1_695_902_100,
          List.of(),
          List.of(
              1_696_000_704L,
              1_707_305_664L,
              1_740_434_112L,
              1_759_308_480L,
              1_759_800_000L,
              1_760_389_824L));

  private static final List<Network> ALL = List.of(MAINNET, SEPOLIA, HOODI, HOLESKY);

  public Network {
    Objects.requireNonNull(name);
    Objects.requireNonNull(genesis);
    Objects.requireNonNull(forks);
    Objects.requireNonNull(rules);
  }

  /** A network of which no more is known than how its nodes recognise each other. */
  public Network(String name, long id, Hash genesis, ForkSchedule forks) {
    this(name, id, genesis, forks, Optional.empty());
  }

  /** The same under another network id. */
  public Network withId(long otherId) {
    return new Network(name, otherId, genesis, forks, rules);
  }

  private static Network of(
      String name, long id, String genesis, long genesisTime, List<Long> blocks, List<Long> times) {
    Hash hash = Hash.fromHex(genesis);
    ForkSchedule forks = new ForkSchedule(hash, genesisTime, blocks, times);
    return new Network(name, id, hash, forks, PublicRules.of(id));
  }

  @Override
  public String toString() {
    return name;
  }

  public static Optional<Network> named(String name) {
    return ALL.stream().filter(n -> n.name.equals(name.toLowerCase(Locale.ROOT))).findFirst();
  }

  public static List<String> names() {
    return ALL.stream().map(Network::name).toList();
  }
}
