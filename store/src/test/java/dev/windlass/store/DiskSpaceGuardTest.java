package dev.windlass.store;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskSpaceGuardTest {
  private static final long MORE_THAN_THERE_IS = 1L << 60;

  @TempDir Path folder;

  @Test
  void shouldRefuseWhatTheDiskDoesNotHold() {
    DiskSpaceGuard room = new DiskSpaceGuard(folder, 0);

    assertTrue(room.isKnown());
    assertThrows(StoreException.class, () -> room.require(MORE_THAN_THERE_IS, 0));
  }

  /** Some file systems report that they have no blocks at all, for example /proc. */
  @Test
  void shouldRefuseNothingWhereNobodySaysHowMuchIsFree() {
    Path proc = Path.of("/proc");
    Assumptions.assumeTrue(Files.isDirectory(proc), "skipped: there is no /proc");
    DiskSpaceGuard room = new DiskSpaceGuard(proc, 0);

    assertFalse(room.isKnown());
    assertDoesNotThrow(() -> room.require(MORE_THAN_THERE_IS, 0));
  }
}
