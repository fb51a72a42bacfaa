package dev.windlass.wire.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PublicGenesisTest {
  static List<String> networks() {
    return Network.names();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void shouldHashToTheGenesisThatEveryNodeOfTheNetworkNames(String name) {
    Network network = Network.named(name).orElseThrow();
    Block block = PublicGenesis.withHash(network.genesis()).orElseThrow();
    assertEquals(network.genesis(), block.hash());
    assertEquals(0, block.number());
    assertEquals(Optional.empty(), BlockRules.check(block));
  }

  @Test
  void shouldHaveNoneOfAnyOtherNetwork() {
    assertEquals(Optional.empty(), PublicGenesis.withHash(Hash.ZERO));
  }
}
