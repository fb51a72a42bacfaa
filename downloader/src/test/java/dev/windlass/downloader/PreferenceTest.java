package dev.windlass.downloader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.windlass.chain.Block;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.Preference;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A near peer is asked first, and others only for what it cannot take. */
class PreferenceTest {
  private static final List<Block> CHAIN = TestBlocks.chainWithBodies(40);
  private static final PeerId FIRST = PeerId.of("a");
  private static final PeerId NEAR = PeerId.of("b");

  private Set<PeerId> askedForBodies(int blocks) {
    DrivenCore core = new DrivenCore(CHAIN.get(0));
    core.connect(FIRST.name(), PeerKind.HEADER, CHAIN);
    core.connect(NEAR.name(), PeerKind.HEADER, CHAIN);
    core.tell(c -> c.onStanding(NEAR, it -> it.prefer(Preference.NEAR), core.now()));
    core.sync(CHAIN.get(blocks));
    core.answerAll(CHAIN);
    assertEquals(CHAIN.get(blocks).id(), core.tip());
    Set<PeerId> asked = new TreeSet<>();
    for (Action.Ask ask : core.actions(Action.Ask.class)) {
      if (ask.question() instanceof Question.Bodies) {
        asked.add(ask.peer());
      }
    }
    return asked;
  }

  @Test
  void shouldAskOnlyTheNearPeerForWhatItCanTake() {
    assertEquals(Set.of(NEAR), askedForBodies(4));
  }

  @Test
  void shouldUseTheOthersForTheRest() {
    assertEquals(Set.of(FIRST, NEAR), askedForBodies(40));
  }
}
