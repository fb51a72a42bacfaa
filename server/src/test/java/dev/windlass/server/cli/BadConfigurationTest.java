package dev.windlass.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.Windlass;
import dev.windlass.server.Windlass.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What may be wrong in a configuration file or in the environment, and what a comma means there.
 */
class BadConfigurationTest {
  @TempDir private Path folder;

  private static Result validate(Map<String, String> environment, String... args) {
    List<String> all =
        new ArrayList<>(List.of("validate-config", "--logging=off", "--metrics-enabled=false"));
    all.addAll(List.of(args));
    return Windlass.run(environment, all.toArray(String[]::new));
  }

  private Path file(String toml) throws IOException {
    return Files.writeString(folder.resolve("w.toml"), toml);
  }

  private Result validateFile(String toml) throws IOException {
    Map<String, String> place = Map.of("WINDLASS_DATA_PATH", folder.resolve("data").toString());
    return validate(place, "--config-file", file(toml).toString());
  }

  private static void assertRefused(Result result, String complaint) {
    assertEquals(WindlassCommand.EXIT_USAGE, result.exitCode(), result::toString);
    assertEquals(1, result.err().lines().count(), result::toString);
    assertTrue(result.err().contains(complaint), result::toString);
    assertFalse(
        result.err().matches("(?s).*(java\\.|Exception|tomlj|\\bint\\b|null).*"), result::toString);
    assertTrue(result.err().length() <= 350, result::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          peers = [""]                    | --peers (FILE:1): an element is empty: expected PEER
          peers = ["file:/a", " "]        | --peers (FILE:1): an element is empty: expected PEER
          peers = ""                      | --peers (FILE:1): an element is empty: expected a value between commas
          peers = "file:/a,"              | --peers (FILE:1): an element is empty: expected a value between commas
          peers = [["file:/a"]]           | FILE:1: element 1 of 'peers' is an array: expected a value
          peers = ["file:/a", {b = 1}]    | FILE:1: element 2 of 'peers' is a table: expected a value
          peers = [2020-01-01]            | FILE:1: element 1 of 'peers' is a date or time: expected a value in quotes
          peers = [5]                     | --peers (FILE:1): '5' is not a peer: expected file:PATH, enode://KEY@HOST:PORT, http://HOST:PORT or era+https://HOST/PATH/
          peers = [true, 2.5]             | --peers (FILE:1): 'true' is not a peer: expected file:PATH
          peers.x = 1                     | FILE:1: 'peers' is a table: expected a value
          [peers]                         | FILE:1: 'peers' is a table: expected a value
          [[peers]]                       | FILE:1: element 1 of 'peers' is a table: expected a value
          [http]                          | FILE:1: unknown key 'http'
          rpc-http-port = [8645]          | --rpc-http-port (FILE:1): is an array: expected one PORT
          rpc-http-port = []              | --rpc-http-port (FILE:1): is an array: expected one PORT
          rpc-http-port = 8645.5          | --rpc-http-port (FILE:1): '8645.5' is not a port: expected a number from 0 to 65535
          rpc-http-port = true            | --rpc-http-port (FILE:1): 'true' is not a port: expected a number from 0 to 65535
          rpc-http-port = 2020-01-01      | FILE:1: 'rpc-http-port' is a date or time: expected a value in quotes
          rpc-http-port = 12:30:00        | FILE:1: 'rpc-http-port' is a date or time: expected a value in quotes
          rpc_http_port = 1               | FILE:1: unknown key 'rpc_http_port'; did you mean 'rpc-http-port'?
          RPC-HTTP-PORT = 1               | FILE:1: unknown key 'RPC-HTTP-PORT'; did you mean 'rpc-http-port'?
          --rpc-http-port = 1             | FILE:1: unknown key '--rpc-http-port'; did you mean 'rpc-http-port'?
          rpc-http-port 1                 | FILE:1: not TOML:
          network = hoodi                 | FILE:1: not TOML: Unexpected 'h', expected
          network = 1                     | --network (FILE:1): '1' is not one of mainnet, sepolia, hoodi, holesky
          network-id = 1.5                | --network-id (FILE:1): '1.5' is not a network id: expected a number from 0 to 2^64-1
          network-id = 18446744073709551616| FILE:1: not TOML: Integer is too large
          p2p-enabled = 1                 | --p2p-enabled (FILE:1): '1' is not one of true, false
          p2p-enabled = "yes"             | --p2p-enabled (FILE:1): 'yes' is not one of true, false
          exit-when-synced = "maybe"      | --exit-when-synced (FILE:1): 'maybe' is not one of true, false
          exit-when-synced = true         | --exit-when-synced needs --anchor
          anchor = 0x12                   | --anchor (FILE:1): a hash is 0x and 64 hexadecimal digits, not '18'
          anchor = ""                     | --anchor (FILE:1): a hash is 0x and 64 hexadecimal digits, not ''
          logging = ["info"]              | --logging (FILE:1): is an array: expected one LEVEL
          log-format = "xml"              | --log-format (FILE:1): 'xml' is not one of text, json
          genesis-file = "/etc"           | --genesis-file (FILE:1): /etc: is a folder, not a file
          protocols = [68]                | --protocols (FILE:1): '68' is not one of eth/60, eth/61
          host-allowlist = ["http://h"]   | --host-allowlist (FILE:1): 'http://h' is not a host: expected a name or an address
          rpc-http-token = "a b"          | --rpc-http-token (FILE:1): it has a space, or a sign that is not in ASCII
          genesis-file = ""               | --genesis-file (FILE:1): a path is missing
          """)
  void shouldSayInOneLineWhatIsWrongInAFile(String toml, String complaint) throws IOException {
    Result result = validateFile(toml);
    assertRefused(result, complaint.replace("FILE", folder.resolve("w.toml").toString()));
    assertEquals("", result.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          rpc-http-port = 1 ; rpc-http-port = 2 | FILE:2: not TOML: rpc-http-port previously defined at line 1
          network = "hoodi" ; peers = ["x"]     | --peers (FILE:2): 'x' is not a peer: expected file:PATH
          peers = [ ; "file:/a" ; "file:/b" ; ] | FILE:3: not TOML: Unexpected
          """)
  void shouldSayInWhichLineItIsWrong(String toml, String complaint) throws IOException {
    Result result = validateFile(toml.replace(" ; ", "\n"));
    assertRefused(result, complaint.replace("FILE", folder.resolve("w.toml").toString()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          WINDLASS_PEERS            | ,                | --peers (WINDLASS_PEERS): an element is empty
          WINDLASS_PEERS            | file:/a,,file:/b | --peers (WINDLASS_PEERS): an element is empty
          WINDLASS_PEERS            | ftp://h:8545    | --peers (WINDLASS_PEERS): 'ftp://h:8545' is not a peer: expected
          WINDLASS_PROTOCOLS        | eth/68,          | --protocols (WINDLASS_PROTOCOLS): an element is empty
          WINDLASS_RPC_HTTP_PORT    | many             | --rpc-http-port (WINDLASS_RPC_HTTP_PORT): 'many' is not a port: expected
          WINDLASS_RPC_HTTP_PORT    | ٣                | --rpc-http-port (WINDLASS_RPC_HTTP_PORT): '٣' is not a port: expected
          WINDLASS_NETWORK_ID       | 0x10             | --network-id (WINDLASS_NETWORK_ID): '0x10' is not a network id: expected
          WINDLASS_METRICS_ENABLED  | 0                | --metrics-enabled (WINDLASS_METRICS_ENABLED): '0' is not one of true, false
          WINDLASS_EXIT_WHEN_SYNCED | yes              | --exit-when-synced (WINDLASS_EXIT_WHEN_SYNCED): 'yes' is not one of
          WINDLASS_EXIT_WHEN_SYNCED | true             | --exit-when-synced needs --anchor
          WINDLASS_CONFIG_FILE      | /absent          | --config-file (WINDLASS_CONFIG_FILE): /absent: no such file
          WINDLASS_CONFIG_FILE      | /                | --config-file (WINDLASS_CONFIG_FILE): /: is a folder, not a file
          WINDLASS_GENESIS_FILE     | /absent          | --genesis-file (WINDLASS_GENESIS_FILE): /absent: no such file
          WINDLASS_NETWRK           | x                | unknown environment variable 'WINDLASS_NETWRK'; did you mean 'WINDLASS_NETWORK'?
          WINDLASS_data_path        | x                | unknown environment variable 'WINDLASS_data_path'; did you mean 'WINDLASS_DATA_PATH'?
          WINDLASS_                 | x                | unknown environment variable 'WINDLASS_' (
          """)
  void shouldSayInOneLineWhatIsWrongInAVariable(String name, String value, String complaint) {
    // What is tried must not be overruled by an option.
    assertRefused(Windlass.run(Map.of(name, value), "validate-config"), complaint);
  }

  private void assertPeers(String shown, Result result) {
    assertTrue(result.out().contains("\npeers = [" + shown + "]  # "), result::toString);
  }

  /** Only there elements have ends of their own. */
  @Test
  void shouldTakeAnElementOfAnArrayAsItStands() throws IOException {
    assertPeers("file:/a,b, file:/c", validateFile("peers = ['file:/a,b', 'file:/c']"));
    assertPeers("file:/a,, file:/b", validateFile("peers = ['file:/a,', 'file:/b',]"));
    assertPeers("file:/a\\, file:/b", validateFile("peers = ['file:/a\\', 'file:/b']"));
    assertPeers("file:/a\"b", validateFile("peers = ['file:/a\"b']"));
    assertPeers("file:/${HOME}/$$", validateFile("peers = ['file:/${HOME}/$$']"));
    assertPeers("", validateFile("peers = []"));
  }

  @Test
  void shouldTakeACommaWithABackslashBeforeItAsOneOfTheElement() throws IOException {
    assertPeers("file:/a,b, file:/c", validateFile("peers = 'file:/a\\,b,file:/c'"));
    Map<String, String> variable = Map.of("WINDLASS_PEERS", "file:/a\\,b,file:/c");
    assertPeers("file:/a,b, file:/c", validate(variable));
    String[] option = {"--peers", "file:/a\\,b,file:/c", "--peers", "file:/d\"e"};
    assertPeers("file:/a,b, file:/c, file:/d\"e", validate(Map.of(), option));
  }

  @Test
  void shouldReadAFileThatBeginsWithAByteOrderMark() throws IOException {
    Result result = validateFile("\ufeffnetwork = 'hoodi'\r\npeers = []\r\n");
    assertTrue(result.out().contains("\nnetwork = hoodi  # "), result::toString);
  }
}
