package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.StoreException;
import dev.windlass.chain.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a file system that is mounted read-only can be verified, and is not changed. */
final class StoreViewTest {
  private static final Block ROOT = TestBlocks.genesis();
  private static final List<Block> BLOCKS = TestBlocks.on(ROOT, 300, 1);

  @TempDir Path folder;
  private Path data;
  private Path mounted;

  @BeforeEach
  void mayMount() throws Exception {
    data = Files.createDirectory(folder.resolve("data"));
    mounted = Files.createDirectory(folder.resolve("mounted"));
    try (LevelDbBlockStore store = LevelDbBlockStore.open(data, ROOT)) {
      store.insert(BLOCKS, true);
    }
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", "-l", mounted.toString());
  }

  private void mountReadOnly() throws Exception {
    boolean isMounted = run("mount", "--bind", data.toString(), mounted.toString());
    Assumptions.assumeTrue(isMounted, "skipped: this user may not mount");
    assertTrue(run("mount", "-o", "remount,bind,ro", mounted.toString()));
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private Map<String, Long> files() throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        sizes.put(file.toString(), Files.isDirectory(file) ? 0 : Files.size(file));
      }
    }
    return sizes;
  }

  private static List<Path> views() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.toString().contains("windlass-read-only-")).toList();
    }
  }

  private VerifyReport verify() {
    try (LevelDbBlockStore store = LevelDbBlockStore.openToRead(mounted)) {
      return new StoreVerifier(store, done -> {}).verify();
    }
  }

  @Test
  void shouldProveAStoreThatCannotBeWrittenAndLeaveNothingBehind() throws Exception {
    Map<String, Long> before = files();
    List<Path> viewsBefore = views();
    mountReadOnly();

    VerifyReport report = verify();

    assertEquals(List.of(), report.problems());
    assertEquals(TestBlocks.last(BLOCKS).id(), report.tip());
    assertEquals(before, files());
    assertEquals(viewsBefore, views());
  }

  @Test
  void shouldProveAStoreWithBodyFilesThatCannotBeWritten() throws Exception {
    try (LevelDbBlockStore store = LevelDbBlockStore.open(data)) {
      store.blocks().bodies().finalBlocks(100);
      BodyStores.sealAll(store);
      store.insert(TestBlocks.on(TestBlocks.last(BLOCKS), 300, 1), true);
      assertEquals(400, BodyStores.keys(store, Columns.PLACES));
    }
    Map<String, Long> before = files();
    mountReadOnly();

    assertEquals(List.of(), verify().problems());
    assertEquals(before, files());
  }

  @Test
  void shouldNameWhatACutBodyFileHasLostAndNotChangeIt() throws Exception {
    try (LevelDbBlockStore store = LevelDbBlockStore.open(data)) {
      store.blocks().bodies().finalBlocks(100);
      BodyStores.sealAll(store);
    }
    Path file = BodyStores.bodyFile(data, 0);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    Map<String, Long> before = files();
    mountReadOnly();

    List<VerifyReport.Problem> problems = verify().problems();

    assertEquals(1, problems.size(), problems::toString);
    assertEquals(200, problems.get(0).number());
    assertEquals(StoreVerifier.BODY_PRESENT, problems.get(0).rule());
    assertEquals(before, files());
  }

  /** A killed process leaves tables without a record. LevelDB uses their numbers again. */
  @Test
  void shouldProveItBesideTablesThatNoRecordNames() throws Exception {
    List<String> names =
        files().keySet().stream()
            .map(name -> Path.of(name))
            .map(Path::getFileName)
            .map(Path::toString)
            .filter(name -> name.matches("\\d+\\..*|MANIFEST-\\d+"))
            .toList();
    int highest =
        names.stream().mapToInt(n -> Integer.parseInt(n.replaceAll("\\D", ""))).max().orElseThrow();
    for (int number = highest + 1; number < highest + 6; number++) {
      Files.writeString(data.resolve(String.format("chain/%06d.sst", number)), "half a table");
    }
    mountReadOnly();

    assertEquals(List.of(), verify().problems());
  }

  @Test
  void shouldNameTheStoreAndNotItsViewIfItIsDamaged() throws Exception {
    try (Stream<Path> files = Files.list(data.resolve("chain"))) {
      for (Path file : files.filter(f -> f.toString().contains("MANIFEST")).toList()) {
        Files.delete(file);
      }
    }
    mountReadOnly();

    StoreException failure = assertThrows(StoreException.class, this::verify);

    assertEquals(Kind.DAMAGED, failure.kind(), failure::getMessage);
    assertTrue(failure.getMessage().contains(mounted.resolve("chain").toString()));
    assertFalse(failure.getMessage().contains("read-only"), failure::getMessage);
  }

  @Test
  void shouldRefuseAStoreThatANodeHasOpen() throws Exception {
    mountReadOnly();
    try (ChildProcess holder = new ChildProcess(OpeningTest.Holder.class, data.toString())) {
      assertTrue(holder.line().startsWith("open at "));
      StoreException failure = assertThrows(StoreException.class, this::verify);
      assertEquals(Kind.IN_USE, failure.kind(), failure::getMessage);
      assertEquals(0, holder.end());
    }
    assertEquals(List.of(), verify().problems());
  }
}
