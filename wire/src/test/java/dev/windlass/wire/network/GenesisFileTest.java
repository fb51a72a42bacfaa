package dev.windlass.wire.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.fixtures.TestData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hashes are those that {@code geth init} of v1.17.8 prints for the same files. */
final class GenesisFileTest {
  private static final String SMALLEST =
      "{'config': {'chainId': 5}, 'gasLimit': '0x1000', 'difficulty': '1', 'alloc': {}}";

  @TempDir Path folder;

  private Path write(String json) throws IOException {
    Path file = folder.resolve("genesis.json");
    return Files.writeString(file, json.replace('\'', '"'));
  }

  private Path resource(String name) throws IOException {
    try (InputStream in = GenesisFileTest.class.getResourceAsStream(name)) {
      return write(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "geth-clique.json, 7331, 15, "
        + "0xfb35672e4ccb55581e7519849ba05533116e8262abf7e657cb5df5771b49ca9b",
    "besu-qbft.json, 1337, 16, "
        + "0xd66e358a06a5a0a406f8eefc0d9e28d0fd8443ed0862123fb44e2c28f8253fab",
    "geth-prague.json, 90210, 21, "
        + "0xf21cec991e11893d6ce40b45d095faaf58e952f66aee33ce100879b378b73a3e",
    "geth-amsterdam.json, 90210, 23, "
        + "0xc17b792ec83d59607c25317daf47768637be8a496457b3144987a912e5499ec9"
  })
  void shouldMakeTheBlockThatGethMakes(String name, long id, int fields, String hash)
      throws Exception {
    GenesisFile genesis = GenesisFile.read(resource(name));
    assertEquals(hash, genesis.block().hash().toString());
    assertEquals(fields, genesis.block().header().fieldCount());
    assertEquals(0, genesis.block().number());
    assertEquals(Optional.empty(), BlockRules.check(genesis.block()));
    assertEquals(id, genesis.network().id());
    assertEquals("chain " + id, genesis.network().name());
    assertEquals(genesis.block().hash(), genesis.network().genesis());
    byte[] raw = genesis.block().rawBlock();
    assertArrayEquals(raw, Block.decode(raw).rawBlock());
  }

  @Test
  void shouldBeTheParentOfTheFirstBlockOfAChain() throws Exception {
    Path chain = TestData.path("all-forks/chain.rlp");
    GenesisFile genesis = GenesisFile.read(TestData.path("all-forks/genesis.json"));
    byte[] first = new RlpReader(Files.readAllBytes(chain)).item(1 << 20);
    assertEquals(Block.decode(first).parentHash(), genesis.block().hash());
    assertEquals(3_503_995_874_084_926L, genesis.network().id());
    assertEquals(3, genesis.network().forks().at(0, 0).next());
    assertEquals(390, genesis.network().forks().at(36, 0).next());
    assertEquals(540, genesis.network().forks().at(54, 539).next());
    assertEquals(0, genesis.network().forks().at(54, 540).next());
  }

  @ParameterizedTest
  @CsvSource({
    "0, a69450e0/2",
    "2, 52b94cf0/3",
    "3, fffd5b82/4",
    "4, 31ebe9d1/5",
    "5, a905c4d7/6",
    "7, 9531d295/8",
    "8, e60583ca/10",
    "10, 20363e2b/0"
  })
  void shouldKnowForksAtBlocks(long number, String forks) throws Exception {
    GenesisFile genesis = GenesisFile.read(resource("geth-clique.json"));
    assertEquals(forks, genesis.network().forks().at(number, 1L << 40).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1700000000, 3a1dedbf/7",
    "7, 1700000000, c23ef874/1700001000",
    "8, 1700001000, 0b0f30f0/1700002000",
    "9, 1700002000, 8c18c30c/0"
  })
  void shouldKnowForksAtTimes(long number, long time, String forks) throws Exception {
    GenesisFile genesis = GenesisFile.read(resource("geth-prague.json"));
    assertEquals(forks, genesis.network().forks().at(number, time).toString());
  }

  /** The results of geth, or Besu, for files in use. */
  @ParameterizedTest
  @CsvSource({
    "genesis-implied-forks/cancun-only.json,"
        + " 0xae23d1da9c20f7da26d5ddd38a10a48b7b1da6aa196f9a81e27ccbe2dcf7bbf2",
    "genesis-never-forks/block2e63.json,"
        + " 0xa0bfa908d663f811b3fa860a318f6cc10539838654c9794f1d70b36ddcf5a4f0",
  })
  void shouldTakeFilesThatPeopleHave(String name, String hash) {
    assertEquals(hash, GenesisFile.read(TestData.path("tried/" + name)).block().hash().toString());
  }

  @Test
  void shouldPassOverANameThatGethIgnores() {
    GenesisFile genesis =
        GenesisFile.read(TestData.path("tried/genesis-dead-fork-names/mergeForkBlock.json"));
    ForkHash forks = genesis.network().forks().at(400, 0);
    assertEquals("deec82ee", Integer.toHexString(forks.checksum()));
    assertEquals(0, forks.next());
  }

  /** geth takes the lower 64 bits of a number that means never. */
  @ParameterizedTest
  @CsvSource({
    "9223372036854775808, 9223372036854775808",
    "18446744073709551615, 18446744073709551615",
    "18446744073709551616, 0",
    "9999999999999999999999999999999999999999999999999, 17909126868192198655"
  })
  void shouldTakeAForkThatNeverComes(String never, String next) throws Exception {
    String json = SMALLEST.replace("'chainId': 5", "'chainId': 5, 'londonBlock': " + never);
    ForkHash forks = GenesisFile.read(write(json)).network().forks().at(1_000_000, 0);
    assertEquals(next, Long.toUnsignedString(forks.next()));
  }

  @Test
  void shouldTakeTheEarlierForksAsReachedIfTheLatestIs() throws Exception {
    String all =
        "'chainId': 5, 'londonBlock': 0, 'shanghaiTime': 0, 'cancunTime': 0, 'pragueTime': 0";
    Hash expected = GenesisFile.read(write(SMALLEST.replace("'chainId': 5", all))).block().hash();
    String latest = SMALLEST.replace("'chainId': 5", "'chainId': 5, 'pragueTime': 0");
    assertEquals(expected, GenesisFile.read(write(latest)).block().hash());
  }

  @Test
  void shouldTakeBesusForksAndNoneOfWhatIsNested() throws Exception {
    GenesisFile genesis = GenesisFile.read(resource("besu-qbft.json"));
    assertEquals(2_000_000_000L, genesis.network().forks().at(1_000, 0).next());
    assertEquals(0, genesis.network().forks().at(0, 2_000_000_000L).next());
  }

  @Test
  void shouldReadTheSameNumberHoweverItIsWritten() throws Exception {
    Hash expected = GenesisFile.read(write(SMALLEST)).block().hash();
    for (String difficulty : new String[] {"1", "'0x1'", "'0X01'", "'1'"}) {
      String json = SMALLEST.replace("'difficulty': '1'", "'DIFFICULTY': " + difficulty);
      assertEquals(expected, GenesisFile.read(write(json)).block().hash(), difficulty);
    }
    String other = SMALLEST.replace("'difficulty': '1'", "'difficulty': 2");
    assertNotEquals(expected, GenesisFile.read(write(other)).block().hash());
  }

  @Test
  void shouldReadTheSameStateHoweverItIsWritten() throws Exception {
    String address = "00000000000000000000000000000000000000aB";
    String plain =
        "'%s': {'balance': '255', 'storage': {'0x%s01': '0x%s2a', '0x03': '0x00'}}"
            .formatted(address, "00".repeat(31), "00".repeat(31));
    String other =
        "'0x%s': {'Balance': '0xff', 'nonce': '0x0', 'code': '0x', 'storage': {'1': '2A'}}"
            .formatted(address.toUpperCase(Locale.ROOT));
    Hash root = stateRoot(plain);
    assertEquals(root, stateRoot(other));
    assertNotEquals(root, stateRoot(plain.replace("2a", "2b")));
    assertNotEquals(root, stateRoot(plain.replace("255", "254")));
    assertNotEquals(root, stateRoot(other.replace("'code': '0x'", "'code': '0x00'")));
    assertNotEquals(root, stateRoot(other.replace("'nonce': '0x0'", "'nonce': 1")));
  }

  /** The results of geth v1.17.8. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'A': {'balance': '5'} | 'A': {'balance': '4', 'nonce': 3, 'storage': {'0x01': '0x02'}},"
            + " '0xA': {'balance': '5'}",
        "'A': {'balance': '5', 'storage': {'0x02': '0x07'}}"
            + " | 'A': {'balance': '4', 'Balance': '5', 'nonce': 3, 'nonce': null,"
            + " 'storage': {'0x02': '0x06', '0x0002': '0x07'}}",
        "'A': {'balance': '5'}"
            + " | 'A': {'balance': '5', 'storage': {'0x01': '0x02', '0x0001': '0x', '': ''}}",
        "'A': {'balance': '5', 'storage': {'0x01': '0x02', '0x03': '0x04'}}"
            + " | 'A': {'balance': '5', 'storage': {'0x01': '0x02'}, 'storage': {'0x03': '0x04'}}",
        "'A': {'balance': '5'} | 'A': {'balance': '5', 'storage': null, 'code': '', 'nonce': ''}"
      })
  void shouldTakeTheLastOfWhatIsThereTwice(String once, String twice) throws Exception {
    String address = "00".repeat(19) + "aa";
    assertEquals(
        stateRoot(once.replace("A'", address + "'")),
        stateRoot(twice.replace("A'", address + "'")));
  }

  @Test
  void shouldTakeWhatComesInAnyOrderAndTwice() throws Exception {
    Hash expected = GenesisFile.read(write(SMALLEST)).block().hash();
    String turned =
        "{'alloc': {}, 'difficulty': 7, 'GasLimit': '0x1000', 'unknown': {'alloc': [{}]},"
            + " 'config': {'chainId': 4, 'nested': {'chainId': 3}}, 'difficulty': '1',"
            + " 'config': {'ChainId': 5}}";
    GenesisFile genesis = GenesisFile.read(write(turned));
    assertEquals(expected, genesis.block().hash());
    assertEquals(5, genesis.network().id());
  }

  /** Accounts with storage, in no order. Some accounts and some slots are written twice. */
  private static String manyAccounts(int count) {
    StringBuilder alloc = new StringBuilder();
    for (int i = 0; i < count; i++) {
      long number = (i % 7 == 0 ? i / 2 : i) * 0x9e37_79b9_7f4a_7c15L;
      alloc
          .append(i == 0 ? "" : ",")
          .append(String.format("'0x%040x': {'balance': '%d', 'storage': {", number, i));
      for (int slot = 0; slot < i % 5; slot++) {
        alloc
            .append(slot == 0 ? "" : ",")
            .append(String.format("'0x%02x': '0x%02x'", slot % 3, i % 256));
      }
      alloc.append("}}");
    }
    return SMALLEST.replace("'alloc': {}", "'alloc': {" + alloc + "}");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000, 10_000, 100_000})
  void shouldMakeTheSameStateInAsManyPassesAsMemoryTakes(long bytesMax) throws Exception {
    Path file = write(manyAccounts(bytesMax == 1 ? 20 : 500));
    Hash expected = GenesisFile.read(file).block().hash();
    List<String> heard = new ArrayList<>();
    GenesisFile genesis = GenesisFile.read(file, (doing, done) -> heard.add(doing), bytesMax);
    assertEquals(expected, genesis.block().hash());
    long turns = heard.stream().filter(doing -> doing.startsWith("Hashing")).count();
    assertTrue(turns > 10, () -> turns + " times");
  }

  @Test
  void shouldReadAPipeIfOnePassIsEnough() throws Exception {
    Path file = write(manyAccounts(500));
    Hash expected = GenesisFile.read(file).block().hash();
    assertEquals(expected, readThroughAPipe(file, 1 << 20).block().hash());
    assertTrue(
        assertThrows(GenesisFileException.class, () -> readThroughAPipe(file, 10_000))
            .getMessage()
            .contains("cannot be read twice"));
  }

  private GenesisFile readThroughAPipe(Path file, long bytesMax) throws Exception {
    Path pipe = folder.resolve("pipe");
    Files.deleteIfExists(pipe);
    new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    Process writer =
        new ProcessBuilder("sh", "-c", "cat \"$0\" >\"$1\"", file.toString(), pipe.toString())
            .start();
    try {
      return GenesisFile.read(pipe, (doing, done) -> {}, bytesMax);
    } finally {
      writer.destroyForcibly().waitFor();
    }
  }

  private Hash stateRoot(String alloc) throws IOException {
    Path file = write(SMALLEST.replace("'alloc': {}", "'alloc': {" + alloc + "}"));
    return GenesisFile.read(file).block().header().stateRoot();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'chainId': 5 | 'chainID2': 5 | config.chainId is missing",
        "'chainId': 5 | 'chainId': -5 | config.chainId is -5; it is of 0 to 64 bits",
        "'chainId': 5 | 'chainId': 1.5 | config.chainId is 1.5, which is no integer",
        "'chainId': 5 | 'chainId': 'x' | config.chainId is 'x', which is no integer",
        "'chainId': 5 | 'chainId': '0x-5' | config.chainId is 0x-5; it is of 0 to 64 bits",
        "'chainId': 5 | 'chainId': 5, 'londonBlock': true"
            + " | config.londonblock is true, which is no integer",
        "'chainId': 5 | 'chainId': 5, 'enableUBTAtGenesis': true"
            + " | config.enableUBTAtGenesis is true: binary-tree state is not supported",
        "{'chainId': 5} | [5] | config is no object",
        "'gasLimit': '0x1000' | 'gasLimit': null | gasLimit is missing",
        "'difficulty': '1' | 'difficulty': 'one' | difficulty is 'one', which is no integer",
        "'difficulty': '1' | 'difficulty': 1, 'number': '0x1' | number is not 0",
        "'difficulty': '1' | 'difficulty': 1, 'mixHash': '0x00'"
            + " | mixHash has 1 bytes instead of 32",
        "'difficulty': '1' | 'difficulty': 1, 'coinbase': '0x0'"
            + " | coinbase is '0x0', which is no hexadecimal bytes",
        "'difficulty': '1' | 'difficulty': 1, 'extraData': 'zz'"
            + " | extraData is 'zz', which is no hexadecimal bytes",
        "'alloc': {} | 'alloc': {'0x01': {}} | alloc.0x01 is no address of 20 bytes in hexadecimal",
        "'alloc': {} | 'alloc': {'me': {}}"
            + " | alloc.me is no address of 20 bytes in hexadecimal",
        "'alloc': {} | 'alloc': {'ADDRESS': 5} | alloc.ADDRESS is no object",
        "'alloc': {} | 'alloc': {'ADDRESS': null} | alloc.ADDRESS is no object",
        "'alloc': {} | 'alloc': null | alloc is missing",
        "'config' | 'konfig' | config is missing",
        "'alloc': {} | 'alloc': {'ADDRESS': {'balance': 'much'}}"
            + " | alloc.ADDRESS.balance is 'much', which is no integer",
        "'alloc': {} | 'alloc': {'ADDRESS': {'storage': {'0x1': 'x'}}}"
            + " | alloc.ADDRESS.storage.0x1 has 'x', which is no word of 32 bytes in hexadecimal",
        "'alloc': {} | 'alloc': {'ADDRESS': {'storage': {'0x1': null}}}"
            + " | alloc.ADDRESS.storage.0x1 is missing",
        "'alloc': {} | 'alloc': {'ADDRESS': {'storage': 5}} | alloc.ADDRESS.storage is no object",
        "'difficulty': '1' | 'difficulty': {'a': [1]} | difficulty is {…}, which is no integer",
        "'difficulty': '1' | 'difficulty': 1, 'extraData': 55"
            + " | extraData is '55', which is no hexadecimal bytes"
      })
  void shouldSayInOneLineWhatIsWrong(String good, String bad, String problem) throws Exception {
    String address = "00".repeat(19) + "aa";
    assertTrue(SMALLEST.contains(good), good);
    Path file = write(SMALLEST.replace(good, bad).replace("ADDRESS", address));
    assertEquals(file + ": " + problem.replace("ADDRESS", address), problemOf(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "5", "null", "{} {}", "{'config': {'chainId': 5}", "\u0000"})
  void shouldSayInOneLineThatItIsNoJsonObject(String text) throws Exception {
    Path file = write(text);
    assertTrue(problemOf(file).startsWith(file + ": no JSON object"), problemOf(file));
  }

  @Test
  void shouldSayInOneLineThatItCannotBeRead() {
    Path absent = folder.resolve("absent.json");
    assertEquals(absent + ": no such file", problemOf(absent));
    assertTrue(problemOf(folder).startsWith(folder + ": cannot be read: "), problemOf(folder));
  }

  @Test
  void shouldCutWhatIsTooLongForALine() throws Exception {
    Path file = write(SMALLEST.replace("'1'", "'" + "line\\n".repeat(1_000) + "'"));
    assertTrue(problemOf(file).length() < 200 + file.toString().length(), problemOf(file));
  }

  private static String problemOf(Path file) {
    String problem =
        assertThrows(GenesisFileException.class, () -> GenesisFile.read(file)).getMessage();
    assertFalse(problem.contains("\n"), problem);
    return problem;
  }
}
