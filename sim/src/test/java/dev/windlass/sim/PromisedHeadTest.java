package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A named node claims a head that no peer has, and reconnects after each drop. */
class PromisedHeadTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 2_000, Shape.EMPTY);
  private static final PeerId PROMISING = PeerId.of("promising");

  private final World world = new World(DownloaderLimits.DEFAULT, CHAIN);
  private int promises;

  private void promise(boolean isAnotherEachTime) {
    Hash promised = Forgery.hashes(1, isAnotherEachTime ? promises++ : 7).get(0);
    SimulatedPeer peer =
        new SimulatedPeer(
            PROMISING,
            PeerKind.HEADER,
            CHAIN.upTo(1_000),
            PeerTraits.honest(World.MILLIS),
            world.random.split());
    BigInteger difficulty = BigInteger.TEN.pow(20);
    world.simulation.connect(
        peer,
        Announcement.ofPeer(PROMISING, new Head(promised, 1_000_000, Optional.of(difficulty))),
        true);
  }

  private void promiseAgainAfterEachDrop(boolean isAnotherEachTime) {
    if (world.simulation.dropped().remove(PROMISING) != null) {
      promise(isAnotherEachTime);
    }
    world.simulation.in(9 * World.SECONDS, () -> promiseAgainAfterEachDrop(isAnotherEachTime));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldHearTheHonestNodesThoughAnotherPromisesMore(boolean isAnotherEachTime) {
    promise(isAnotherEachTime);
    for (int i = 0; i < 3; i++) {
      world.headerPeer("honest" + i, CHAIN);
    }
    promiseAgainAfterEachDrop(isAnotherEachTime);
    world.runTo(CHAIN.head().hash(), 300 * World.SECONDS);
    world.pass(3_000 * World.SECONDS);
    int failures = world.simulation.failures().size();
    assertTrue(isAnotherEachTime || failures < 60, () -> failures + " failed syncs");
  }
}
