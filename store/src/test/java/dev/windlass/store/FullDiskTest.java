package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.StoreException;
import dev.windlass.chain.store.StoreException.Kind;
import dev.windlass.fixtures.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A full disk stops writes, but not the process, and loses no stored data. */
final class FullDiskTest {
  private static final Block ROOT = TestBlocks.genesis();
  private static final int BATCH = 256;

  /** More than the disk has room for. */
  private static final int BANS_MAX = 1_000_000;

  @TempDir Path folder;
  private Path disk;
  private boolean isMounted;

  @BeforeEach
  void mountSmallDisk() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    isMounted = run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString());
    Assumptions.assumeTrue(isMounted, "skipped: this user may not mount a small tmpfs");
  }

  @AfterEach
  void unmount() throws Exception {
    if (isMounted) {
      // Lazily, so that another process that reads the mounts does not fail the test.
      assertTrue(run("umount", "-l", disk.toString()));
    }
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static StoreException assertNoRoom(org.junit.jupiter.api.function.Executable writing) {
    StoreException failure = assertThrows(StoreException.class, writing);
    assertEquals(Kind.NOT_WRITABLE, failure.kind(), failure::getMessage);
    assertTrue(failure.getMessage().contains("no space left"), failure::getMessage);
    return failure;
  }

  /** Inserts until the store refuses a write. Returns the last block that it accepted. */
  private static Block fill(LevelDbBlockStore store, Block from) {
    Block last = from;
    while (true) {
      List<Block> run = TestBlocks.on(last, BATCH, 1);
      try {
        store.insert(run, false);
      } catch (StoreException e) {
        assertEquals(Kind.NOT_WRITABLE, e.kind(), e::getMessage);
        return last;
      }
      last = TestBlocks.last(run);
    }
  }

  /** Bodies that go straight into their files leave the same room for LevelDB. */
  @Test
  void shouldRefuseBodiesForTheirFilesAndLoseNothingWhenTheDiskFillsUp() throws Exception {
    Block last;
    try (LevelDbBlockStore store = LevelDbBlockStore.open(disk, ROOT)) {
      store.blocks().bodies().finalBlocks(-1_000_000);
      last = fill(store, ROOT);
      assertTrue(last.number() > 0, "nothing was stored");
      assertEquals(last.id(), store.tip());
      assertTrue(BodyStores.keys(store, Columns.PLACES) >= last.number());
      assertTrue(new StoreVerifier(store, done -> {}).verify().isClean());
      assertNoRoom(() -> store.insert(TestBlocks.on(last, BATCH, 1), false));
    }
    assertTrue(run("mount", "-o", "remount,size=64m", disk.toString()));
    try (LevelDbBlockStore store = LevelDbBlockStore.open(disk)) {
      assertEquals(List.of(), new StoreVerifier(store, done -> {}).verify().problems());
      assertEquals(last.id(), store.tip());
      BlockId tip = store.insert(TestBlocks.on(last, BATCH, 1), true);
      assertEquals(last.number() + BATCH, tip.number());
    }
  }

  /** Another program may take the room between the look at it and the write. */
  @Test
  void shouldTakeBackWhatItCouldNotWriteIntoABodyFile() throws Exception {
    Path file = disk.resolve(BodyFileFormat.nameOf(0));
    Path filler = disk.resolve("filler");
    try (BodyAppender appender = new BodyAppender(disk, ROOT.id());
        BodyReader reader = new BodyReader(disk)) {
      byte[] body = noise(100_000);
      BodyPlace kept = appender.append(1, body);
      appender.flush();
      appender.keep();
      long length = Files.size(file);
      long free = Files.getFileStore(disk).getUsableSpace();
      Files.write(filler, new byte[(int) free - (2 << 20)]);
      StoreException refused =
          assertThrows(
              StoreException.class,
              () -> {
                for (int number = 2; number < 40; number++) {
                  appender.append(number, body);
                }
                appender.flush();
              });
      assertEquals(Kind.NOT_WRITABLE, refused.kind(), refused::getMessage);
      assertTrue(refused.getMessage().contains(disk.toString()), refused::getMessage);
      assertEquals(length, Files.size(file));
      Files.delete(filler);
      BodyPlace next = appender.append(2, body);
      appender.flush();
      appender.keep();
      assertArrayEquals(body, reader.read(1, kept));
      assertArrayEquals(body, reader.read(2, next));
      assertEquals(Files.size(file), appender.sync().get(0L));
    }
  }

  private static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    new Random(1).nextBytes(noise);
    return noise;
  }

  /** A ban is smaller than a run of blocks, so that some fit after a run was refused. */
  private static void fillWithBans(LevelDbBlockStore store) {
    for (long salt = 0; salt < BANS_MAX; salt++) {
      store.putBan(Hash.ofLongs(salt, 0, 0, 0), "any");
    }
  }

  @Test
  void shouldRefuseWritesAndLoseNothingWhenTheDiskFillsUp() throws Exception {
    Block last;
    try (LevelDbBlockStore store = LevelDbBlockStore.open(disk, ROOT)) {
      last = fill(store, ROOT);
      assertTrue(last.number() > 0, "nothing was stored");
      assertEquals(last.id(), store.tip());
      assertNoRoom(() -> fillWithBans(store));
      assertTrue(new StoreVerifier(store, done -> {}).verify().isClean());
    }
    try (LevelDbBlockStore store = LevelDbBlockStore.open(disk)) {
      assertEquals(last.id(), store.tip(), "it is still read while the disk is full");
      assertTrue(new StoreVerifier(store, done -> {}).verify().isClean());
    }
    assertTrue(run("mount", "-o", "remount,size=64m", disk.toString()));
    try (LevelDbBlockStore store = LevelDbBlockStore.open(disk)) {
      VerifyReport report = new StoreVerifier(store, done -> {}).verify();
      assertEquals(List.of(), report.problems());
      assertEquals(last.id(), report.tip());
      BlockId tip = store.insert(TestBlocks.on(last, BATCH, 1), true);
      assertEquals(last.number() + BATCH, tip.number());
    }
  }

  @Test
  void shouldRefuseToOpenWhenOthersFilledTheDisk() throws Exception {
    Path store = disk.resolve("store");
    List<Block> blocks = TestBlocks.on(ROOT, BATCH, 1);
    try (LevelDbBlockStore open = LevelDbBlockStore.open(store, ROOT)) {
      open.insert(blocks, true);
    }
    Path filler = disk.resolve("filler");
    long free = Files.getFileStore(disk).getUsableSpace();
    Files.write(filler, new byte[(int) free - 4096]);
    assertNoRoom(() -> LevelDbBlockStore.open(store, ROOT));
    Files.delete(filler);
    try (LevelDbBlockStore open = LevelDbBlockStore.open(store, ROOT)) {
      assertEquals(TestBlocks.last(blocks).id(), open.tip());
    }
  }

  /** LevelDB would end the process if it wrote a table while the disk is full. */
  @Test
  @Timeout(value = 30, unit = TimeUnit.SECONDS)
  void shouldStopItsOwnWorkBeforeOthersHaveFilledTheDisk() throws Exception {
    Path filler = disk.resolve("filler");
    List<Block> blocks = TestBlocks.on(ROOT, BATCH, 1);
    try (LevelDbBlockStore store = LevelDbBlockStore.open(disk.resolve("store"), ROOT)) {
      store.insert(blocks, false);
      assertTrue(store.database().isMerging());
      long free = Files.getFileStore(disk).getUsableSpace();

      Files.write(filler, new byte[(int) (free - DiskSpaceGuard.ROOM_BYTES_MIN)]);
      Await.condition(() -> "it still merges", () -> !store.database().isMerging());

      assertNoRoom(() -> store.insert(TestBlocks.on(TestBlocks.last(blocks), 1, 1), true));
      // This also holds for a small write, since LevelDB might make it wait for a table.
      assertNoRoom(store::sync);
      assertTrue(new StoreVerifier(store, done -> {}).verify().isClean());
      Files.delete(filler);
      BlockId tip = store.insert(TestBlocks.on(TestBlocks.last(blocks), 1, 1), true);
      assertEquals(BATCH + 1, tip.number());
      assertTrue(store.database().isMerging());
      Files.write(filler, new byte[(int) (free - DiskSpaceGuard.ROOM_BYTES_MIN)]);
      Await.condition(() -> "it still merges", () -> !store.database().isMerging());
    }
    Files.delete(filler);
    try (LevelDbBlockStore store = LevelDbBlockStore.open(disk.resolve("store"))) {
      assertEquals(BATCH + 1, store.tip().number());
    }
  }

  @Test
  void shouldGoOnWhenRoomWasMadeMeanwhile() throws Exception {
    Path filler = disk.resolve("filler");
    Files.write(filler, new byte[10 << 20]);
    try (LevelDbBlockStore store = LevelDbBlockStore.open(disk.resolve("store"), ROOT)) {
      Block last = fill(store, ROOT);
      Files.delete(filler);
      BlockId tip = store.insert(TestBlocks.on(last, 1, 1), true);
      assertEquals(last.number() + 1, tip.number());
    }
  }
}
