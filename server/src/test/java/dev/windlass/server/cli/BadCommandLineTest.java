package dev.windlass.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.Windlass;
import dev.windlass.server.Windlass.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The mistakes of users. Each gives one line that names the option and what is expected, without
 * any Java, and the exit code of a command that did not start.
 */
class BadCommandLineTest {
  private static final String HASH_DIGITS =
      "d4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3";

  @TempDir private Path folder;

  private static Result run(String line) {
    List<String> words = Arrays.stream(line.split(" ")).map(w -> w.replace("''", "")).toList();
    return Windlass.run(line.isEmpty() ? new String[0] : words.toArray(String[]::new));
  }

  private static void assertRefused(Result result, String complaint) {
    assertEquals(WindlassCommand.EXIT_USAGE, result.exitCode(), result::toString);
    assertEquals(1, result.err().lines().count(), result::toString);
    assertTrue(result.err().contains(complaint), result::toString);
    assertTrue(result.err().matches("(?s)windlass.*: .* \\(windlass.* --help explains\\)\\R"));
    assertFalse(
        result.err().matches("(?s).*(java\\.|Exception|\\bint\\b|null).*"), result::toString);
    assertTrue(result.err().length() <= 300, result::toString);
    assertEquals("", result.out(), result::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""                                  | a command is missing: expected one of run, demo, verify, peers, bans, pause, resume, headers, bench
          runn                                | unknown command 'runn'; did you mean 'run'?
          demoo --blocks 3                    | unknown command 'demoo'; did you mean 'demo'?
          verfy                               | unknown command 'verfy'; did you mean 'verify'?
          validate                            | unknown command 'validate'; did you mean 'validate-config'?
          --versio                            | unknown option '--versio'; did you mean '--version'?
          --unheard-of                        | unknown option '--unheard-of'
          bench                               | a benchmark is missing: expected one of engine, network, proofs, store, bodies, wire, rpc
          bench engin                         | unknown command 'engin'; did you mean 'engine'?
          bench engine --peers x              | --peers: 'x' is not a count of peers: expected a number from 1 to 256
          bench engine --peers 0              | --peers: '0' is not a count of peers: expected a number from 1 to 256
          bench engine --peers 100000         | --peers: '100000' is not a count of peers: expected a number from 1 to 256
          bench engine --peers 1 --bad-peer 5s| --peers 1: beside a --bad-peer a good one is needed
          bench engine --latency 5            | --latency: '5' is not a time: expected a number and its unit, such as 50ms or 2s
          bench engine --bad-peer evil        | --bad-peer: 'evil' is not one of none, silent, 500ms, 2900ms, 5s
          bench network --peers 4             | --peers 4 with --bad-one-in 5: no peer would be bad
          bench network --transactions -1     | --transactions: '-1' is not a count of transactions: expected a number from 0 to 10000
          bench engine --blox 1               | unknown option '--blox'; did you mean '--blocks'?
          bench store --body-bytes x          | --body-bytes: 'x' is not a length in bytes: expected a number from 16 to 8388608
          bench store --body-bytes 1          | --body-bytes: '1' is not a length in bytes: expected a number from 16 to 8388608
          bench store --headers 10 --blocks 11| --blocks 11 is more than --headers 10
          bench store --folder                | --folder: a value is missing: expected FOLDER
          bench proofs --file /absent         | --file: /absent: no such file
          bench proofs --blocks 1e3           | --blocks: '1e3' is not a count of blocks: expected a number from 1 to 10000000
          bench wire --rounds 0               | --rounds: '0' is not a count of rounds: expected a number from 1 to 1000
          bench wire --from enode://a         | --from: 'enode://a' is no enode: expected enode://KEY@HOST:PORT
          bench wire --anchor 0x12            | --anchor: a hash is 0x and 64 hexadecimal digits, not '0x12'
          bench rpc                           | --from: a value is missing: expected URL
          bench rpc --from host               | --from: a JSON-RPC node is http://HOST:PORT or ws://HOST:PORT
          run --history soon                  | --history: 'soon' is no history: expected all, postmerge, postcancun, postprague, a count of blocks, or the hash of the lowest block
          run --history 0                     | --history: '0' is no history: expected all, postmerge
          run --history postlondon            | --history: 'postlondon' is no history: expected all, postmerge
          run --bandwidth-max 10              | --bandwidth-max: '10' is no rate: expected one such as 500kB/s
          run --bandwidth-max 1MB/s,2MB/s     | --bandwidth-max: '1MB/s,2MB/s' gives two rates for the same time
          run --prune                         | --history: --prune deletes nothing if all history is wanted
          run --history 0x12                  | --history: a hash is 0x and 64 hexadecimal digits, not '0x12'
          run --network rpc --peers http://127.0.0.1:1 --history postmerge | --history: it is not known where merge begins on rpc: give a count of blocks
          demo --blocks                       | --blocks: a value is missing: expected COUNT
          demo --blocks 0                     | --blocks: '0' is not a count of blocks: expected a number from 1 to 10000000
          demo --blocks 99999999999999999999  | --blocks: '99999999999999999999' is not a count of blocks: expected a number
          demo --blocks 1_0x                  | --blocks: '1_0x' is not a count of blocks: expected a number from 1 to 10000000
          demo --blocks +5                    | --blocks: '+5' is not a count of blocks: expected a number from 1 to 10000000
          demo --blocks 5 --blocks 6          | --blocks: it is given twice: expected once
          demo --file /absent                 | --file: /absent: no such file
          demo --file /                       | --file: /: is a folder, not a file
          demo --file ''                      | --file: a path is missing
          demo --serv                         | unknown option '--serv'; did you mean '--serve'?
          demo --serve=maybe                  | --serve: 'maybe' is not one of true, false
          demo extra                          | unexpected argument 'extra'
          demo --rpc-http-port 70000          | --rpc-http-port: '70000' is not a port: expected a number from 0 to 65535
          demo --metrics-host a/b             | --metrics-host: 'a/b' is not a host: expected a name or an address
          demo --logging loud                 | --logging: 'loud' is not one of trace, debug, info, warn, error, off
          demo --log-format xml               | --log-format: 'xml' is not one of text, json
          demo --config-file /absent          | --config-file: /absent: no such file
          demo --config-file /                | --config-file: /: is a folder, not a file
          run --anchor 12                     | --anchor: a hash is 0x and 64 hexadecimal digits, not '12'
          run --anchor                        | --anchor: a value is missing: expected HASH
          run --anchr 0x00                    | unknown option '--anchr'; did you mean '--anchor'?
          run -anchor 0x00                    | unknown option '-anchor'; did you mean '--anchor'?
          run --exit-when-synced              | --exit-when-synced needs --anchor
          run --network moon                  | --network: 'moon' is not one of mainnet, sepolia, hoodi, holesky, rpc
          run --network rpc                   | --network rpc needs a JSON-RPC node: name it with --head-source or --peers
          run --head-quorum 0                 | --head-quorum: '0' is not a count of sources: expected a number from 1 to 100
          run --head-quorum 2 --head-source http://h,http://h | --head-quorum 2 needs as many different nodes of --head-source, and 1 are given
          run --head-quorum 2 --head-source http://n:8545,ws://n:8545 | --head-quorum 2 needs as many different nodes of --head-source, and 1 are given
          run --head-quorum 2 --head-source http://Node,http://me:pw@node:80/?key=1 | --head-quorum 2 needs as many different nodes of --head-source, and 1 are given
          run --head-quorum 2 --head-source http://n:1,ws://N:1,http://m | --head-quorum 2 needs each node of --head-source once, and N:1 is named in two ways
          run --network rpc --peers http://h --p2p-enabled | --network rpc is for JSON-RPC nodes only: give --genesis-file
          run --network rpc --peers http://h --network-id 5 | --network rpc is for JSON-RPC nodes only: give --genesis-file
          run --network-id -1                 | --network-id: '-1' is not a network id: expected a number from 0 to 2^64-1
          run --genesis-file /absent          | --genesis-file: /absent: no such file
          run --genesis-file /                | --genesis-file: /: is a folder, not a file
          run --peers nonsense                | --peers: 'nonsense' is not a peer: expected file:PATH, enode://KEY@HOST:PORT, http://HOST:PORT or era+https://HOST/PATH/
          run --peers era+ftp://host/x        | --peers: an era mirror is era+https://HOST/PATH/, also with http
          run --era-cache-mib 0               | --era-cache-mib: '0' is not a size in MiB: expected a number from 1 to 16777216
          run --trusted-peers file:/x         | --trusted-peers: 'file:/x' is no enode: expected enode://KEY@HOST:PORT
          run --protocols eth/63              | --protocols: 'eth/63' is not one of eth/60, eth/61
          run --memory-mib 63                 | --memory-mib: '63' is not a size in MiB: expected a number from 64 to 65536
          run --memory-mib 65536              | --memory-mib: the heap may have
          run --store-cache-mib 2048          | --store-cache-mib: '2048' is not a size in MiB: expected a number from 1 to 2047
          run --max-peers 0                   | --max-peers: '0' is not a count of peers: expected a number from 1 to 1000
          run --announced-wait soon           | --announced-wait: 'soon' is not a time: expected a number and its unit, such as 50ms or 2s
          run --max-inbound-peers x           | --max-inbound-peers: 'x' is not a count of peers: expected a number from 1 to 1000
          run --accumulators /absent          | --accumulators: /absent: no such file
          run --accumulators pom.xml          | --accumulators: pom.xml: line 1 is not an accumulator root
          run --checkpoint 12                 | --checkpoint: '12' is not a checkpoint: expected NUMBER=HASH
          run --checkpoint x=0x12             | --checkpoint: 'x=0x12' is not a checkpoint: expected NUMBER=HASH
          run --checkpoint 1=0x12             | --checkpoint: a hash is 0x and 64 hexadecimal digits, not '0x12'
          run --verify all                    | --verify: 'all' is not one of full, light
          run --p2p-port x                    | --p2p-port: 'x' is not a port: expected a number from 0 to 65535
          run --p2p-enabled=maybe             | --p2p-enabled: 'maybe' is not one of true, false
          run --p2p-host 1:2:z                | --p2p-host: '1:2:z' is not a host: expected a name or an address
          run --rpc-http-port 9645            | --rpc-http-port and --metrics-port are both 9645
          run --rpc-http-port ٣               | --rpc-http-port: '٣' is not a port: expected a number from 0 to 65535
          run --network-id ٣                  | --network-id: '٣' is not a network id: expected a number from 0 to 2^64-1
          run --peers file:/a,,file:/b        | --peers: an element is empty: expected a value between commas
          run --peers file:/a,                | --peers: an element is empty: expected a value between commas
          run --trusted-peers ,               | --trusted-peers: an element is empty: expected a value between commas
          run --protocols eth/68,''           | --protocols: an element is empty: expected a value between commas
          run --host-allowlist http://h       | --host-allowlist: 'http://h' is not a host: expected a name or an address
          run --host-allowlist h,             | --host-allowlist: an element is empty: expected a value between commas
          run --rpc-http-token ключ           | --rpc-http-token: it has a space, or a sign that is not in ASCII: expected
          run --exit-when-synced=maybe        | --exit-when-synced: 'maybe' is not one of true, false
          run --Network sepolia               | unknown option '--Network'; did you mean '--network'?
          run @/etc/hostname                  | unexpected argument '@/etc/hostname'
          @/etc/hostname                      | unknown command '@/etc/hostname'
          RUN                                 | unknown command 'RUN'; did you mean 'run'?
          validate-config --config-file /dev/zero | --config-file: /dev/zero: larger than 1024 KiB
          run --host-allowlist                | --host-allowlist: a value is missing: expected NAME
          verify --datapath x                 | unknown option '--datapath'; did you mean '--data-path'?
          verify --data-path /absent          | --data-path: there is no store in /absent
          peers --rpc-http-port x             | --rpc-http-port: 'x' is not a port: expected a number from 0 to 65535
          peers --rpc-http-host a_b:c         | --rpc-http-host: 'a_b:c' is not a host: expected a name or an address
          """)
  void shouldSayInOneLineWhatWouldBeRight(String line, String complaint) {
    assertRefused(run(line), complaint);
  }

  @Test
  void shouldRefuseCheckpointsThatContradict() {
    String one = "7=0x" + HASH_DIGITS;
    String other = "7=0x" + "0".repeat(64);
    assertRefused(
        run("run --checkpoint " + one + "," + other), "--checkpoint names two blocks at number 7");
    assertRefused(
        run("run --no-checkpoints --checkpoint " + one),
        "--checkpoint and --no-checkpoints contradict: give one of them");
  }

  @Test
  void shouldRefuseFewerSlotsThanNamedNodes() {
    // The generator of secp256k1 is a public key.
    String x = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    String y = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
    String enode = "enode://" + x + y + "@127.0.0.1:";
    String two = "run --peers " + enode + "1," + enode + "2 --max-peers ";
    assertRefused(run(two + "1"), "--max-peers 1 is less than the 2 nodes of --peers");
    assertRefused(
        run(two + "2 --p2p-enabled"),
        "--max-peers 2 leaves no slot for other nodes beside the 2 of --peers");
  }

  @Test
  void shouldCutWhatIsLongWhenItIsRepeated() {
    String digits = HASH_DIGITS.repeat(50);
    assertRefused(run("run --anchor " + digits), ", not '" + digits.substring(0, 40) + "…'");
    assertRefused(run(digits), "unknown command '" + digits.substring(0, 40) + "…'");
    assertRefused(run("run --" + digits), "unknown option '--" + digits.substring(0, 38) + "…'");
    assertRefused(run("demo --file /" + digits), "--file: /" + digits.substring(0, 199) + "…");
  }

  @Test
  void shouldStayOneLineWhenTheValueIsSeveral() {
    assertRefused(
        run("demo --blocks 1\n\u001b[2J2"), "--blocks: '1??[2J2' is not a count of blocks");
  }

  @Test
  void shouldCutWhatIsLongWhateverIsInIt() {
    String quotes = "it's-".repeat(200);
    Result result = run("run --network " + quotes);
    assertRefused(result, "' is not one of mainnet, sepolia, hoodi, holesky");
    assertRefused(run("run --peers " + quotes), "' is not a peer: expected file:PATH");
  }

  /** A terminal obeys some of them, and some turn the line around. */
  @ParameterizedTest
  @ValueSource(strings = {"\u0007", "\u009b31m", "\u202e", "\u2028", "\u200b", "\r"})
  void shouldRepeatNoSignThatATerminalObeys(String sign) {
    assertRefused(run("run --network a" + sign + "b"), "'a?" + sign.substring(1) + "b' is not one");
    assertRefused(run("a" + sign + "b"), "unknown command 'a?" + sign.substring(1) + "b'");
  }

  /** Sixty-four digits are a hash and nothing else; explorers and logs show some without 0x. */
  @Test
  void shouldTakeAnAnchorWithout0x() {
    String free = " --rpc-http-port 0 --metrics-port 0 --data-path " + folder.resolve("data");
    Result result = run("validate-config --anchor " + HASH_DIGITS.toUpperCase(Locale.ROOT) + free);

    assertEquals(0, result.exitCode(), result::toString);
    assertTrue(result.out().contains("anchor = 0x" + HASH_DIGITS + "  # "), result::toString);
  }

  /** Not a matter of what was written: it was begun, and did not succeed. */
  @Test
  void shouldExitWithAnotherCodeWhenTheJobFails() throws IOException {
    Path file = Files.writeString(folder.resolve("chain.rlp"), "blocks, surely\n");

    Windlass.run("demo", "--file", file.toString(), "--rpc-http-port", "0", "--metrics-port", "0")
        .assertFailed(WindlassCommand.EXIT_FAILED, file + ": begins with");
    Windlass.run("peers", "--rpc-http-host", "no_such_host.invalid")
        .assertFailed(WindlassCommand.EXIT_FAILED, "--rpc-http-host");
  }
}
