package dev.windlass.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.fixtures.ChildJvm;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.wire.devp2p.HonestNode;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node serves blocks of a megabyte to a process whose heap is what the plan of memory asks. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LargeBlocksMemoryTest {
  /** The plan's bytes and what a process takes beside. */
  private static final int HEAP_MIB = 320 + 64;

  private static final int BLOCKS = 300;

  @TempDir private Path folder;

  @Test
  void shouldSyncLargeBlocksInTheHeapThatIsAskedFor() throws Exception {
    // Only here: what a made chain's blocks share has some hundred megabytes.
    ChainMaker chain = ChainMaker.onDemand(5, BLOCKS, new Shape(130, 60_000, 16));
    try (HonestNode node = new HonestNode(LargeBlocksNode.VERSION, LargeBlocksNode.local(chain));
        ChildJvm child =
            new ChildJvm(
                folder.resolve("out"),
                LargeBlocksNode.class,
                HEAP_MIB,
                folder.resolve("data").toString(),
                node.enode().toString(),
                HexFormat.of().formatHex(chain.rawBlock(0)),
                String.valueOf(chain.head().number()),
                chain.head().hash().toString())) {
      String synced = child.awaitLog("synced blocks=");
      assertNotNull(synced, "it ended before");
      assertTrue(synced.contains("blocks=" + BLOCKS + " "), synced);
      // For readers of the log. It includes the memory that LevelDB maps.
      System.err.println(synced);
      assertEquals(0, child.exitCode());
    }
  }
}
