package dev.windlass.store;

import static dev.windlass.chain.TestBlocks.last;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlock;
import dev.windlass.chain.TestBlocks;
import java.util.List;
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
}
