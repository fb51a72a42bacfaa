package dev.windlass.store;

import static dev.windlass.store.BodyStores.ROOT;
import static dev.windlass.store.BodyStores.assertStored;
import static dev.windlass.store.BodyStores.keys;
import static dev.windlass.store.BodyStores.problems;
import static dev.windlass.store.BodyStores.sealAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.fixtures.Await;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.SnappyFramedInputStream;

/** Bodies leave the database for the body files, and complete epochs are sealed. */
final class BodySealerTest {
  /** The bodies that stay in the database: those near the head, and that of the root. */
  private static final int KEPT = Bodies.FINAL_BLOCKS + 1;

  private static List<Block> blocks;

  @TempDir Path folder;
  private LevelDbBlockStore store;

  @BeforeAll
  static void makeBlocks() {
    blocks = BodyStores.blocks(10_000);
  }

  @BeforeEach
  void open() {
    store = LevelDbBlockStore.open(folder, ROOT);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void reopen() {
    store.close();
    store = LevelDbBlockStore.open(folder);
  }

  /** The blocks below the floor may be wanted later, and a sealed file does not change. */
  @Test
  void shouldSealTheEpochOfTheFloorOnlyOnceItIsCompleteFromBelow() {
    store.begin(blocks.get(99).header());
    BodyStores.insert(store, blocks.subList(100, blocks.size()));
    store.insert(blocks.subList(99, 100), false);
    sealAll(store);
    assertFalse(store.blocks().bodies().epochs().get(0L).isSealed());
    store.lower(TestBlocks.headersNewestFirst(blocks.subList(0, 99)));
    sealAll(store);
    assertFalse(store.blocks().bodies().epochs().get(0L).isSealed());
    store.insert(blocks.subList(0, 99), false);
    sealAll(store);
    assertTrue(store.blocks().bodies().epochs().get(0L).isSealed());
    assertEquals(List.of(), problems(store));
    assertStored(store, blocks);
  }

  @Test
  void shouldKeepNewBodiesInTheDatabaseAndMoveThemOnceTheyAreFinal() {
    BodyStores.insert(store, blocks.subList(0, 3_000));
    long kept = keys(store, Columns.BODY);
    assertTrue(kept > KEPT, "only " + kept + " are in the database");
    sealAll(store);
    assertEquals(KEPT, keys(store, Columns.BODY));
    assertEquals(3_001 - KEPT, keys(store, Columns.PLACES));
    assertStored(store, blocks.subList(0, 3_000));
    reopen();
    assertEquals(Optional.empty(), store.recovery());
    assertStored(store, blocks.subList(0, 3_000));
    assertEquals(List.of(), problems(store));
  }

  @Test
  void shouldWriteTheBodiesOfALongSyncStraightIntoTheirFiles() {
    BodyStores.appendHeaders(store, blocks.subList(0, 3_000));
    BodyStores.insert(store, blocks.subList(0, 1_500));
    assertEquals(1, keys(store, Columns.BODY), "only that of the root");
    assertEquals(1_500, keys(store, Columns.PLACES));
    assertStored(store, blocks.subList(0, 1_500));
    reopen();
    assertStored(store, blocks.subList(0, 1_500));
    assertEquals(List.of(), problems(store));
  }

  @Test
  void shouldMoveBlocksBesideTheChainAsWell() {
    List<Block> beside = TestBlocks.on(blocks.get(9), 5, 7);
    BodyStores.insert(store, blocks.subList(0, 20));
    store.insert(beside, false);
    BodyStores.insert(store, blocks.subList(20, 2_000));
    sealAll(store);
    assertEquals(KEPT, keys(store, Columns.BODY));
    assertStored(store, beside);
    assertEquals(List.of(), problems(store));
  }

  @Test
  void shouldReplaceTheChainBelowTheFinalPoint() {
    BodyStores.insert(store, blocks.subList(0, 2_000));
    sealAll(store);
    List<Block> branch = TestBlocks.on(blocks.get(499), 1_600, 7);
    store.insert(branch, true);
    assertEquals(TestBlocks.last(branch).id(), store.tip());
    sealAll(store);
    assertStored(store, branch);
    assertStored(store, blocks.subList(0, 2_000));
    reopen();
    assertEquals(Optional.empty(), store.recovery());
    assertEquals(List.of(), problems(store));
  }

  @Test
  void shouldGoOnWithWhatAStoreOfAnOlderVersionHas() {
    store.blocks().bodies().finalBlocks(1_000_000);
    BodyStores.insert(store, blocks);
    assertEquals(10_001, keys(store, Columns.BODY));
    assertFalse(Files.exists(folder.resolve("chain/bodies")));
    store.blocks().bodies().finalBlocks(Bodies.FINAL_BLOCKS);
    Batch older = new Batch();
    older.put(Columns.metaKey(Meta.VERSION), Meta.version(1));
    store.database().write(older);
    int steps = 0;
    while (store.sealMore()) {
      steps++;
      // As if the process had been killed.
      store.database().close();
      store = LevelDbBlockStore.open(folder);
      assertEquals(Optional.empty(), store.recovery());
    }
    assertTrue(steps > 3, "only " + steps + " steps");
    // An older build must not take the moved bodies for lost ones.
    assertEquals(2, Meta.version(store.database().get(Columns.metaKey(Meta.VERSION))));
    assertEquals(10_001, keys(store, Columns.BODY) + keys(store, Columns.PLACES));
    assertEquals(KEPT, keys(store, Columns.BODY));
    assertStored(store, blocks);
    assertEquals(List.of(), problems(store));
  }

  @Test
  void shouldLeaveADamagedBodyWhereTheVerifierNamesIt() throws Exception {
    store.blocks().bodies().finalBlocks(1_000_000);
    BodyStores.insert(store, blocks.subList(0, 3_000));
    // Opening twice turns the log into tables.
    reopen();
    store.close();
    int changed = 0;
    try (Stream<Path> files = Files.list(folder.resolve("chain"))) {
      for (Path table : files.filter(file -> file.toString().endsWith(".sst")).toList()) {
        byte[] bytes = Files.readAllBytes(table);
        int inBodies = bytes.length / 2 + bytes.length / 20;
        bytes[inBodies] ^= 0x10;
        Files.write(table, bytes);
        changed++;
      }
    }
    assertTrue(changed > 0);
    store = LevelDbBlockStore.open(folder);
    List<VerifyReport.Problem> before = problems(store);
    assertFalse(before.isEmpty());
    sealAll(store);
    assertTrue(keys(store, Columns.PLACES) > 1_000, "most bodies are moved");
    assertEquals(numbers(before), numbers(problems(store)));
  }

  private static List<Long> numbers(List<VerifyReport.Problem> problems) {
    return problems.stream().map(VerifyReport.Problem::number).toList();
  }

  @Test
  void shouldSealACompleteEpochOnce() throws Exception {
    BodyStores.insert(store, blocks);
    sealAll(store);
    EpochRecord record = store.blocks().bodies().epochs().get(0L);
    assertTrue(record.isSealed());
    assertFalse(store.blocks().bodies().epochs().get(1L).isSealed());
    Path file = BodyStores.bodyFile(folder, 0);
    assertEquals(record.syncedBytes(), Files.size(file));
    reopen();
    sealAll(store);
    assertEquals(record, store.blocks().bodies().epochs().get(0L));
    assertEquals(record.syncedBytes(), Files.size(file));
    assertEquals(2, BodyStores.files(folder).size());
    assertStored(store, blocks);
  }

  @Test
  void shouldRidTheTablesOfWhatHasLeftTheDatabase() {
    store.close();
    StoreLimits small =
        new StoreLimits(1 << 20, 8 << 20, 4096, Duration.ofHours(1), 2048, 8L << 20);
    store = LevelDbBlockStore.open(folder, small);
    store.blocks().bodies().finalBlocks(1_000_000);
    Random random = new Random(1);
    Block last = ROOT;
    for (int run = 0; run < 40; run++) {
      List<Block> noisy = new ArrayList<>();
      for (Block block : TestBlocks.on(last, 25, 1)) {
        // LevelDB would pack zeros. The bodies do not fit their headers, which nothing checks here.
        byte[] noise = new byte[10_000];
        random.nextBytes(noise);
        noisy.add(Block.of(block.header(), bodyOf(noise)));
      }
      store.insert(noisy, false);
      last = TestBlocks.last(noisy);
    }
    store.blocks().bodies().finalBlocks(0);
    sealAll(store);
    byte[] from = Columns.bodyKey(1, Hash.ZERO);
    byte[] to = Columns.bodyKey(1_001, Hash.ZERO);
    assertTrue(store.database().tableBytes(from, to) > 2 << 20, "nothing is left to drop");
    BodyCompaction compaction =
        new BodyCompaction(store.database(), store.blocks().bodies(), ROOT.id(), 2 << 20, 1 << 20);
    int[] pieces = {0};
    Await.condition(
        () -> store.database().tableBytes(from, to) + " bytes are left",
        () -> {
          pieces[0] += compaction.step() ? 1 : 0;
          return store.database().tableBytes(from, to) < 1 << 20;
        });
    assertTrue(pieces[0] > 0);
  }

  private static byte[] bodyOf(byte[] transaction) {
    RlpWriter body = new RlpWriter(transaction.length + 16).beginList();
    return body.beginList().string(transaction).endList().beginList().endList().endList().toBytes();
  }

  /** The tip may go down, so that bodies come into the database below those that have left it. */
  @Test
  void shouldMoveWhatCameLaterThoughItsNumberIsLower() {
    BodyStores.insert(store, blocks.subList(0, 3_000));
    sealAll(store);
    store.putBan(blocks.get(1_000).hash(), "any");
    store.forget(blocks.get(1_000).id());
    List<Block> others = TestBlocks.on(blocks.get(999), 1_000, 7);
    store.insert(others, true);
    reopen();
    BodyStores.insert(store, TestBlocks.on(others.get(999), 2_000, 7));
    sealAll(store);
    assertEquals(KEPT, keys(store, Columns.BODY));
    assertStored(store, others);
  }

  /** Reads the file as its format is drawn, without the classes that write it. */
  @Test
  void shouldWriteEachFileInTheDrawnFormat() throws Exception {
    BodyStores.insert(store, blocks);
    sealAll(store);
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(BodyStores.bodyFile(folder, 0)))
            .order(ByteOrder.LITTLE_ENDIAN);
    Map<Integer, byte[]> bodies = new HashMap<>();
    List<Integer> types = new ArrayList<>();
    ByteBuffer index = null;
    while (file.hasRemaining()) {
      int type = file.getShort();
      byte[] data = new byte[file.getInt()];
      assertEquals(0, file.getShort());
      int at = file.position();
      file.get(data);
      types.add(type);
      if (type == 0x04) {
        try (var in = new SnappyFramedInputStream(new ByteArrayInputStream(data), true)) {
          bodies.put(at, in.readAllBytes());
        }
      } else if (type == 0x4c57) {
        assertEquals(checksum(data, data.length - 4), ByteBuffer.wrap(data).getInt(49));
        assertEquals(1, data[0]);
        assertEquals(0, ByteBuffer.wrap(data).getLong(1));
        assertEquals(ROOT.id(), Meta.blockId(Arrays.copyOfRange(data, 9, 49), "root"));
      } else if (type == 0x4957) {
        assertEquals(
            checksum(data, data.length - 4), ByteBuffer.wrap(data).getInt(data.length - 4));
        index = ByteBuffer.wrap(data);
      }
    }
    assertEquals(List.of(0x3265, 0x4c57, 0x04), types.subList(0, 3));
    assertEquals(0x4957, types.get(types.size() - 1));
    assertEquals(8_191, index.getInt(index.limit() - 8));
    for (Block block : blocks.subList(0, 8_191)) {
      BlockId id = new BlockId(index.getLong(), hash(index));
      int at = (int) index.getLong();
      index.getInt();
      index.getInt();
      assertEquals(block.id(), id);
      assertArrayEquals(block.rawBody(), bodies.get(at));
    }
    assertEquals(8_191, bodies.size());
  }

  private static Hash hash(ByteBuffer from) {
    byte[] hash = new byte[32];
    from.get(hash);
    return Hash.of(hash, 0);
  }

  private static int checksum(byte[] data, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, 0, length);
    return (int) crc.getValue();
  }

  @Test
  void shouldForgetABannedBlockOfASealedEpoch() {
    BodyStores.insert(store, blocks);
    sealAll(store);
    BlockId banned = blocks.get(4_999).id();
    store.putBan(banned.hash(), "any");
    assertEquals(blocks.get(4_998).id(), store.forget(banned));
    assertEquals(List.of(), problems(store));
    List<Block> others = TestBlocks.on(blocks.get(4_998), 6_000, 7);
    store.insert(others, true);
    sealAll(store);
    assertStored(store, others);
    reopen();
    assertEquals(Optional.empty(), store.recovery());
    assertEquals(List.of(), problems(store));
  }

  @Test
  void shouldNotSealAnEpochWithAGap() {
    BodyStores.insert(store, blocks.subList(0, 100));
    store.skip(blocks.subList(100, 200).stream().map(Block::header).toList());
    BodyStores.insert(store, blocks.subList(200, 10_000));
    sealAll(store);
    assertFalse(store.blocks().bodies().epochs().get(0L).isSealed());
    store.insert(blocks.subList(100, 200), false);
    assertEquals(List.of(), store.gaps());
    sealAll(store);
    assertTrue(store.blocks().bodies().epochs().get(0L).isSealed());
    assertStored(store, blocks);
  }
}
