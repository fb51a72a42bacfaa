package dev.windlass.wire.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rules.BlobParameters;
import dev.windlass.chain.rules.ChainBelow;
import dev.windlass.chain.rules.ChainRules;
import dev.windlass.chain.rules.Clique;
import dev.windlass.chain.rules.Consensus;
import dev.windlass.chain.rules.DaoFork;
import dev.windlass.chain.rules.Fork;
import dev.windlass.chain.rules.FullCheck;
import dev.windlass.chain.rules.Seal;
import dev.windlass.fixtures.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GenesisRulesTest {
  @TempDir Path folder;

  /** The rules of a file with these entries of its config. */
  private Optional<ChainRules> rules(String config) throws IOException {
    String json =
        "{'config': {'chainId': 5, "
            + config
            + "}, 'gasLimit': '0x1388', 'difficulty': '1', 'timestamp': '100', 'alloc': {}}";
    Path file = Files.writeString(folder.resolve("genesis.json"), json.replace('\'', '"'));
    return GenesisFile.read(file).network().rules();
  }

  private static Set<Fork> active(ChainRules rules, long number, long time) {
    EnumSet<Fork> forks = EnumSet.allOf(Fork.class);
    forks.removeIf(fork -> !rules.isActive(fork, number, time));
    return forks;
  }

  @Test
  void shouldAcceptTheBlocksOfTheChainThatTheFileBegins() throws Exception {
    GenesisFile genesis = GenesisFile.read(TestData.path("all-forks/genesis.json"));
    byte[] all = Files.readAllBytes(TestData.path("all-forks/chain.rlp"));
    List<Block> run = new ArrayList<>();
    for (RlpReader reader = new RlpReader(all); reader.hasNext(); ) {
      run.add(Block.decode(reader.item(1 << 20)));
    }
    ChainRules rules = genesis.network().rules().orElseThrow();
    ChainBelow below =
        new ChainBelow(
            List.of(genesis.block()), Optional.of(genesis.block().header().difficulty()));
    FullCheck check = FullCheck.of(rules, Seal.NOT_VERIFIABLE);

    assertEquals(54, run.size());
    assertEquals(Optional.empty(), check.check(below, run, 1_000));
    assertEquals(Optional.of(new BlobParameters(10, 15, 8_346_193)), rules.blobs(539));
    assertEquals(Optional.of(new BlobParameters(14, 21, 11_684_671)), rules.blobs(540));
  }

  @Test
  void shouldReadWhatGethAndBesuNameDifferently() throws Exception {
    ChainRules geth = rules("'clique': {'period': 15, 'epoch': 7}").orElseThrow();
    ChainRules besu = rules("'clique': {'blockperiodseconds': 15, 'epochlength': 7}").orElseThrow();
    ChainRules bare = rules("'clique': {}").orElseThrow();
    assertEquals(Optional.of(new Clique(15, 7)), geth.clique());
    assertEquals(Optional.of(new Clique(15, 7)), besu.clique());
    assertEquals(Optional.of(new Clique(0, 30_000)), bare.clique());
    assertEquals(Consensus.CLIQUE, bare.consensus());
    assertEquals(Consensus.ETHASH, rules("'ethash': {}").orElseThrow().consensus());
  }

  @Test
  void shouldIncludeTheForksBeforeOneThatIsNamed() throws Exception {
    ChainRules byNumber = rules("'londonBlock': 8, 'byzantiumBlock': 3").orElseThrow();
    assertEquals(Set.of(), active(byNumber, 2, 200));
    assertTrue(byNumber.isActive(Fork.HOMESTEAD, 3, 200));
    assertFalse(byNumber.isActive(Fork.BERLIN, 7, 200));
    assertTrue(byNumber.isActive(Fork.BERLIN, 8, 200));
    assertFalse(byNumber.isActive(Fork.ARROW_GLACIER, 8, 200));
    // The genesis has the time 100.
    ChainRules byTime = rules("'cancunTime': 100").orElseThrow();
    assertTrue(byTime.isActive(Fork.SHANGHAI, 0, 100));
    assertTrue(byTime.isActive(Fork.LONDON, 0, 100));
    assertFalse(byTime.isActive(Fork.PRAGUE, 0, 100));
    assertEquals(Optional.of(BlobParameters.CANCUN), byTime.blobs(100));
  }

  @Test
  void shouldTakeASideOfTheDaoForkOnlyIfTheFileDoes() throws Exception {
    assertEquals(Optional.empty(), rules("'daoForkBlock': 3").orElseThrow().dao());
    assertEquals(
        Optional.of(new DaoFork(3, true)),
        rules("'daoForkBlock': 3, 'daoForkSupport': true").orElseThrow().dao());
    assertEquals(
        Optional.of(new DaoFork(3, false)),
        rules("'daoForkBlock': 3, 'daoForkSupport': false").orElseThrow().dao());
  }

  @Test
  void shouldBeMergedFromTheFirstBlockIfNoDifficultyIsNeeded() throws Exception {
    assertEquals(
        OptionalLong.of(1), rules("'terminalTotalDifficulty': 0").orElseThrow().mergeNumber());
    assertEquals(
        OptionalLong.empty(), rules("'terminalTotalDifficulty': 1").orElseThrow().mergeNumber());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'qbft': {'epochlength': 30000}",
        "'optimism': {'eip1559Elasticity': 6}",
        "'ethash': {'fixeddifficulty': 100}",
        "'zeroBaseFee': true",
        "'ecip1017EraRounds': 5000000"
      })
  void shouldNotKnowTheRulesOfOtherChains(String config) throws Exception {
    assertEquals(Optional.empty(), rules(config));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'blobSchedule': {'cancun': {'target': 3, 'max': 2}}",
        "'blobSchedule': {'cancun': {'target': 0, 'max': 0}}",
        "'blobSchedule': {'cancun': {'target': 3}}",
        "'blobSchedule': 3",
        "'clique': 'yes'"
      })
  void shouldRefuseValuesThatMakeNoRules(String config) {
    assertThrows(GenesisFileException.class, () -> rules(config));
  }

  /** Each number and time at which the nodes of a public network expect other rules. */
  @ParameterizedTest
  @ValueSource(strings = {"mainnet", "sepolia", "hoodi", "holesky"})
  void shouldChangeTheRulesOfPublicNetworksAtTheirForks(String name) {
    Network network = Network.named(name).orElseThrow();
    ChainRules rules = network.rules().orElseThrow();
    assertEquals(network.id(), rules.chainId());
    // The DAO fork is apart, and so is the split of sepolia after its merge.
    Set<Long> apart = Set.of(1_920_000L, 1_735_371L);
    Set<Fork> before = active(rules, 0, 0);
    for (long fork : network.forks().forks()) {
      if (!apart.contains(fork)) {
        boolean isTime = fork > 1_000_000_000L;
        long number = isTime ? Long.MAX_VALUE : fork;
        Set<Fork> after = active(rules, number, isTime ? fork : 0);
        assertEquals(before, active(rules, isTime ? number : fork - 1, isTime ? fork - 1 : 0));
        assertNotEquals(before, after, () -> name + " " + fork);
        before = after;
      }
    }
    assertEquals(before, active(rules, Long.MAX_VALUE, Long.MAX_VALUE));
  }
}
