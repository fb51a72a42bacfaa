package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.StoreException;
import dev.windlass.chain.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** If a store does not open, the failure is one line with the reason. */
final class OpeningTest {
  private static final Block ROOT = TestBlocks.genesis();

  @TempDir Path folder;

  /** Opens a store and keeps it open until its input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (LevelDbBlockStore store = LevelDbBlockStore.open(Path.of(arguments[0]), ROOT)) {
        System.out.println("open at " + store.tip());
        while (System.in.read() >= 0) {
          // The test sends no bytes; only the end of the input matters.
        }
      }
    }
  }

  private static StoreException assertFails(Kind kind, Executable opening) {
    StoreException failure = assertThrows(StoreException.class, opening);
    assertEquals(kind, failure.kind(), failure::getMessage);
    assertEquals(1, failure.getMessage().lines().count(), failure::getMessage);
    return failure;
  }

  private void fill() {
    try (LevelDbBlockStore store = LevelDbBlockStore.open(folder, ROOT)) {
      store.insert(TestBlocks.on(ROOT, 300, 1), true);
    }
  }

  private List<Path> files(String part) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("chain"))) {
      return files.filter(file -> file.getFileName().toString().contains(part)).toList();
    }
  }

  @Test
  void shouldNameBothChainsWhenTheRootIsAnother() {
    fill();
    Block other = new TestBlock().parent(ROOT.hash()).number(0).branch(5).block();
    String said =
        assertFails(Kind.OTHER_CHAIN, () -> LevelDbBlockStore.open(folder, other)).getMessage();
    assertTrue(said.contains(ROOT.hash().toString()), said);
    assertTrue(said.contains(other.hash().toString()), said);
    LevelDbBlockStore.open(folder, ROOT).close();
  }

  @Test
  void shouldSayInUseWhenThisProcessHasItOpen() {
    LevelDbBlockStore first = LevelDbBlockStore.open(folder, ROOT);
    assertFails(Kind.IN_USE, () -> LevelDbBlockStore.open(folder, ROOT));
    assertEquals(ROOT.id(), first.tip());
    first.insert(TestBlocks.on(ROOT, 1, 1), true);
    first.close();
    LevelDbBlockStore.open(folder).close();
  }

  @Test
  void shouldSayInUseWhenAnotherProcessHasItOpen() throws Exception {
    try (ChildProcess holder = new ChildProcess(Holder.class, folder.toString())) {
      assertEquals("open at " + ROOT.id(), holder.line());
      assertFails(Kind.IN_USE, () -> LevelDbBlockStore.open(folder, ROOT));
      assertEquals(0, holder.end());
    }
    LevelDbBlockStore.open(folder).close();
  }

  @Test
  void shouldSayThatThereIsNoneWhenNoneIsThere() {
    Path none = folder.resolve("none");
    assertFalse(LevelDbBlockStore.exists(none));
    String said = assertFails(Kind.FAILED, () -> LevelDbBlockStore.open(none)).getMessage();
    assertTrue(said.contains("no store in " + none), said);
    assertFalse(Files.exists(none), "looking for a store creates none");
  }

  @Test
  void shouldSayDamagedWhenCurrentIsLost() throws Exception {
    fill();
    Files.delete(folder.resolve("chain/CURRENT"));
    assertTrue(LevelDbBlockStore.exists(folder));
    assertFails(Kind.DAMAGED, () -> LevelDbBlockStore.open(folder, ROOT));
    assertFails(Kind.DAMAGED, () -> LevelDbBlockStore.open(folder));
  }

  @Test
  void shouldSayDamagedWhenTheManifestIsLost() throws Exception {
    fill();
    for (Path manifest : files("MANIFEST")) {
      Files.delete(manifest);
    }
    assertFails(Kind.DAMAGED, () -> LevelDbBlockStore.open(folder));
  }

  @Test
  void shouldSayDamagedWhenTheManifestIsChanged() throws Exception {
    fill();
    for (Path manifest : files("MANIFEST")) {
      byte[] bytes = Files.readAllBytes(manifest);
      bytes[10] ^= 1;
      Files.write(manifest, bytes);
    }
    assertFails(Kind.DAMAGED, () -> LevelDbBlockStore.open(folder));
  }

  @Test
  void shouldSayDamagedWhenATableIsLost() throws Exception {
    fill();
    LevelDbBlockStore.open(folder).close();
    assertFalse(files(".sst").isEmpty());
    for (Path table : files(".sst")) {
      Files.delete(table);
    }
    assertFails(Kind.DAMAGED, () -> LevelDbBlockStore.open(folder));
  }

  @Test
  void shouldNameTheTablesOfANewerLevelDbAndOpenOnceTheyAreRenamed() throws Exception {
    fill();
    LevelDbBlockStore.open(folder).close();
    List<Path> tables = files(".sst");
    Path table = tables.get(0);
    String stem = table.getFileName().toString().replace(".sst", "");
    Path newer = table.resolveSibling(stem + ".ldb");
    Files.move(table, newer);

    StoreException failure = assertFails(Kind.FAILED, () -> LevelDbBlockStore.open(folder));

    assertTrue(failure.getMessage().contains(stem + ".ldb is there"), failure::getMessage);
    assertTrue(failure.getMessage().contains("rename every .ldb file"), failure::getMessage);
    Files.move(newer, table);
    LevelDbBlockStore.open(folder).close();
  }

  @Test
  void shouldSayDamagedWhenATableIsLostBesideOneOfANewerLevelDb() throws Exception {
    fill();
    LevelDbBlockStore.open(folder).close();
    Path table = files(".sst").get(0);
    Files.write(table.resolveSibling("999999.ldb"), new byte[8]);
    Files.delete(table);

    assertFails(Kind.DAMAGED, () -> LevelDbBlockStore.open(folder));
  }

  @Test
  void shouldSayDamagedWhenTheRecordOfTheTipIsCut() {
    try (LevelDbBlockStore store = LevelDbBlockStore.open(folder, ROOT)) {
      Batch batch = new Batch();
      batch.put(Columns.metaKey(Meta.TIP), new byte[7]);
      store.database().write(batch);
    }
    assertFails(Kind.DAMAGED, () -> LevelDbBlockStore.open(folder));
    assertFails(Kind.DAMAGED, () -> LevelDbBlockStore.open(folder, ROOT));
  }

  @Test
  void shouldSayDamagedWhenDataHasNoVersion() {
    try (LevelDbBlockStore store = LevelDbBlockStore.open(folder, ROOT)) {
      Batch batch = new Batch();
      batch.delete(Columns.metaKey(Meta.VERSION));
      store.database().write(batch);
    }
    assertFails(Kind.DAMAGED, () -> LevelDbBlockStore.open(folder, ROOT));
  }

  @Test
  void shouldNameBothVersionsWhenTheLayoutIsAnother() {
    try (LevelDbBlockStore store = LevelDbBlockStore.open(folder, ROOT)) {
      Batch batch = new Batch();
      batch.put(Columns.metaKey(Meta.VERSION), Meta.version(77));
      store.database().write(batch);
    }
    String said = assertFails(Kind.FAILED, () -> LevelDbBlockStore.open(folder)).getMessage();
    assertTrue(said.contains("77") && said.contains("reads " + Meta.SCHEMA_VERSION), said);
  }

  @Test
  void shouldSayNotWritableWhenTheDataPathIsAFile() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    assertFails(Kind.NOT_WRITABLE, () -> LevelDbBlockStore.open(file, ROOT));
    assertFails(Kind.NOT_WRITABLE, () -> LevelDbBlockStore.open(file.resolve("below"), ROOT));
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("chain"), "no folder");
    assertFails(Kind.NOT_WRITABLE, () -> LevelDbBlockStore.open(data, ROOT));
  }

  @Test
  void shouldSayNotWritableWhenTheRightIsMissing() throws Exception {
    fill();
    Path chain = folder.resolve("chain");
    Files.setPosixFilePermissions(chain, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      Assumptions.assumeFalse(
          Files.isWritable(chain), "skipped: this user may write into a read-only folder");
      assertFails(Kind.NOT_WRITABLE, () -> LevelDbBlockStore.open(folder, ROOT));
    } finally {
      Files.setPosixFilePermissions(chain, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void shouldUnpackTheNativeLibrariesIntoTheDataPath() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    List<String> options = List.of("-Djava.io.tmpdir=" + temporary);
    Path data = folder.resolve("data");
    try (ChildProcess holder = new ChildProcess(options, Holder.class, data.toString())) {
      assertEquals("open at " + ROOT.id(), holder.line());
      try (Stream<Path> unpacked = Files.list(data.resolve("native"))) {
        for (Path library : unpacked.toList()) {
          String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(library));
          assertEquals("rw-r--r--", rights, "another user may have to load it");
        }
      }
      holder.kill();
    }
    // A second process uses the libraries that the first one left, even if that was killed.
    try (ChildProcess holder = new ChildProcess(options, Holder.class, data.toString())) {
      assertEquals("open at " + ROOT.id(), holder.line());
      assertEquals(0, holder.end());
    }
    try (Stream<Path> unpacked = Files.list(data.resolve("native"))) {
      assertEquals(2, unpacked.count());
    }
    try (Stream<Path> files = Files.list(temporary)) {
      assertEquals(0, files.count());
    }
  }
}
