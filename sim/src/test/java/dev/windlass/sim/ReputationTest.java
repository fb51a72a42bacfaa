package dev.windlass.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.Progress;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The effect of each outcome of a request for blocks on the reputation of the peer. */
class ReputationTest {
  private static final ChainMaker CHAIN = ChainMaker.of(26, 3_000, Shape.EMPTY);

  /** The answer that is changed, late enough to tell halves from doubles. */
  private static final int SPOILT = 6;

  private final World world = new World(World.quiet(DownloaderLimits.OF_2015), CHAIN);

  /** The change of the answer, and the reputation after it of a peer with five points. */
  private enum Outcome {
    COMPLETE(6),
    BEGINNING(6),
    WITH_A_HOLE(6),
    WITH_A_STORED_BLOCK_TOO(2),
    ANOTHER_BLOCK_INSTEAD(2),
    NOTHING(2);

    private final int after;

    Outcome(int after) {
      this.after = after;
    }

    List<byte[]> of(List<byte[]> blocks) {
      List<byte[]> changed = new ArrayList<>(blocks);
      switch (this) {
        case COMPLETE -> {}
        case BEGINNING -> changed.subList(blocks.size() / 2, blocks.size()).clear();
        case WITH_A_HOLE -> changed.remove(blocks.size() / 2);
        case WITH_A_STORED_BLOCK_TOO -> changed.add(CHAIN.rawBlock(1));
        case ANOTHER_BLOCK_INSTEAD -> {
          changed.clear();
          changed.add(CHAIN.rawBlock(2));
        }
        case NOTHING -> changed.clear();
      }
      return changed;
    }
  }

  private final class SpoiltOnce implements Repertoire {
    private final Repertoire real = Repertoire.of(CHAIN);
    private final Outcome outcome;
    private int answers;

    SpoiltOnce(Outcome outcome) {
      this.outcome = outcome;
    }

    @Override
    public List<Hash> hashes(Hash from, int max) {
      return real.hashes(from, max);
    }

    @Override
    public List<byte[]> headers(HeaderQuery query) {
      return real.headers(query);
    }

    @Override
    public List<byte[]> blocks(List<Hash> hashes) {
      List<byte[]> blocks = real.blocks(hashes);
      boolean isCheck = world.simulation.progress().phase() != Progress.Phase.FETCHING_BLOCKS;
      return !isCheck && ++answers == SPOILT ? outcome.of(blocks) : blocks;
    }

    @Override
    public List<byte[]> bodies(List<BlockHeader> headers) {
      throw new IllegalStateException("a hash peer is not asked for bodies");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldGrowWithWhatIsOfUseAndBeHalvedByWhatIsNot(Outcome outcome) {
    SimulatedPeer peer = world.join("peer", PeerKind.HASH, new SpoiltOnce(outcome));
    // It has what the other peer leaves out, and is asked for little else.
    SimulatedPeer other = world.join("other", CHAIN, PeerTraits.honest(500 * World.MILLIS));
    List<Integer> seen = new ArrayList<>();
    world.simulation.addInvariant(
        simulation -> {
          for (Progress.PeerView view : simulation.progress().peers()) {
            boolean isNew = seen.isEmpty() || seen.get(seen.size() - 1) != view.reputation();
            if (view.id().equals(peer.id().name()) && isNew) {
              seen.add(view.reputation());
            }
          }
          return Optional.empty();
        });

    assertEquals(Optional.empty(), world.sync(peer), world::story);

    List<Integer> expected = List.of(0, 1, 2, 3, 4, 5, outcome.after, outcome.after + 1);
    assertTrue(seen.size() > expected.size(), seen::toString);
    assertEquals(expected, seen.subList(0, expected.size()));
    assertTrue(world.simulation.connected().containsKey(other.id()));
  }
}
