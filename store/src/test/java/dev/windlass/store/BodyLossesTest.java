package dev.windlass.store;

import static dev.windlass.store.BodyStores.ROOT;
import static dev.windlass.store.BodyStores.assertStored;
import static dev.windlass.store.BodyStores.bodyFile;
import static dev.windlass.store.BodyStores.problems;
import static dev.windlass.store.BodyStores.sealAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.Gap;
import dev.windlass.chain.store.StoreException;
import dev.windlass.chain.store.StoreException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Body files that were cut, changed or taken away are found, named and repaired. */
final class BodyLossesTest {
  private static final StoreLimits NO_SYNC_BY_TIME =
      new StoreLimits(1 << 20, 8 << 20, 4096, Duration.ofHours(1), 2048, 8L << 20);

  private static List<Block> blocks;

  @TempDir Path folder;
  private LevelDbBlockStore store;

  @BeforeAll
  static void makeBlocks() {
    blocks = BodyStores.blocks(9_000);
  }

  @BeforeEach
  void open() {
    store = straight(LevelDbBlockStore.open(folder, ROOT));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static LevelDbBlockStore straight(LevelDbBlockStore store) {
    store.blocks().bodies().finalBlocks(-1_000_000);
    return store;
  }

  private void reopen() {
    store.close();
    store = straight(LevelDbBlockStore.open(folder));
  }

  private static void cut(Path file, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  private static void change(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 1;
    Files.write(file, bytes);
  }

  private BodyPlace place(Block block) {
    return store.blocks().bodies().place(block.id()).orElseThrow();
  }

  /** Fetches again what is missing. */
  private void fill() {
    for (Gap gap : store.gaps()) {
      store.insert(blocks.subList((int) gap.first() - 1, (int) gap.last().number()), false);
    }
  }

  private void assertWhole() {
    assertEquals(List.of(), store.gaps());
    assertStored(store, blocks.subList(0, (int) store.tip().number()));
    sealAll(store);
    reopen();
    assertEquals(Optional.empty(), store.recovery());
    assertEquals(List.of(), problems(store));
  }

  @Test
  void shouldFetchAgainWhatACutFileHasLost() throws Exception {
    BodyStores.insert(store, blocks);
    sealAll(store);
    long length = place(blocks.get(6_000)).end() - 1;
    store.close();
    cut(bodyFile(folder, 0), length);
    open();
    assertEquals(List.of(new Gap(6_001, blocks.get(8_190).id())), store.gaps());
    String recovery = store.recovery().orElseThrow();
    assertTrue(recovery.contains("2191 bodies of blocks from 6001 to 8191"), recovery);
    assertStored(store, blocks.subList(0, 6_000));
    assertStored(store, blocks.subList(8_191, 9_000));
    assertEquals(2_191, new StoreVerifier(store, done -> {}).verify().problemCount());
    assertEquals(6_001, problems(store).get(0).number());
    assertEquals(StoreVerifier.BODY_PRESENT, problems(store).get(0).rule());
    reopen();
    assertEquals(Optional.empty(), store.recovery());
    fill();
    assertWhole();
    assertTrue(store.blocks().bodies().epochs().get(0L).isSealed());
  }

  @Test
  void shouldFetchAgainWhatAFileHadThatWasTakenAway() throws Exception {
    BodyStores.insert(store, blocks);
    sealAll(store);
    store.close();
    Files.delete(bodyFile(folder, 0));
    open();
    assertEquals(List.of(new Gap(1, blocks.get(8_190).id())), store.gaps());
    assertStored(store, blocks.subList(8_191, 9_000));
    reopen();
    assertEquals(Optional.empty(), store.recovery());
    fill();
    assertWhole();
  }

  @Test
  void shouldSealAgainIfOnlyTheIndexIsCutOff() throws Exception {
    BodyStores.insert(store, blocks);
    sealAll(store);
    long index = store.blocks().bodies().epochs().get(0L).indexOffset();
    store.close();
    cut(bodyFile(folder, 0), index + 100);
    open();
    assertEquals(Optional.empty(), store.recovery());
    assertEquals(List.of(), store.gaps());
    sealAll(store);
    assertEquals(index, store.blocks().bodies().epochs().get(0L).indexOffset());
    assertWhole();
  }

  @Test
  void shouldNameABodyWithOneChangedByteAndReadTheOthers() throws Exception {
    BodyStores.insert(store, blocks);
    sealAll(store);
    Block changed = blocks.get(4_000);
    long at = place(changed).offset() + place(changed).length() / 2;
    store.close();
    change(bodyFile(folder, 0), at);
    open();
    assertEquals(Optional.empty(), store.recovery());
    List<VerifyReport.Problem> problems = problems(store);
    assertEquals(1, problems.size(), problems::toString);
    assertEquals(4_001, problems.get(0).number());
    assertEquals(StoreVerifier.READABLE, problems.get(0).rule());
    assertTrue(problems.get(0).toString().contains("00000000.bodies"), problems::toString);
    StoreException refused = assertThrows(StoreException.class, () -> store.block(changed.id()));
    assertEquals(Kind.DAMAGED, refused.kind());
    assertStored(store, blocks.subList(0, 4_000));
  }

  @Test
  void shouldNameAnIndexOfASealedFileWithOneChangedByte() throws Exception {
    BodyStores.insert(store, blocks);
    sealAll(store);
    long index = store.blocks().bodies().epochs().get(0L).indexOffset();
    store.close();
    change(bodyFile(folder, 0), index + 1_000);
    open();
    List<VerifyReport.Problem> problems = problems(store);
    assertEquals(1, problems.size(), problems::toString);
    assertEquals(StoreVerifier.BODY_INDEX, problems.get(0).rule());
    assertTrue(problems.get(0).toString().contains("00000000.bodies"), problems::toString);
    assertStored(store, blocks);
  }

  @Test
  void shouldFetchAgainWhatAPowerCutTookFromTheEndOfAFile() throws Exception {
    BodyStores.insert(store, blocks.subList(0, 512));
    store.sync();
    long synced = Files.size(bodyFile(folder, 0));
    BodyStores.insert(store, blocks.subList(512, 1_024));
    BodyPlace zeroed = place(blocks.get(600));
    BodyPlace lost = place(blocks.get(800));
    assertTrue(lost.end() > synced);
    store.database().close();
    Path file = bodyFile(folder, 0);
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, (int) zeroed.offset(), (int) zeroed.end(), (byte) 0);
    Files.write(file, bytes);
    cut(file, lost.offset() + 5);
    store = straight(LevelDbBlockStore.open(folder));
    assertEquals(
        List.of(new Gap(601, blocks.get(600).id()), new Gap(801, blocks.get(1_023).id())),
        store.gaps());
    assertEquals(place(blocks.get(799)).end(), Files.size(file), "the rest is cut off");
    fill();
    assertWhole();
  }

  @Test
  void shouldFetchAgainWhatAPowerCutTookWhole() throws Exception {
    BodyStores.insert(store, blocks.subList(0, 512));
    store.sync();
    long synced = Files.size(bodyFile(folder, 0));
    BodyStores.insert(store, blocks.subList(512, 600));
    store.database().close();
    cut(bodyFile(folder, 0), synced);
    store = straight(LevelDbBlockStore.open(folder));
    assertEquals(List.of(new Gap(513, blocks.get(599).id())), store.gaps());
    fill();
    assertWhole();
  }

  @Test
  void shouldForgetABlockBesideTheChainThatLostItsBody() throws Exception {
    BodyStores.insert(store, blocks.subList(0, 300));
    List<Block> branch = TestBlocks.on(blocks.get(99), 20, 7);
    store.insert(branch, false);
    long end = place(branch.get(9)).offset();
    store.close();
    cut(bodyFile(folder, 0), end);
    open();
    assertEquals(List.of(), store.gaps());
    assertTrue(store.known(branch.get(8).hash()).isPresent());
    assertFalse(store.known(branch.get(9).hash()).isPresent());
    assertFalse(store.known(branch.get(19).hash()).isPresent());
    assertEquals(List.of(), problems(store));
    store.insert(branch.subList(9, 20), false);
    assertStored(store, branch);
  }

  /**
   * The power fails at a random moment. Each file keeps what was flushed to the disk, and any part
   * of the rest. The database may keep all of its own writes.
   */
  @Test
  void shouldLoseNothingThatWasSyncedInAnyPowerCut() throws Exception {
    store.close();
    int cuts = Integer.getInteger("windlass.cuts", 50);
    for (int seed = 0; seed < cuts; seed++) {
      Path data = folder.resolve("cut" + seed);
      cutPower(data, new Random(seed));
      BodyStores.delete(data);
    }
    open();
  }

  private void cutPower(Path data, Random random) throws Exception {
    store = straight(LevelDbBlockStore.open(data, ROOT, NO_SYNC_BY_TIME));
    int from = 8_192 - 300;
    store.skip(blocks.subList(0, from).stream().map(Block::header).toList());
    int inserted = from;
    int synced = from;
    long[] lengths = {0, 0};
    for (int run = random.nextInt(12); run >= 0; run--) {
      int to = inserted + 1 + random.nextInt(60);
      boolean isNew = random.nextInt(3) == 0;
      store.blocks().bodies().finalBlocks(isNew ? 1_000_000 : -1_000_000);
      store.insert(blocks.subList(inserted, to), false);
      inserted = to;
      if (random.nextInt(4) == 0) {
        store.sync();
        synced = inserted;
        lengths = new long[] {synced(0), synced(1)};
      }
      store.blocks().bodies().finalBlocks(-1_000_000);
      if (random.nextInt(3) == 0) {
        // It moves bodies that may be synced, so it syncs them again.
        while (store.sealMore()) {
          lengths = new long[] {synced(0), synced(1)};
        }
      }
    }
    store.database().close();
    for (int epoch = 0; epoch < 2; epoch++) {
      long length = length(data, epoch);
      if (length > lengths[epoch]) {
        long kept = lengths[epoch] + random.nextInt((int) (length - lengths[epoch]) + 1);
        cut(bodyFile(data, epoch), kept);
        scramble(bodyFile(data, epoch), lengths[epoch], random);
      }
    }
    store = straight(LevelDbBlockStore.open(data));
    assertStored(store, blocks.subList(from, synced));
    for (Gap gap : store.gaps()) {
      assertTrue(gap.first() == 1 || gap.first() > synced, () -> "lost " + gap);
    }
    for (int number = from; number < inserted; number++) {
      Block block = blocks.get(number);
      if (store.known(block.hash()).isPresent()) {
        assertEquals(block, store.block(block.id()).orElseThrow());
      }
    }
    store.insert(blocks.subList(synced, inserted), false);
    assertStored(store, blocks.subList(from, inserted));
    store.close();
  }

  /**
   * Turns some bytes behind a place into zeros, as a file system may that keeps only the length.
   */
  private static void scramble(Path file, long from, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (random.nextBoolean() && bytes.length > from) {
      int at = (int) from + random.nextInt(bytes.length - (int) from);
      int to = Math.min(bytes.length, at + random.nextInt(5_000));
      Arrays.fill(bytes, at, to, (byte) 0);
      Files.write(file, bytes);
    }
  }

  /** What was really flushed, since only a flush changes it. */
  private long synced(long epoch) {
    return store.blocks().bodies().epochs().getOrDefault(epoch, EpochRecord.NEW).syncedBytes();
  }

  private static long length(Path data, long epoch) throws IOException {
    Path file = bodyFile(data, epoch);
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /** The file is on the disk before the batch that takes the bodies out of the database. */
  @Test
  void shouldLoseNothingIfTheProcessIsKilledInAnyStepOfSealing() throws Exception {
    store.blocks().bodies().finalBlocks(1_000_000);
    BodyStores.insert(store, blocks);
    store.blocks().bodies().finalBlocks(0);
    int[] copies = {0};
    store
        .database()
        .syncFirst(
            batch -> {
              // What was appended is in the file, and not flushed.
              BodyStores.copy(
                  folder.resolve("chain"), folder.resolve("k" + copies[0]++ + "/chain"));
              store.blocks().bodies().sync(batch);
              // The batch is not written.
              BodyStores.copy(
                  folder.resolve("chain"), folder.resolve("k" + copies[0]++ + "/chain"));
            });
    sealAll(store);
    store.database().syncFirst(store.blocks().bodies()::sync);
    assertTrue(copies[0] >= 2 * 4, "only " + copies[0] + " steps");
    store.close();
    for (int copy = 0; copy < copies[0]; copy++) {
      Path data = folder.resolve("k" + copy);
      assertWholeAfterKill(data);
      BodyStores.delete(data);
    }
    open();
  }

  private void assertWholeAfterKill(Path data) {
    try (LevelDbBlockStore killed = LevelDbBlockStore.open(data)) {
      assertEquals(Optional.empty(), killed.recovery());
      killed.blocks().bodies().finalBlocks(0);
      sealAll(killed);
      assertEquals(1, BodyStores.keys(killed, Columns.BODY));
      assertStored(killed, blocks);
      assertEquals(List.of(), killed.gaps());
    }
    try (LevelDbBlockStore again = LevelDbBlockStore.open(data)) {
      assertEquals(Optional.empty(), again.recovery());
      assertTrue(again.blocks().bodies().epochs().get(0L).isSealed());
      assertEquals(List.of(), problems(again));
    }
  }
}
