package dev.windlass.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.Windlass;
import dev.windlass.server.Windlass.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @TempDir private Path folder;
  private final Map<String, String> environment = new TreeMap<>();
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("windlass.toml");
    environment.put("WINDLASS_DATA_PATH", folder.resolve("data").toString());
  }

  @Test
  void shouldTakeTheDefaultWhenNobodyGivesAValue() {
    assertTrue(validate().out().contains("rpc-http-port = 8645  # default\n"));
    assertTrue(validate().out().contains("metrics-port = 9645  # default\n"));
    assertTrue(validate().out().contains("rpc-http-host = 127.0.0.1  # default\n"));
  }

  @Test
  void shouldPreferTheFileToTheDefault() throws IOException {
    write("rpc-http-port = 1001");

    assertShows("rpc-http-port = 1001  # " + file + ":1", "--config-file", file.toString());
  }

  /** Picocli asks for a whole group of values when it meets the first of them. */
  @Test
  void shouldReadTheFileWhereverItIsNamed() throws IOException {
    write("rpc-http-port = 1001\nlog-format = 'json'");

    String[] last = {
      "--logging", "off", "--rpc-http-host", "::1", "--config-file", file.toString()
    };
    assertShows("rpc-http-port = 1001  # " + file + ":1", last);
    assertShows("log-format = json  # " + file + ":2", last);
  }

  @Test
  void shouldPreferTheEnvironmentToTheFile() throws IOException {
    write("rpc-http-port = 1001");
    environment.put("WINDLASS_RPC_HTTP_PORT", "1002");

    assertShows("rpc-http-port = 1002  # WINDLASS_RPC_HTTP_PORT", "--config-file", file.toString());
  }

  @Test
  void shouldPreferTheCommandLineToTheEnvironment() throws IOException {
    write("rpc-http-port = 1001");
    environment.put("WINDLASS_RPC_HTTP_PORT", "1002");

    assertShows(
        "rpc-http-port = 1003  # command line",
        "--config-file",
        file.toString(),
        "--rpc-http-port",
        "1003");
  }

  @Test
  void shouldFindTheFileWhenTheEnvironmentNamesIt() throws IOException {
    String a = Files.createFile(folder.resolve("a")).toString();
    String b = Files.createFile(folder.resolve("b")).toString();
    write("data-path = \"/somewhere\"\npeers = [\"file:" + a + "\", \"file:" + b + "\"]");
    environment.put("WINDLASS_CONFIG_FILE", file.toString());
    environment.remove("WINDLASS_DATA_PATH");

    assertShows("data-path = /somewhere  # " + file + ":1");
    assertShows("peers = [file:" + a + ", file:" + b + "]  # " + file + ":2");
    assertShows("config-file = " + file + "  # WINDLASS_CONFIG_FILE");
  }

  @Test
  void shouldCountABlankVariableAsNone() {
    environment.put("WINDLASS_ANCHOR", "");
    environment.put("WINDLASS_RPC_HTTP_PORT", " ");

    Result result = validate();

    assertFalse(result.out().contains("anchor"));
    assertTrue(result.out().contains("rpc-http-port = 8645  # default\n"));
  }

  @Test
  void shouldNotShowTheToken() {
    Result result = validate("--rpc-http-token", "swordfish");

    assertTrue(result.out().contains("rpc-http-token = (set)  # command line\n"));
    assertFalse(result.out().contains("swordfish"));
  }

  @Test
  void shouldNameTheNearestKeyWhenTheFileHasAnUnknownOne() throws IOException {
    write("data-path = \"x\"\nrpc-http-prot = 1");

    Result result = validate("--config-file", file.toString());

    assertComplains(
        result, file + ":2: unknown key 'rpc-http-prot'; did you mean 'rpc-http-port'?");
  }

  @Test
  void shouldSayWhereABadValueStandsWhenTheFileHasIt() throws IOException {
    write("\nmetrics-port = \"many\"");

    Result result = validate("--config-file", file.toString());

    assertComplains(
        result,
        "--metrics-port (" + file + ":2): 'many' is not a port: expected a number from 0 to 65535");
  }

  @Test
  void shouldNameTheVariableWhenItsValueIsBad() {
    environment.put("WINDLASS_ANCHOR", "0x12");

    assertComplains(validate(), "--anchor (WINDLASS_ANCHOR): a hash is 0x and 64 hexadecimal");
  }

  @Test
  void shouldSayThatTheFileIsMissing() {
    assertComplains(validate("--config-file", file.toString()), file + ": no such file");
  }

  @Test
  void shouldSayWhereTheFileIsNotToml() throws IOException {
    write("data-path = \"x\"\npeers = = 3");

    assertComplains(validate("--config-file", file.toString()), file + ":2: not TOML: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --rpc-http-port=65536  | --rpc-http-port: '65536' is not a port: expected a number from 0 to 65535
          --rpc-http-port=-1     | --rpc-http-port: '-1' is not a port: expected a number from 0 to 65535
          --rpc-http-host=a/b    | --rpc-http-host: 'a/b' is not a host: expected a name or an address
          --anchor=0xzz          | --anchor: a hash is 0x and 64 hexadecimal digits, not '0xzz'
          --peers=ftp://a        | --peers: 'ftp://a' is not a peer: expected file:PATH
          --head-source=geth     | --head-source: a JSON-RPC node is http://HOST:PORT or ws://HOST:PORT
          --head-tag=newest      | --head-tag: 'newest' is none of finalized, safe and latest
          --peers=file:          | --peers: 'file:' is not a peer: expected file:PATH
          --peers=enode://ab@a:1 | --peers:
          --network-id=-1        | --network-id: '-1' is not a network id: expected a number from 0 to 2^64-1
          --network=moon         | --network: 'moon' is not one of mainnet, sepolia, hoodi, holesky
          --protocols=eth/63     | --protocols: 'eth/63' is not one of eth/60, eth/61, eth/66, eth/67
          --genesis-file=/absent | --genesis-file: /absent:
          --logging=loud         | --logging: 'loud' is not one of trace, debug, info, warn, error, off
          --log-format=xml       | --log-format: 'xml' is not one of text, json
          --metrics-enabled=maybe| --metrics-enabled: 'maybe' is not one of true, false
          --metrics-prot=1       | unknown option '--metrics-prot'; did you mean '--metrics-port'?
          extra                  | unexpected argument 'extra'
          """)
  void shouldSayWhatWouldBeRightWhenAnOptionIsWrong(String option, String complaint) {
    assertComplains(validate(option), complaint);
  }

  @ParameterizedTest
  @CsvSource({
    "--metrics-port=8645, --rpc-http-port and --metrics-port are both 8645",
    "--rpc-http-port=9645, --rpc-http-port and --metrics-port are both 9645",
    "--p2p-port=9645, --metrics-port and --p2p-port are both 9645",
  })
  void shouldRefusePortsThatAreTheSame(String option, String complaint) {
    assertComplains(validate("--p2p-enabled", option), complaint);
  }

  @Test
  void shouldTakeTheSamePortForWhatIsNotServedAndForAnyFreeOne() throws IOException {
    String port = "--rpc-http-port=" + freePort();
    String other = port.replace("rpc-http", "p2p");
    assertEquals(0, validate(port, other, "--metrics-port=0").exitCode());
    String third = port.replace("rpc-http", "metrics");
    assertEquals(0, validate(port, third, "--metrics-enabled=false").exitCode());
    assertEquals(0, validate("--rpc-http-port=0", "--metrics-port=0").exitCode());
  }

  @Test
  void shouldNameTheNearestVariableWhenOneIsMisspelt() {
    environment.put("WINDLASS_ANCOR", "0x00");
    assertComplains(
        validate(),
        "unknown environment variable 'WINDLASS_ANCOR'; did you mean 'WINDLASS_ANCHOR'?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WINDLASS_JAVA_OPTS",
        "WINDLASS_SERVICE_HOST",
        "WINDLASS_SERVICE_PORT_HTTP",
        "WINDLASS_PORT",
        "WINDLASS_PORT_8645_TCP_ADDR",
        "HOME"
      })
  void shouldPassOverWhatOthersPutIntoTheEnvironment(String variable) {
    environment.put(variable, "tcp://10.0.0.1:8645");
    assertEquals(0, validate("--rpc-http-port=0", "--metrics-port=0").exitCode());
  }

  @Test
  void shouldRefuseTwoNetworksWhenAGenesisFileIsGivenBesideAName() throws IOException {
    Path genesis = Files.writeString(folder.resolve("genesis.json"), "{}");
    assertComplains(
        validate("--network", "hoodi", "--genesis-file", genesis.toString()),
        "--network and --genesis-file both name a network");
  }

  @Test
  void shouldSpeakEveryProtocolUnlessSomeAreNamed() {
    assertShows("protocols = [eth/60, eth/61, eth/66, eth/67, eth/68, eth/69]  # default");
    assertShows("protocols = [eth/68, eth/61]  # command line", "--protocols", "eth/68,ETH/61");
  }

  @Test
  void shouldNameTheNetworkWhenNobodyGivesOne() {
    assertShows("network = mainnet  # default");
  }

  @Test
  void shouldNameTheNearestCommandWhenItIsUnknown() {
    Result result = run("validate-confg");

    assertComplains(result, "unknown command 'validate-confg'; did you mean 'validate-config'?");
  }

  @Test
  void shouldAskForACommandWhenThereIsNone() {
    assertComplains(run(), "a command is missing");
  }

  @Test
  void shouldPrintACompletionScript() {
    Result result = run("generate-completion");

    assertEquals(0, result.exitCode());
    assertTrue(result.out().contains("complete -F _complete_windlass"), result.out());
  }

  @Test
  void shouldPrintItsVersion() {
    Result result = run("--version");

    assertEquals(0, result.exitCode());
    assertTrue(result.out().startsWith("windlass/v"), result.out());
  }

  private void assertComplains(Result result, String complaint) {
    assertEquals(WindlassCommand.EXIT_USAGE, result.exitCode(), result.err());
    assertTrue(result.err().contains(complaint), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    assertEquals("", result.out());
  }

  private void assertShows(String line, String... args) {
    Result result = validate(args);
    assertTrue(result.out().contains(line + "\n"), result::toString);
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private void write(String toml) throws IOException {
    Files.writeString(file, toml);
  }

  private Result validate(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "validate-config";
    System.arraycopy(args, 0, all, 1, args.length);
    return run(all);
  }

  private Result run(String... args) {
    return Windlass.run(environment, args);
  }
}
