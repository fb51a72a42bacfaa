package dev.windlass.sim;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.peerset.PeerKind;
import dev.windlass.sim.ChainMaker.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The only named node sends one body that its header does not commit to. */
class BanExpiryTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 2_000, Shape.EMPTY);
  private static final PeerId NAMED = PeerId.of("named");

  private final World world = new World(DownloaderLimits.DEFAULT, CHAIN);
  private boolean isSpoilt;

  /** The first body is of another block. All others are right. */
  private final class OneBadBody implements Repertoire {
    private final Repertoire real = Repertoire.of(CHAIN);

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
      return real.blocks(hashes);
    }

    @Override
    public List<byte[]> bodies(List<BlockHeader> headers) {
      List<byte[]> bodies = new ArrayList<>(real.bodies(headers));
      if (!isSpoilt) {
        isSpoilt = true;
        bodies.set(0, new byte[] {(byte) 0xc4, (byte) 0xc2, (byte) 0xc1, (byte) 0x80, (byte) 0xc0});
      }
      return bodies;
    }
  }

  private void connect() {
    boolean isGone = !world.simulation.connected().containsKey(NAMED);
    if (isGone) {
      world.simulation.connect(
          new SimulatedPeer(
              NAMED,
              PeerKind.HEADER,
              CHAIN,
              new OneBadBody(),
              PeerTraits.honest(World.MILLIS),
              world.random.split()));
    }
    world.simulation.in(30 * World.SECONDS, this::connect);
  }

  @Test
  void shouldTakeTheOnlyNodeBackWhenItsBanIsOver() {
    connect();
    world.runTo(CHAIN.head().hash(), 25 * 3_600 * World.SECONDS);
  }
}
