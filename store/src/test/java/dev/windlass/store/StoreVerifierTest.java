package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.store.StoreException;
import dev.windlass.fixtures.TestData;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreVerifierTest {
  private static final Block ROOT = TestBlocks.genesis();

  @TempDir Path folder;
  private final List<Block> blocks = TestBlocks.on(ROOT, 700, 1);
  private final List<Block> beside = TestBlocks.on(blocks.get(9), 3, 2);
  private LevelDbBlockStore store;

  @BeforeEach
  void fill() {
    store = withBodiesInTheDatabase(LevelDbBlockStore.open(folder, ROOT));
    store.insert(blocks, true);
    store.insert(beside, false);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** So that a test can change them there. */
  private static LevelDbBlockStore withBodiesInTheDatabase(LevelDbBlockStore store) {
    store.blocks().bodies().finalBlocks(1_000_000);
    return store;
  }

  private VerifyReport verify() {
    return new StoreVerifier(store, done -> {}).verify();
  }

  private void change(byte[] key, int at) {
    byte[] value = store.database().get(key);
    value[at] ^= 1;
    put(key, value);
  }

  private void put(byte[] key, byte[] value) {
    Batch batch = new Batch();
    batch.put(key, value);
    store.database().write(batch);
  }

  private void delete(byte[] key) {
    Batch batch = new Batch();
    batch.delete(key);
    store.database().write(batch);
  }

  /** Checks that the report names exactly these rules for a block, and that it is the first one. */
  private void assertFound(Block block, String... rules) {
    VerifyReport report = verify();
    assertFalse(report.isClean());
    Set<String> found = new TreeSet<>();
    for (VerifyReport.Problem problem : report.problems()) {
      if (problem.number() == block.number() && block.hash().equals(problem.hash())) {
        found.add(problem.rule());
        assertTrue(problem.toString().contains(block.hash().toString()), problem::toString);
      }
    }
    assertEquals(Set.of(rules), found, () -> report.problems().toString());
  }

  @Test
  void shouldFindNothingWhenTheStoreIsWhole() {
    AtomicLong last = new AtomicLong();
    VerifyReport report =
        new StoreVerifier(store, done -> last.accumulateAndGet(done, Math::max)).verify();
    assertEquals(List.of(), report.problems());
    assertEquals(0, report.problemCount());
    assertEquals(701, report.blocks());
    assertEquals(3, report.beside());
    assertEquals(blocks.get(699).id(), report.tip());
    assertEquals(701, last.get());
  }

  @Test
  void shouldProveRealBlocksAgain() throws Exception {
    byte[] all = Files.readAllBytes(TestData.path("mainnet/0-999.blocks.rlp"));
    List<Block> real = new ArrayList<>();
    for (RlpReader reader = new RlpReader(all); reader.hasNext(); ) {
      real.add(Block.decode(reader.item(Block.BYTES_MAX)));
    }
    store.close();
    store = withBodiesInTheDatabase(LevelDbBlockStore.open(folder.resolve("real"), real.get(0)));
    store.insert(real.subList(1, 1000), true);
    VerifyReport report = verify();
    assertEquals(List.of(), report.problems());
    assertEquals(1000, report.blocks());
    change(Columns.bodyKey(real.get(500).id()), 1);
    assertEquals(500, verify().problems().get(0).number());
  }

  @Test
  void shouldNameBlockAndRuleWhenAnyByteOfItsHeaderChanged() {
    Block block = blocks.get(299);
    byte[] key = Columns.headerKey(block.id());
    for (int at = 0; at < block.header().size(); at += 41) {
      change(key, at);
      assertFound(block, StoreVerifier.HEADER_HASH);
      change(key, at);
    }
    assertTrue(verify().isClean());
  }

  @Test
  void shouldNameBlockAndRuleWhenAByteOfItsBodyChanged() {
    Block block = blocks.get(255);
    for (int at = 0; at < 3; at++) {
      change(Columns.bodyKey(block.id()), at);
      assertFound(block, StoreVerifier.BODY_FORM);
      change(Columns.bodyKey(block.id()), at);
    }
    put(Columns.bodyKey(block.id()), new byte[] {(byte) 0xc3, (byte) 0xc1, 5, (byte) 0xc0});
    assertFound(block, BlockRules.TRANSACTIONS_ROOT);
    put(Columns.bodyKey(block.id()), new byte[] {(byte) 0xc3, (byte) 0xc0, (byte) 0xc1, 5});
    assertFound(block, BlockRules.UNCLES_HASH);
    put(
        Columns.bodyKey(block.id()),
        new byte[] {(byte) 0xc3, (byte) 0xc0, (byte) 0xc0, (byte) 0xc0});
    assertFound(block, BlockRules.WITHDRAWALS_PRESENCE);
    delete(Columns.bodyKey(block.id()));
    assertFound(block, StoreVerifier.BODY_PRESENT);
  }

  @Test
  void shouldNameBlockAndRuleWhenAByteOfTheIndexChanged() {
    Block block = blocks.get(99);
    change(Columns.hashToNumberKey(block.hash()), 7);
    assertFound(block, StoreVerifier.HASH_TO_NUMBER);
    change(Columns.hashToNumberKey(block.hash()), 7);
    assertTrue(verify().isClean());

    change(Columns.numberToHashKey(100), 20);
    VerifyReport report = verify();
    assertEquals(100, report.problems().get(0).number());
    Set<String> rules = new TreeSet<>();
    report.problems().forEach(problem -> rules.add(problem.number() + " " + problem.rule()));
    assertEquals(
        Set.of(
            "100 " + StoreVerifier.HEADER_PRESENT,
            "100 " + StoreVerifier.HASH_TO_NUMBER,
            "101 " + BlockRules.LINK),
        rules);
  }

  @Test
  void shouldFindAGapAndWhatLiesBeyondTheTip() {
    delete(Columns.numberToHashKey(512));
    VerifyReport report = verify();
    assertEquals(1, report.problemCount());
    assertEquals(512, report.problems().get(0).number());
    assertEquals(StoreVerifier.GAP, report.problems().get(0).rule());

    put(Columns.numberToHashKey(512), blocks.get(511).hash().toBytes());
    put(Columns.numberToHashKey(701), blocks.get(5).hash().toBytes());
    report = verify();
    assertEquals(1, report.problemCount());
    assertEquals(701, report.problems().get(0).number());
    assertEquals(StoreVerifier.NUMBER_TO_HASH, report.problems().get(0).rule());
  }

  @Test
  void shouldFindAForeignBlockInTheCanonicalIndex() {
    put(Columns.numberToHashKey(11), beside.get(0).hash().toBytes());
    put(Columns.numberToHashKey(12), beside.get(1).hash().toBytes());
    VerifyReport report = verify();
    assertEquals(1, report.problemCount());
    assertEquals(13, report.problems().get(0).number());
    assertEquals(BlockRules.LINK, report.problems().get(0).rule());
  }

  @Test
  void shouldProveBlocksBesideTheCanonicalChain() {
    change(Columns.headerKey(beside.get(1).id()), 50);
    assertFound(beside.get(1), StoreVerifier.HEADER_HASH);
    change(Columns.headerKey(beside.get(1).id()), 50);
    delete(Columns.bodyKey(beside.get(2).id()));
    assertFound(beside.get(2), StoreVerifier.BODY_PRESENT);
  }

  @Test
  void shouldFindTheTipAndRootWhenTheirIndexIsLost() {
    put(Columns.numberToHashKey(700), beside.get(0).hash().toBytes());
    assertFound(blocks.get(699), StoreVerifier.NUMBER_TO_HASH);
    put(Columns.numberToHashKey(700), blocks.get(699).hash().toBytes());
    delete(Columns.numberToHashKey(0));
    assertFound(ROOT, StoreVerifier.NUMBER_TO_HASH);
  }

  @Test
  void shouldCountAllProblemsAndNameTheLowest() {
    for (Block block : blocks) {
      delete(Columns.bodyKey(block.id()));
    }
    VerifyReport report = verify();
    assertEquals(700, report.problemCount());
    assertEquals(VerifyReport.PROBLEMS_MAX, report.problems().size());
    for (int i = 0; i < VerifyReport.PROBLEMS_MAX; i++) {
      assertEquals(i + 1, report.problems().get(i).number());
    }
  }

  @Test
  void shouldNameTheBlocksThatTheDiskNoLongerGivesBack() throws Exception {
    // Opening twice turns the log into tables.
    store.close();
    store = LevelDbBlockStore.open(folder);
    store.close();
    int changed = 0;
    try (var files = Files.list(folder.resolve("chain"))) {
      for (Path table : files.filter(file -> file.toString().endsWith(".sst")).toList()) {
        byte[] bytes = Files.readAllBytes(table);
        bytes[bytes.length / 3] ^= 0x10;
        Files.write(table, bytes);
        changed++;
      }
    }
    assertTrue(changed > 0);
    store = LevelDbBlockStore.open(folder);
    VerifyReport report = verify();
    assertTrue(report.problemCount() > 0 && report.problemCount() < 700);
    assertTrue(
        report.problems().stream()
            .anyMatch(
                problem -> problem.rule().equals(StoreVerifier.READABLE) && problem.number() > 0),
        () -> report.problems().toString());
  }

  @Test
  void shouldSayClosedWhenTheStoreIsClosed() {
    StoreVerifier verifier = new StoreVerifier(store, done -> {});
    store.close();
    StoreException closed = assertThrows(StoreException.class, verifier::verify);
    assertEquals(StoreException.Kind.CLOSED, closed.kind());
  }

  @Test
  void shouldReportAnEntryOfTheIndexByHashThatNamesNoBlock() {
    Block never = TestBlocks.on(ROOT, 1, 9).get(0);
    byte[] number = ByteBuffer.allocate(8).putLong(1).array();
    put(Columns.hashToNumberKey(never.hash()), number);
    assertFound(never, StoreVerifier.HEADER_PRESENT);
  }
}
