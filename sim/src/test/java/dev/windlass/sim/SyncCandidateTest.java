package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.sim.NodeChain.Range;
import dev.windlass.store.MemoryBlockStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Which peers may be asked for what. A node of another network, genesis or fork id never becomes a
 * peer, since its Status is refused.
 */
class SyncCandidateTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 2_000, Shape.EMPTY);
  private static final long HEIGHT = 2_000;
  private static final long TIP = 1_800;

  private final MemoryBlockStore store = new MemoryBlockStore(CHAIN.block(0));

  SyncCandidateTest() {
    List<Block> stored = LongStream.rangeClosed(1, TIP).mapToObj(CHAIN::block).toList();
    store.insert(stored, false);
  }

  /** The only peer, and what a node asks it that has the chain up to {@link #TIP}. */
  private enum Candidate {
    FULL(PeerKind.HEADER, 0, true, HEIGHT, TIP + 1),
    HASH(PeerKind.HASH, 0, true, HEIGHT, TIP + 1),
    PRUNED_BELOW_THE_TIP(PeerKind.HEADER, HEIGHT - 287, true, HEIGHT, TIP + 1),
    PRUNED_JUST_ABOVE_THE_TIP(PeerKind.HEADER, TIP + 1, true, HEIGHT, TIP + 1),
    PRUNED_FAR_ABOVE_THE_TIP(PeerKind.HEADER, HEIGHT - 99, true, HEIGHT, HEIGHT - 99),
    WITHOUT_BODIES(PeerKind.HEADER, HEIGHT + 1, true, TIP, Long.MAX_VALUE),
    UNTRUSTED(PeerKind.HEADER, 0, false, TIP, Long.MAX_VALUE);

    private final PeerKind kind;
    private final long bodiesFrom;
    private final boolean isFollowed;
    private final long reached;
    private final long lowestBlock;

    Candidate(PeerKind kind, long bodiesFrom, boolean isFollowed, long reached, long lowestBlock) {
      this.kind = kind;
      this.bodiesFrom = bodiesFrom;
      this.isFollowed = isFollowed;
      this.reached = reached;
      this.lowestBlock = lowestBlock;
    }
  }

  /**
   * The numbers of the blocks that were asked for, and how many questions there were. A peer may be
   * tried out once with a block below its range.
   */
  private static final class Questions implements Watcher {
    private final long from;
    private final Set<Long> blocks = new TreeSet<>();
    private int count;
    private int tries;

    Questions(long from) {
      this.from = from;
    }

    @Override
    public Optional<String> asked(PeerId peer, Asked asked) {
      count++;
      if (asked.question() instanceof Question.Bodies question) {
        boolean isTry = question.headers().size() == 1 && question.headers().get(0).number() < from;
        if (isTry) {
          tries++;
          return Optional.empty();
        }
        question.headers().forEach(header -> blocks.add(header.number()));
      } else if (asked.question() instanceof Question.Blocks question) {
        for (Hash hash : question.hashes()) {
          blocks.add(CHAIN.numberOf(hash).orElseThrow());
        }
      }
      return Optional.empty();
    }
  }

  /** btcd's TestIsSyncCandidateRegtest. A range that no peer serves is left as a gap. */
  @ParameterizedTest
  @EnumSource
  void shouldAskAPeerForWhatItServes(Candidate candidate) {
    World world = new World(DownloaderLimits.DEFAULT, CHAIN, store, 1);
    Questions questions = new Questions(candidate.bodiesFrom);
    world.simulation.watch(questions);
    NodeChain has = new NodeChain(CHAIN, new Range(0, candidate.bodiesFrom, true, false));
    SimulatedPeer peer =
        new SimulatedPeer(
            PeerId.of("candidate"),
            candidate.kind,
            CHAIN,
            has,
            PeerTraits.honest(World.MILLIS),
            world.random.split());
    Announcement said =
        Announcement.ofPeer(peer.id(), Head.of(CHAIN.head().hash(), HEIGHT))
            .servingFrom(candidate.bodiesFrom);
    world.simulation.connect(peer, said, candidate.isFollowed);
    world.pass(60 * World.SECONDS);

    assertEquals(candidate.reached, store.tip().number(), world::story);
    long lowest = questions.blocks.stream().findFirst().orElse(Long.MAX_VALUE);
    assertEquals(candidate.lowestBlock, lowest, world::story);
    assertEquals(candidate.isFollowed, questions.count > 0, world::story);
    boolean isCutAboveTheTip = candidate.isFollowed && candidate.bodiesFrom > TIP + 1;
    assertEquals(isCutAboveTheTip ? 1 : 0, questions.tries, world::story);
    long firstOfGap = candidate.reached == HEIGHT ? candidate.lowestBlock : TIP + 1;
    List<Gap> gaps =
        firstOfGap == TIP + 1
            ? List.of()
            : List.of(new Gap(TIP + 1, CHAIN.block(firstOfGap - 1).id()));
    assertEquals(gaps, store.gaps(), world::story);
  }

  /** btcd's TestSyncManagerRaceCorruption: peers come and go at any moment, then one stays. */
  @Test
  void shouldSyncFromAnHonestPeerAfterAThousandThatLeft() {
    World world = new World(DownloaderLimits.DEFAULT, CHAIN, store, 1);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 1_000; i++) {
      PeerKind kind = random.nextBoolean() ? PeerKind.HASH : PeerKind.HEADER;
      PeerTraits traits = PeerTraits.honest(random.nextLong(World.SECONDS));
      SimulatedPeer peer =
          new SimulatedPeer(PeerId.of("peer" + i), kind, CHAIN, traits, world.random.split());
      long comes = random.nextLong(100 * World.SECONDS);
      long goes = comes + random.nextLong(300 * World.MILLIS);
      Hash head = Forgery.hashes(1, i).get(0);
      long number = HEIGHT + i;
      world.simulation.at(comes, () -> world.simulation.connect(peer, head, number));
      world.simulation.at(goes, () -> world.simulation.disconnect(peer.id()));
    }
    world.pass(101 * World.SECONDS);
    assertTrue(world.simulation.connected().isEmpty(), world::story);
    assertEquals(List.of(), world.simulation.progress().peers());
    assertTrue(world.simulation.banned().isEmpty(), world::story);
    assertTrue(world.counters().syncs() > 10, world::story);

    SimulatedPeer honest = world.headerPeer("honest", CHAIN);
    world.runTo(CHAIN.head().hash(), 60 * World.SECONDS);
    assertTrue(world.simulation.connected().containsKey(honest.id()));
  }
}
