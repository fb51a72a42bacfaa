package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.downloader.History;
import dev.windlass.wire.network.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryNameTest {
  private static final String HASH =
      "0x56a9bb0302da44b8c0b3df540781424684c3af04d0b7a38d72842b762076a664";

  private static History on(String text, Network network) {
    return HistoryName.parse(text).on(network);
  }

  @Test
  void shouldKnowWhereTheForksOfANetworkBegin() {
    assertEquals(History.ALL, on("all", Network.MAINNET));
    assertEquals(History.fromNumber(15_537_394), on("postmerge", Network.MAINNET));
    assertEquals(History.fromTime(1_681_338_455), on("postshanghai", Network.MAINNET));
    assertEquals(History.fromTime(1_710_338_135), on("postcancun", Network.MAINNET));
    assertEquals(History.fromTime(1_746_612_311), on("PostPrague", Network.MAINNET));
    assertEquals(History.fromTime(1_741_159_776), on("postprague", Network.SEPOLIA));
    assertEquals(History.ALL, on("postcancun", Network.HOODI));
  }

  @Test
  void shouldReadACountAndAHash() {
    assertEquals(History.blocks(5_000), on("5_000", Network.MAINNET));
    assertEquals(History.fromBlock(Hash.fromHex(HASH)), on(HASH, Network.MAINNET));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-5", "some", "post", "postlondon", "postbpo1", "0x12"})
  void shouldRefuseWhatIsNoHistory(String text) {
    assertThrows(IllegalArgumentException.class, () -> HistoryName.parse(text));
  }

  @Test
  void shouldNotGuessWhereAForkBegins() {
    Network unknown = new Network("private", 7, Network.HOODI.genesis(), Network.HOODI.forks());
    String why =
        assertThrows(IllegalArgumentException.class, () -> on("postmerge", unknown)).getMessage();
    assertTrue(why.contains("it is not known where merge begins on private"), why);
    assertThrows(IllegalArgumentException.class, () -> on("postamsterdam", Network.MAINNET));
  }
}
