package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Breach;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.rules.BlockBreach;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.RunCheck;
import dev.windlass.downloader.links.StoreWork;
import dev.windlass.store.MemoryBlockStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RelayingCheckTest {
  private static final List<Block> CHAIN = TestBlocks.chain(6);

  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.get(0));

  /** Each block that passed, and the tip of the store at that time. */
  private final List<List<BlockId>> passed = new ArrayList<>();

  private StoreWork work(RunCheck check) {
    RelayingCheck relaying =
        new RelayingCheck(check, block -> passed.add(List.of(block.id(), store.tip())));
    return new StoreWork(store, new Trust(List.of(), relaying));
  }

  @Test
  void shouldReportTheNewestBlockOfARunBeforeItIsStored() {
    StoreWork work = work(RunCheck.NOTHING_MORE);
    work.insert(1, CHAIN.subList(1, 3), false, false);
    work.insert(1, CHAIN.subList(3, 4), false, false);

    assertEquals(
        List.of(
            List.of(CHAIN.get(2).id(), CHAIN.get(0).id()),
            List.of(CHAIN.get(3).id(), CHAIN.get(2).id())),
        passed);
    assertEquals(CHAIN.get(3).id(), store.tip());
  }

  @Test
  void shouldReportNoBlockThatBreaksARuleOrWhoseParentIsMissing() {
    BlockId bad = CHAIN.get(1).id();
    RunCheck refusing = (blocks, run) -> Optional.of(new BlockBreach(bad, new Breach("rule", "")));
    work(refusing).insert(1, CHAIN.subList(1, 2), false, false);
    work(RunCheck.NOTHING_MORE).insert(1, CHAIN.subList(5, 6), false, false);

    assertEquals(List.of(), passed);
  }

  /** An old chain that an operator's anchor proves is no news. */
  @Test
  void shouldReportNoBlockToWhichATrustedHashLeads() {
    work(RunCheck.NOTHING_MORE).insert(1, CHAIN.subList(1, 2), false, true);

    assertEquals(List.of(), passed);
  }
}
