package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.node.HeadQuorum.Difference;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The sources are asked at once. The chain of a source is given by a letter for each block. */
class HeadQuorumTest {
  private String[] chains;
  private HeadQuorum quorum;

  private void sources(int wanted, String... newChains) {
    quorum = new HeadQuorum(newChains.length, wanted);
    chains = new String[newChains.length];
    for (int source = 0; source < newChains.length; source++) {
      name(source, newChains[source]);
    }
  }

  /** The block at a number of a chain, which depends on all blocks below it. */
  private static Hash block(String chain, int number) {
    return Hash.ofLongs(number, chain.substring(0, number).hashCode(), 1, 1);
  }

  private static Head head(String chain) {
    return Head.of(block(chain, chain.length()), chain.length());
  }

  private void name(int source, String chain) {
    chains[source] = chain;
    if (!chain.isEmpty()) {
      quorum.named(source, head(chain), 0);
    }
    for (HeadQuorum.Probe probe : quorum.probes()) {
      quorum.answered(probe, Optional.of(block(chains[probe.source()], (int) probe.number())));
    }
    assertEquals(List.of(), quorum.probes());
  }

  private void assertChosen(String chain) {
    assertEquals(Optional.of(head(chain)), quorum.choose());
  }

  @Test
  void shouldTakeTheHeadOfASingleSourceAtOnce() {
    sources(1, "aaa");
    assertChosen("aaa");
    name(0, "aa");
    assertChosen("aa");
    name(0, "aab");
    assertChosen("aab");
  }

  @Test
  void shouldCountAHeadThatAnotherSourceHasBelowItsOwn() {
    sources(2, "aaaaa", "aaa", "");
    assertChosen("aaa");
    name(2, "aaaa");
    assertChosen("aaaa");
    name(1, "aaaaaa");
    assertChosen("aaaaa");
    assertEquals(List.of(), quorum.differences());
  }

  @Test
  void shouldCountNoHeadThatTooFewSourcesHave() {
    sources(2, "aaab", "aaac");
    assertEquals(Optional.empty(), quorum.choose());
    sources(3, "aaa", "aaa", "");
    assertEquals(Optional.empty(), quorum.choose());
  }

  @Test
  void shouldShowBothHashesOfADifferenceUntilTheSourcesAgree() {
    sources(1, "aabb", "aacccc");
    Difference seen = new Difference(0, block("aabb", 4), 1, block("aacccc", 4), 4);
    assertEquals(List.of(seen), quorum.differences());
    name(1, "aab");
    assertEquals(List.of(), quorum.differences());
  }

  @Test
  void shouldPreferTheBranchOfMostSources() {
    sources(1, "xxxxxxxx", "aaa", "aaaa");
    assertChosen("aaaa");
    name(0, "aaaaa");
    assertChosen("aaaaa");
  }

  @Test
  void shouldStayOnTheBranchOfTheLastHeadIfAnotherIsAsGood() {
    sources(1, "aaa", "");
    assertChosen("aaa");
    name(1, "xxxx");
    assertChosen("aaa");
    name(0, "aaaa");
    assertChosen("aaaa");
  }

  @Test
  void shouldLeaveABranchOfWhichNoSourceIsReachedIfAnotherIsAsGood() {
    sources(1, "aaab", "aaa");
    assertChosen("aaab");
    quorum.lost(0);
    assertChosen("aaab");
    name(1, "aaac");
    assertChosen("aaac");
    quorum.lost(1);
    assertChosen("aaac");
    name(0, "aaab");
    assertChosen("aaab");
  }

  @Test
  void shouldLeaveAnUnservedHeadIfThereIsAnother() {
    sources(1, "xxxxxx", "");
    assertChosen("xxxxxx");
    quorum.unserved(head("xxxxxx").hash());
    assertChosen("xxxxxx");
    name(1, "aaa");
    assertChosen("aaa");
    name(0, "xxxxxxx");
    assertChosen("aaa");
  }

  @Test
  void shouldForgetAHeadThatIsNotNamedAnyMore() {
    sources(1, "aaaa", "aa");
    quorum.named(1, head("aa"), 60);
    assertEquals(List.of(), quorum.expire(99, 100));
    assertEquals(List.of(0), quorum.expire(100, 100));
    assertChosen("aa");
    assertEquals(List.of(), quorum.expire(101, 100));
  }

  @Test
  void shouldNotCountWhatIsNotKnownYet() {
    quorum = new HeadQuorum(2, 2);
    quorum.named(0, head("aaaa"), 0);
    quorum.named(1, head("aa"), 0);
    assertEquals(Optional.empty(), quorum.choose());
    HeadQuorum.Probe probe = quorum.probes().get(0);
    assertEquals(new HeadQuorum.Probe(0, head("aaaa"), 2), probe);
    assertTrue(quorum.isUnknown(0, 1));

    quorum.named(0, head("bbbb"), 0);
    quorum.answered(probe, Optional.of(block("aaaa", 2)));
    assertTrue(quorum.isUnknown(0, 1), "the answer is of an earlier head");

    quorum.answered(quorum.probes().get(0), Optional.empty());
    assertEquals(List.of(), quorum.probes());
    assertEquals(Optional.empty(), quorum.choose());
    assertFalse(quorum.named(1, head("aa"), 5));
  }

  @Test
  void shouldRefuseAQuorumThatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> new HeadQuorum(2, 3));
    assertThrows(IllegalArgumentException.class, () -> new HeadQuorum(2, 0));
  }
}
