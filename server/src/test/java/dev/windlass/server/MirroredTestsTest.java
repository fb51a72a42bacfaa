package dev.windlass.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The table of mirrored tests names tests that exist, and the tests name what they mirror. */
class MirroredTestsTest {
  private static final Path ROOT = Path.of(System.getProperty("windlass.root"));
  private static final Pattern ROW =
      Pattern.compile("^\\| ([\\w*-]+) \\| (`[^|]+|none) \\|([^|]*)\\|$", Pattern.MULTILINE);
  private static final Pattern METHOD = Pattern.compile("`(\\w+)\\.(\\w+)`");
  private static final Pattern NAMED = Pattern.compile("btcd's (Test\\w+)");

  /** Those of the sync manager and what it uses, in btcd and Bitcoin Core. */
  private static final Set<String> ALL =
      Set.of(
          "TestCheckHeadersList",
          "TestFetchHigherPeers",
          "TestBuildBlockRequestSkipsInflightBlocks",
          "TestIsInIBDMode",
          "TestSyncStateMachine",
          "TestStartSyncBlockFallback",
          "TestStallNoDisconnectAtSameHeight",
          "TestStartSyncChainCurrent",
          "TestIsSyncCandidateRegtest",
          "TestLocateInventory",
          "TestHaveBlock",
          "TestProcessBlockHeader",
          "TestMaybeAcceptBlockReusesHeaderNode",
          "TestChainView*",
          "TestNotifications",
          "TestInvalidateBlock",
          "TestReconsiderBlock",
          "TestUpdateLastBlockHeight",
          "TestDuplicateVersionMsg",
          "TestUnsupportedVersionPeer",
          "recover-from-panic",
          "TestDynamicBanScoreDecay",
          "TestDynamicBanScoreLifetime",
          "TestDynamicBanScoreReset",
          "TestPeerLifecycleOrdering",
          "SimultaneousReady",
          "TestSyncManagerRaceCorruption",
          "TestPreVerackDisconnect",
          "p2p_ibd_stalling",
          "p2p_headers_sync_with_minchainwork",
          "p2p_initial_headers_sync",
          "p2p_outbound_eviction",
          "p2p_block_sync",
          "p2p_unrequested_blocks",
          "p2p_sendheaders",
          "p2p_invalid_locator",
          "p2p_dos_header_tree",
          "p2p_node_network_limited",
          "feature_assumevalid",
          "p2p_ibd_txrelay",
          "headers_sync_chainwork_tests",
          "feature_block");

  private static final Map<String, String> SOURCES = new HashMap<>();
  private static final List<Row> ROWS = new ArrayList<>();

  /** A line of the table. */
  private record Row(String name, Map<String, Set<String>> ours, String difference) {
    /** The name as a comment writes it. */
    String prefix() {
      return name.replace("*", "");
    }
  }

  @BeforeAll
  static void read() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.find(ROOT, 20, (file, about) -> about.isRegularFile())) {
      files = found.filter(file -> file.toString().matches(".*/src/test/.*\\.java")).toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString().replace(".java", "");
      SOURCES.merge(name, Files.readString(file), String::concat);
    }
    Matcher row = ROW.matcher(Files.readString(ROOT.resolve("docs/mirrored-tests.md")));
    while (row.find()) {
      Map<String, Set<String>> ours = new HashMap<>();
      Matcher method = METHOD.matcher(row.group(2));
      while (method.find()) {
        ours.computeIfAbsent(method.group(1), name -> new TreeSet<>()).add(method.group(2));
      }
      ROWS.add(new Row(row.group(1), ours, row.group(3).strip()));
    }
  }

  @Test
  void shouldListEachTestOnce() {
    assertEquals(ALL, ROWS.stream().map(Row::name).collect(Collectors.toSet()));
    assertEquals(ALL.size(), ROWS.size());
  }

  @Test
  void shouldNameTestsThatExist() {
    List<String> missing = new ArrayList<>();
    for (Row row : ROWS) {
      assertTrue(!row.ours().isEmpty() || !row.difference().isEmpty(), row::name);
      row.ours()
          .forEach(
              (type, methods) -> {
                String source = SOURCES.getOrDefault(type, "");
                for (String method : methods) {
                  Pattern test =
                      Pattern.compile(
                          "@(Test|ParameterizedTest)\\b[^;{}]*(\\{[^;]*\\}[^;{}]*)?\\n +void "
                              + method
                              + "\\(");
                  if (!test.matcher(source).find()) {
                    missing.add(row.name() + ": " + type + "." + method);
                  }
                }
              });
    }
    assertEquals(List.of(), missing);
  }

  @Test
  void shouldNameTheTestOfBtcdInOneOfOurs() {
    List<String> unnamed = new ArrayList<>();
    for (Row row : ROWS) {
      boolean isOfBtcd = !row.name().matches("(p2p|feature|headers)_.*");
      String said = row.name().startsWith("recover") ? "btcd recovers" : "btcd's " + row.prefix();
      boolean isNamed =
          row.ours().keySet().stream()
              .anyMatch(type -> SOURCES.getOrDefault(type, "").contains(said));
      if (isOfBtcd && !isNamed) {
        unnamed.add(row.name());
      }
    }
    assertEquals(List.of(), unnamed);
  }

  @Test
  void shouldListWhatTheTestsName() {
    List<String> unlisted = new ArrayList<>();
    SOURCES.forEach(
        (type, source) -> {
          Matcher named = NAMED.matcher(source);
          while (named.find()) {
            boolean isListed =
                ROWS.stream()
                    .filter(row -> row.ours().containsKey(type))
                    .anyMatch(row -> named.group(1).startsWith(row.prefix()));
            if (!isListed) {
              unlisted.add(type + ": " + named.group(1));
            }
          }
        });
    assertFalse(SOURCES.isEmpty());
    assertEquals(List.of(), unlisted);
  }
}
