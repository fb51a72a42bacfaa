package dev.windlass.store;

import static dev.windlass.chain.TestBlocks.last;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.LocateHeaders;
import dev.windlass.chain.exchange.LocateHeaders.Entry;
import dev.windlass.chain.exchange.LocatedHeaders;
import dev.windlass.chain.store.ReorgSafeRead;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoredChainTest {
  private final Block root = new TestBlock().parent(Hash.ZERO).number(100).branch(0).block();
  private final List<Block> blocks = TestBlocks.on(root, 10, 1);
  private final MemoryBlockStore store = new MemoryBlockStore(root);
  private final StoredChain chain = new StoredChain(store);

  private void assertServed(Block block) {
    assertEquals(OptionalLong.of(block.number()), chain.numberOf(block.hash()));
    assertEquals(block.hash(), chain.hashAt(block.number()));
    assertArrayEquals(block.header().raw(), chain.rawHeader(block.number()));
    assertArrayEquals(block.rawBody(), chain.rawBody(block.number()));
    assertArrayEquals(block.rawBlock(), chain.rawBlock(block.number()));
  }

  @Test
  void shouldServeEveryBlockFromTheRootToTheTip() {
    assertEquals(root.id(), chain.lowest());
    assertEquals(root.id(), chain.head());
    store.insert(blocks, true);
    assertEquals(root.id(), chain.lowest());
    assertEquals(last(blocks).id(), chain.head());
    assertServed(root);
    blocks.forEach(this::assertServed);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 99, 111, Long.MAX_VALUE})
  void shouldServeNoNumberOutsideOfTheChain(long number) {
    store.insert(blocks, true);
    assertThrows(IndexOutOfBoundsException.class, () -> chain.hashAt(number));
    assertThrows(IndexOutOfBoundsException.class, () -> chain.rawHeader(number));
    assertThrows(IndexOutOfBoundsException.class, () -> chain.rawBody(number));
    assertThrows(IndexOutOfBoundsException.class, () -> chain.rawBlock(number));
    assertEquals(OptionalLong.empty(), chain.numberOf(Hash.ZERO));
  }

  @Test
  void shouldNotServeABranchBesideTheChain() {
    store.insert(blocks, true);
    List<Block> branch = TestBlocks.on(blocks.get(4), 3, 2);
    store.insert(branch, false);
    branch.forEach(block -> assertEquals(OptionalLong.empty(), chain.numberOf(block.hash())));
    blocks.forEach(this::assertServed);
  }

  @Test
  void shouldServeTheOtherBranchWhenItBecameCanonical() {
    store.insert(blocks, true);
    List<Block> branch = TestBlocks.on(blocks.get(4), 3, 2);
    store.insert(branch, true);
    assertEquals(last(branch).id(), chain.head());
    branch.forEach(this::assertServed);
    blocks.subList(0, 5).forEach(this::assertServed);
    for (Block replaced : blocks.subList(5, 10)) {
      assertEquals(OptionalLong.empty(), chain.numberOf(replaced.hash()));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> chain.rawBlock(109));
  }

  /** Such a head is not known by its hash, so that each read looked like one during a reorg. */
  @Test
  void shouldAnswerWhileTheBodyOfItsHeadIsMissing() {
    store.insert(blocks, true);
    List<Block> bodiless = TestBlocks.on(last(blocks), 2, 1);
    store.skip(bodiless.stream().map(Block::header).toList());
    assertEquals(last(bodiless).id(), chain.head());

    assertEquals(12, ReorgSafeRead.of(chain, upToHead -> upToHead.rawHeaders(101, 20)).size());
  }

  @Test
  void shouldHaveTheHeaderOfABlockBesideTheChain() {
    store.insert(blocks, true);
    Block beside = last(TestBlocks.on(blocks.get(4), 3, 2));
    assertEquals(Optional.empty(), chain.knownHeader(beside.hash()));
    store.insert(TestBlocks.on(blocks.get(4), 3, 2), false);

    assertArrayEquals(beside.header().raw(), chain.knownHeader(beside.hash()).orElseThrow());
    assertArrayEquals(root.header().raw(), chain.knownHeader(chain.lowest().hash()).orElseThrow());
  }

  /** The store finds a block by its hash only if it is whole. */
  @Test
  void shouldLocateHeadersFromABlockWhoseBodyIsMissing() {
    List<Block> bodiless = TestBlocks.on(root, 10, 1);
    store.skip(bodiless.stream().map(Block::header).toList());
    Entry sixth = Entry.of(bodiless.get(5).id());

    LocatedHeaders answer = new LocateHeaders(List.of(sixth), Optional.empty()).answeredFrom(chain);

    assertEquals(bodiless.subList(6, 10).stream().map(Block::header).toList(), answer.headers());
    assertEquals(
        List.of(bodiless.get(5).header()),
        new LocateHeaders(List.of(), Optional.of(sixth)).answeredFrom(chain).headers());
  }
}
