package dev.windlass.wire.network;

import dev.windlass.chain.rules.BlobParameters;
import dev.windlass.chain.rules.ChainRules;
import dev.windlass.chain.rules.DaoFork;
import dev.windlass.chain.rules.Fork;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules of the public networks, from geth (params/chainspecs, v1.17.8; for holesky
 * params/config of v1.16). The numbers of the first merged blocks are facts of these chains.
 */
final class PublicRules {
  private static final BlobParameters BPO1 = new BlobParameters(10, 15, 8_346_193);
  private static final BlobParameters BPO2 = new BlobParameters(14, 21, 11_684_671);

  private static final Map<Long, ChainRules> BY_CHAIN_ID =
      Stream.of(mainnet(), sepolia(), hoodi(), holesky())
          .collect(Collectors.toUnmodifiableMap(ChainRules::chainId, rules -> rules));

  private PublicRules() {}

  static Optional<ChainRules> of(long chainId) {
    return Optional.ofNullable(BY_CHAIN_ID.get(chainId));
  }

  private static ChainRules mainnet() {
    return ChainRules.ofChain(1)
        .fork(Fork.HOMESTEAD, 1_150_000)
        .dao(new DaoFork(1_920_000, true))
        .fork(Fork.EIP150, 2_463_000)
        .fork(Fork.EIP155, 2_675_000)
        .fork(Fork.EIP158, 2_675_000)
        .fork(Fork.BYZANTIUM, 4_370_000)
        .fork(Fork.CONSTANTINOPLE, 7_280_000)
        .fork(Fork.PETERSBURG, 7_280_000)
        .fork(Fork.ISTANBUL, 9_069_000)
        .fork(Fork.MUIR_GLACIER, 9_200_000)
        .fork(Fork.BERLIN, 12_244_000)
        .fork(Fork.LONDON, 12_965_000)
        .fork(Fork.ARROW_GLACIER, 13_773_000)
        .fork(Fork.GRAY_GLACIER, 15_050_000)
        .terminalDifficulty(new BigInteger("58750000000000000000000"))
        .mergeNumber(15_537_394)
        .fork(Fork.SHANGHAI, 1_681_338_455)
        .fork(Fork.CANCUN, 1_710_338_135)
        .fork(Fork.PRAGUE, 1_746_612_311)
        .fork(Fork.OSAKA, 1_764_798_551)
        .fork(Fork.BPO1, 1_765_290_071)
        .fork(Fork.BPO2, 1_767_747_671)
        .blobs(Fork.BPO1, BPO1)
        .blobs(Fork.BPO2, BPO2)
        .build();
  }

  private static ChainRules sepolia() {
    return ChainRules.ofChain(11_155_111)
        .forksUntil(Fork.LONDON, 0)
        .terminalDifficulty(BigInteger.valueOf(17_000_000_000_000_000L))
        .mergeNumber(1_450_409)
        .fork(Fork.SHANGHAI, 1_677_557_088)
        .fork(Fork.CANCUN, 1_706_655_072)
        .fork(Fork.PRAGUE, 1_741_159_776)
        .fork(Fork.OSAKA, 1_760_427_360)
        .fork(Fork.BPO1, 1_761_017_184)
        .fork(Fork.BPO2, 1_761_607_008)
        .fork(Fork.AMSTERDAM, 1_791_294_816)
        .blobs(Fork.BPO1, BPO1)
        .blobs(Fork.BPO2, BPO2)
        .build();
  }

  private static ChainRules hoodi() {
    return ChainRules.ofChain(560_048)
        .forksUntil(Fork.LONDON, 0)
        .terminalDifficulty(BigInteger.ZERO)
        .fork(Fork.SHANGHAI, 0)
        .fork(Fork.CANCUN, 0)
        .fork(Fork.PRAGUE, 1_742_999_832)
        .fork(Fork.OSAKA, 1_761_677_592)
        .fork(Fork.BPO1, 1_762_365_720)
        .fork(Fork.BPO2, 1_762_955_544)
        .blobs(Fork.BPO1, BPO1)
        .blobs(Fork.BPO2, BPO2)
        .build();
  }

  private static ChainRules holesky() {
    return ChainRules.ofChain(17_000)
        .forksUntil(Fork.LONDON, 0)
        .terminalDifficulty(BigInteger.ZERO)
        .fork(Fork.SHANGHAI, 1_696_000_704)
        .fork(Fork.CANCUN, 1_707_305_664)
        .fork(Fork.PRAGUE, 1_740_434_112)
        .fork(Fork.OSAKA, 1_759_308_480)
        .fork(Fork.BPO1, 1_759_800_000)
        .fork(Fork.BPO2, 1_760_389_824)
        .blobs(Fork.BPO1, BPO1)
        .blobs(Fork.BPO2, BPO2)
        .build();
  }
}
