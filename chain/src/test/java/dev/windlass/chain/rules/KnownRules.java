package dev.windlass.chain.rules;

import java.math.BigInteger;

/** The rules of the chains that tests have blocks of. */
final class KnownRules {
  private KnownRules() {}

  /** The rules of a network of the public vectors, all of which have chain id 1. */
  static ChainRules ofVectors(String network) {
    ChainRules.Builder rules = ChainRules.ofChain(1);
    return switch (network) {
      case "Cancun" -> rules.forksUntil(Fork.CANCUN, 0).terminalDifficulty(BigInteger.ZERO).build();
      case "ParisToShanghaiAtTime15k" ->
          rules
              .forksUntil(Fork.GRAY_GLACIER, 0)
              .terminalDifficulty(BigInteger.ZERO)
              .fork(Fork.SHANGHAI, 15_000)
              .build();
      case "ArrowGlacierToParisAtDiffC0000" ->
          rules
              .forksUntil(Fork.ARROW_GLACIER, 0)
              .terminalDifficulty(BigInteger.valueOf(0xc0000))
              .build();
      case "BerlinToLondonAt5" -> rules.forksUntil(Fork.BERLIN, 0).fork(Fork.LONDON, 5).build();
      case "ByzantiumToConstantinopleFixAt5" ->
          rules.forksUntil(Fork.BYZANTIUM, 0).forksUntil(Fork.PETERSBURG, 5).build();
      case "EIP158ToByzantiumAt5" ->
          rules.forksUntil(Fork.EIP158, 0).fork(Fork.BYZANTIUM, 5).build();
      case "HomesteadToEIP150At5" -> rules.fork(Fork.HOMESTEAD, 0).fork(Fork.EIP150, 5).build();
      case "HomesteadToDaoAt5" -> rules.fork(Fork.HOMESTEAD, 0).dao(new DaoFork(5, true)).build();
      case "FrontierToHomesteadAt5" -> rules.fork(Fork.HOMESTEAD, 5).build();
      default -> throw new IllegalArgumentException(network);
    };
  }

  static ChainRules mainnet() {
    return ChainRules.ofChain(1)
        .fork(Fork.HOMESTEAD, 1_150_000)
        .dao(new DaoFork(1_920_000, true))
        .fork(Fork.EIP150, 2_463_000)
        .forksUntil(Fork.EIP158, 2_675_000)
        .fork(Fork.BYZANTIUM, 4_370_000)
        .forksUntil(Fork.PETERSBURG, 7_280_000)
        .fork(Fork.ISTANBUL, 9_069_000)
        .fork(Fork.MUIR_GLACIER, 9_200_000)
        .fork(Fork.BERLIN, 12_244_000)
        .fork(Fork.LONDON, 12_965_000)
        .fork(Fork.ARROW_GLACIER, 13_773_000)
        .fork(Fork.GRAY_GLACIER, 15_050_000)
        .mergeNumber(15_537_394)
        .fork(Fork.SHANGHAI, 1_681_338_455)
        .fork(Fork.CANCUN, 1_710_338_135)
        .fork(Fork.PRAGUE, 1_746_612_311)
        .build();
  }

  /** A chain that was merged from its genesis on, and has this fork and those before it. */
  static ChainRules.Builder merged(Fork last) {
    return ChainRules.ofChain(1).forksUntil(last, 0).terminalDifficulty(BigInteger.ZERO);
  }

  /** A chain of proof of work that has this fork and those before it. */
  static ChainRules.Builder ethash(Fork last) {
    return ChainRules.ofChain(1).forksUntil(last, 0);
  }
}
