package dev.windlass.chain.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.store.ReorgSafeRead;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReorgSafeReadTest {
  private final List<Block> shared = TestBlocks.chain(4);
  private final List<Block> grown =
      BranchedChain.join(shared, BranchedChain.on(shared.get(4), 2, 1));
  private final List<Block> other =
      BranchedChain.join(shared, BranchedChain.on(shared.get(4), 3, 2));

  /** The head of the beginning stays canonical, so it cannot show this reorg. */
  @Test
  void shouldReadNothingAboveTheHeadOfItsBeginning() {
    BranchedChain chain = new BranchedChain(shared, List.of());

    List<Hash> read =
        ReorgSafeRead.of(
            chain,
            upToHead -> {
              List<Hash> hashes = new ArrayList<>();
              chain.reorganiseTo(grown);
              for (long number = 4; number <= upToHead.head().number(); number++) {
                hashes.add(upToHead.hashAt(number));
                chain.reorganiseTo(other);
              }
              return hashes;
            });

    assertEquals(List.of(shared.get(4).hash()), read);
  }

  @Test
  void shouldKnowNothingAboveTheHeadOfItsBeginning() {
    BranchedChain chain = new BranchedChain(shared, List.of());
    ServedChain upToHead = new ChainUpToHead(chain);
    chain.reorganiseTo(grown);

    assertEquals(true, upToHead.numberOf(grown.get(5).hash()).isEmpty());
    assertEquals(4, upToHead.numberOf(grown.get(4).hash()).orElseThrow());
    assertEquals(2, upToHead.rawHeaders(3, 100).size());
    assertEquals(List.of(), upToHead.rawHeaders(5, 100));
    assertEquals(true, upToHead.knownHeader(grown.get(6).hash()).isPresent());
  }

  @Test
  void shouldReadAgainAfterAReorg() {
    BranchedChain chain = new BranchedChain(grown, List.of());
    List<Integer> attempts = new ArrayList<>();

    List<Hash> read =
        ReorgSafeRead.of(
            chain,
            upToHead -> {
              attempts.add(1);
              Hash first = upToHead.hashAt(5);
              chain.reorganiseTo(other);
              return List.of(first, upToHead.hashAt(6));
            });

    assertEquals(List.of(other.get(5).hash(), other.get(6).hash()), read);
    assertEquals(2, attempts.size());
  }
}
