package dev.windlass.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.server.ChildWindlass;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node serves blocks of a megabyte to a process whose heap is what the plan of memory asks. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LargeBlocksMemoryTest {
  /** The plan's bytes and what a process takes beside. */
  private static final int HEAP_MIB = 320 + 64;

  @TempDir private Path folder;

  @Test
  void shouldSyncLargeBlocksInTheHeapThatIsAskedFor() throws Exception {
    try (HonestNode node =
            new HonestNode(LargeBlocksNode.VERSION, LargeBlocksNode.local(LargeBlocksNode.CHAIN));
        ChildWindlass child =
            new ChildWindlass(
                folder.resolve("out"),
                LargeBlocksNode.class,
                HEAP_MIB,
                folder.resolve("data").toString(),
                node.enode().toString())) {
      String synced = child.awaitLog("synced blocks=");
      assertNotNull(synced, "it ended before");
      assertTrue(synced.contains("blocks=" + LargeBlocksNode.BLOCKS + " "), synced);
      // For whoever reads the log: the process, with what LevelDB maps.
      System.err.println(synced);
      assertEquals(0, child.exitCode());
    }
  }
}
