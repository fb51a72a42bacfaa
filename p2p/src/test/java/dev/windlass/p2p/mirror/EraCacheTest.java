package dev.windlass.p2p.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.wire.mirror.MirrorFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EraCacheTest {
  private static final int FILE_BYTES = 100;

  @TempDir private Path folder;
  private final List<Path> removed = new ArrayList<>();
  private EraCache cache;
  private Path place;

  @BeforeEach
  void open() throws IOException {
    cache = new EraCache(folder, 2 * FILE_BYTES);
    cache.onRemoved(removed::add);
    place = Files.createDirectories(cache.place("a"));
  }

  private Path file(int era) {
    return place.resolve(String.format("made-%05d-00000000.era1", era));
  }

  private Path fetched(int era) throws IOException {
    Path file = file(era);
    cache.coming(file);
    assertEquals(Optional.empty(), cache.claim(file, FILE_BYTES));
    Files.write(file, new byte[FILE_BYTES]);
    cache.ended(file, true);
    return file;
  }

  @Test
  void shouldRemoveTheFileThatWasUsedLongestAgo() throws Exception {
    Path first = fetched(0);
    Path second = fetched(1);
    assertTrue(cache.hasWhole(first), "which uses it");
    fetched(2);
    assertEquals(List.of(second), removed);
    assertFalse(Files.exists(second));
    assertEquals(2 * FILE_BYTES, cache.bytes());
  }

  @Test
  void shouldRemoveNoFileForOneThatIsFetchedAhead() throws Exception {
    Path first = fetched(0);
    assertEquals(Optional.empty(), cache.claimFree(file(1), FILE_BYTES));
    cache.ended(file(1), true);
    MirrorFailure none = cache.claimFree(file(2), FILE_BYTES).orElseThrow();
    assertEquals(MirrorFailure.Kind.NOT_YET, none.kind());
    assertEquals(List.of(), removed);
    cache.ended(file(2), false);
    cache.use(first);
    assertEquals(Optional.empty(), cache.claim(file(2), FILE_BYTES));
    assertEquals(List.of(file(1)), removed);
  }

  @Test
  void shouldNotRemoveAFileThatIsComing() throws Exception {
    cache.claim(file(0), FILE_BYTES);
    cache.claim(file(1), FILE_BYTES);
    MirrorFailure none = cache.claim(file(2), FILE_BYTES).orElseThrow();
    assertEquals(MirrorFailure.Kind.WAITING, none.kind());
    cache.ended(file(1), false);
    assertEquals(Optional.empty(), cache.claim(file(2), FILE_BYTES));
    assertEquals(List.of(file(1)), removed);
  }

  @Test
  void shouldSayThatAFileIsTooLarge() {
    MirrorFailure none = cache.claim(file(0), 3L << 20).orElseThrow();
    assertEquals(MirrorFailure.Kind.NO_ROOM, none.kind());
    assertEquals("it has 3 MiB, and --era-cache-mib allows 0 MiB", none.getMessage());
  }

  @Test
  void shouldRemoveFilesOfWhichAllBlocksAreStored() throws Exception {
    Path first = fetched(0);
    Path second = fetched(1);
    cache.storedUpTo(8_190);
    assertTrue(Files.exists(first));
    cache.storedUpTo(8_191);
    assertFalse(Files.exists(first));
    assertTrue(Files.exists(second));
  }

  @Test
  void shouldTakeOverWhatAnEarlierRunHasLeft() throws Exception {
    Path whole = fetched(0);
    Path part = Files.write(place.resolve(file(1).getFileName() + ".part"), new byte[7]);
    Path other = Files.createDirectories(cache.place("b")).resolve(file(0).getFileName());
    Files.write(other, new byte[1]);
    EraCache next = new EraCache(folder, 2 * FILE_BYTES);
    next.open(List.of(place));
    assertEquals(FILE_BYTES + 7, next.bytes());
    assertTrue(next.hasWhole(whole));
    assertFalse(next.hasWhole(file(1)));
    assertTrue(Files.exists(part));
    assertFalse(Files.exists(other), "its mirror is no longer named");
  }
}
