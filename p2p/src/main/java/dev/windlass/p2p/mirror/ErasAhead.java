package dev.windlass.p2p.mirror;

import dev.windlass.p2p.log.Quantity;
import dev.windlass.wire.files.AccumulatorRoots;
import dev.windlass.wire.files.EraFile;
import dev.windlass.wire.files.EraName;
import dev.windlass.wire.mirror.MirrorFailure;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches and proves the files of eras whose accumulator roots are trusted, before any header of
 * them is known. The lowest era comes first, since its bodies are wanted first. Each shelf brings
 * one at a time.
 *
 * <p>Each era is fetched ahead once. If the cache has then removed its file for another one, it
 * waits until a block of it is wanted. Owned by the context of the shelves.
 */
final class ErasAhead {
  private static final Logger LOG = LoggerFactory.getLogger(ErasAhead.class);

  private final AccumulatorRoots roots;
  private final EraShelves shelves;
  private final Supplier<Wanted> wanted;
  private final Consumer<EraShelf> onProven;
  private final Set<Long> done = new HashSet<>();
  private final Set<Long> coming = new HashSet<>();
  private final Set<EraShelf> busy = new HashSet<>();

  /** They have found no free room, or failed for now. */
  private final Set<EraShelf> full = new HashSet<>();

  private final Set<EraShelf> resting = new HashSet<>();

  /**
   * The blocks that a sync may want.
   *
   * @param isAny whether a sync is known to run
   * @param first is not stored
   */
  record Wanted(boolean isAny, long first, long last) {}

  /**
   * @param onProven called with the shelf that has a proven file more
   */
  ErasAhead(
      AccumulatorRoots roots,
      EraShelves shelves,
      Supplier<Wanted> wanted,
      Consumer<EraShelf> onProven) {
    this.roots = roots;
    this.shelves = shelves;
    this.wanted = wanted;
    this.onProven = onProven;
  }

  /** Lets a shelf that is idle bring the next file, if there is one and a sync runs. */
  void go(EraShelf shelf) {
    if (wanted.get().isAny()) {
      asked(shelf);
    }
  }

  /** As {@link #go}. A question shows that a sync runs, before that is published. */
  void asked(EraShelf shelf) {
    if (roots.size() == 0
        || busy.contains(shelf)
        || full.contains(shelf)
        || resting.contains(shelf)) {
      return;
    }
    OptionalLong next = next(shelf);
    if (next.isPresent()) {
      begin(shelf, next.getAsLong());
    }
  }

  private OptionalLong next(EraShelf shelf) {
    Wanted range = wanted.get();
    long highest = Math.min(roots.size() - 1L, EraName.eraOf(range.last()));
    for (long era = EraName.eraOf(range.first()); era <= highest; era++) {
      boolean isDue = !done.contains(era) && !coming.contains(era);
      if (isDue && shelf.canProve(era) && !shelves.isComing(era) && !isOther(shelf, era)) {
        return OptionalLong.of(era);
      }
    }
    return OptionalLong.empty();
  }

  /** Whether it is only another shelf that has the file. */
  private boolean isOther(EraShelf shelf, long era) {
    return !shelf.isOpen(era) && !shelf.isHere(era) && shelves.isHere(era);
  }

  private void begin(EraShelf shelf, long era) {
    busy.add(shelf);
    coming.add(era);
    shelf
        .prove(era)
        .onComplete(
            ended -> {
              busy.remove(shelf);
              coming.remove(era);
            })
        .onSuccess(file -> file.ifPresent(of -> proven(shelf, era, of)))
        .onFailure(
            cause -> {
              boolean isFull =
                  cause instanceof MirrorFailure failure
                      && failure.kind() == MirrorFailure.Kind.NOT_YET;
              (isFull ? full : resting).add(shelf);
            })
        .onSuccess(file -> go(shelf));
  }

  private void proven(EraShelf shelf, long era, EraFile file) {
    done.add(era);
    LOG.atDebug()
        .setMessage("Era file is proven ahead")
        .addKeyValue("file", file)
        .addKeyValue("root", roots.of(era).orElseThrow())
        .addKeyValue("eras", new Quantity.Count(done.size()))
        .log();
    onProven.accept(shelf);
  }

  /** The cache has room again, or a file was lost. */
  void hasRoom() {
    full.clear();
  }

  /** A shelf that failed may try again. */
  void rested(EraShelf shelf) {
    resting.remove(shelf);
    go(shelf);
  }
}
