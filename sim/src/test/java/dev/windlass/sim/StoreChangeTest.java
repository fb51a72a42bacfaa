package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.ChainEvent;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.Reorg;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.downloader.links.StoreEvent;
import dev.windlass.downloader.links.StoreJob;
import dev.windlass.downloader.links.StoreWork;
import dev.windlass.store.MemoryBlockStore;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The events of the store that a listener receives. */
class StoreChangeTest {
  private final ChainMaker chain = ChainMaker.of(1, 3, ChainMaker.Shape.SIGNED);
  private final BlockStore store = new MemoryBlockStore(chain.block(0));
  private final StoreWork work = new StoreWork(store, Trust.ROOT_ONLY);

  private StoreEvent insert(boolean makeCanonical, Block... run) {
    return new StoreJob.Insert(1, List.of(run), makeCanonical, true).doWith(work);
  }

  private static StoreChange change(StoreEvent event) {
    return event.change().orElseThrow();
  }

  @Test
  void shouldTellOfARunThatIsWritten() {
    StoreChange change = change(insert(true, chain.block(1), chain.block(2)));
    assertEquals(List.of(chain.block(1), chain.block(2)), change.inserted());
    assertEquals(chain.block(2).id(), change.tip());
    assertEquals(store.tip(), change.tip());
    assertEquals(Optional.empty(), change.reorg());
    assertEquals(
        List.of(
            new ChainEvent.Accepted(chain.block(1).id(), chain.block(2).id()),
            new ChainEvent.Connected(chain.genesis(), chain.block(2).id())),
        change.events());
  }

  @Test
  void shouldTellNothingIfTheRunDoesNotBelong() {
    assertTrue(insert(true, chain.block(3)).change().isEmpty());
  }

  /** The order of btcd's TestNotifications. */
  @Test
  void shouldTellOnceHowFarAReorgGoes() {
    ChainMaker fork = chain.forkAt(1, 4, 3);
    insert(true, chain.block(1), chain.block(2), chain.block(3));
    StoreChange beside = change(insert(false, fork.block(2), fork.block(3)));
    assertEquals(Optional.empty(), beside.reorg(), "it lies beside the chain");
    assertEquals(
        List.of(new ChainEvent.Accepted(fork.block(2).id(), fork.block(3).id())), beside.events());
    Reorg reorg = new Reorg(chain.block(1).id(), chain.block(3).id(), fork.block(4).id());
    StoreChange replaced = change(insert(true, fork.block(4)));
    assertEquals(Optional.of(reorg), replaced.reorg());
    assertEquals(
        List.of(
            new ChainEvent.Accepted(fork.block(4).id(), fork.block(4).id()),
            new ChainEvent.Disconnected(chain.block(3).id(), chain.block(1).id()),
            new ChainEvent.Connected(chain.block(1).id(), fork.block(4).id())),
        replaced.events());
    assertEquals(2, reorg.left());
    assertEquals(3, reorg.came());
  }

  @Test
  void shouldTellOfAReorgToALowerHeadAndToHeadersAlone() {
    ChainMaker low = chain.forkAt(1, 4, 3);
    insert(true, chain.block(1), chain.block(2), chain.block(3));
    assertEquals(
        Optional.of(new Reorg(chain.block(1).id(), chain.block(3).id(), low.block(2).id())),
        change(insert(true, low.block(2))).reorg());

    BlockId before = store.tip();
    store.skip(List.of(chain.header(2), chain.header(3)));
    StoreChange skipped = StoreChange.of(store, List.of(), before);
    assertEquals(
        Optional.of(new Reorg(chain.block(1).id(), low.block(2).id(), chain.block(3).id())),
        skipped.reorg());
    assertEquals(
        List.of(
            new ChainEvent.Disconnected(low.block(2).id(), chain.block(1).id()),
            new ChainEvent.Connected(chain.block(1).id(), chain.block(3).id())),
        skipped.events(),
        "headers alone are connected and not accepted");
  }

  @Test
  void shouldTellIfAStoredAnchorBecomesTheHead() {
    ChainMaker low = chain.forkAt(1, 4, 3);
    insert(true, chain.block(1), chain.block(2), chain.block(3));
    insert(false, low.block(2));
    StoreEvent event = new StoreJob.Prepare(1, low.block(2).hash(), 2, true, true).doWith(work);
    assertEquals(
        new Reorg(chain.block(1).id(), chain.block(3).id(), low.block(2).id()),
        change(event).reorg().orElseThrow());
    assertEquals(
        List.of(
            new ChainEvent.Disconnected(chain.block(3).id(), chain.block(1).id()),
            new ChainEvent.Connected(chain.block(1).id(), low.block(2).id())),
        change(event).events(),
        "it was accepted before");
    assertEquals(low.block(2).id(), store.tip());
  }
}
