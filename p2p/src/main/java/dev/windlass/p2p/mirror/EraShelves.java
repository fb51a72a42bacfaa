package dev.windlass.p2p.mirror;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The shelves of all folders of a node. A file that one of them has, or that is coming to it,
 * serves the questions to all of them, so that no era is fetched from two mirrors unless the first
 * one is slow.
 *
 * <p>Owned by one context, which owns the shelves too.
 */
final class EraShelves {
  private final Vertx vertx;
  private final long waitMillis;
  private final List<EraShelf> all = new ArrayList<>();

  /**
   * @param waitMillis if a file has not come to one shelf in this time, the others fetch it too
   */
  EraShelves(Vertx vertx, long waitMillis) {
    this.vertx = vertx;
    this.waitMillis = waitMillis;
  }

  void add(EraShelf shelf) {
    all.add(shelf);
  }

  /** Whether a file of the era is open. */
  boolean isOpen(long era) {
    return all.stream().anyMatch(shelf -> shelf.isOpen(era));
  }

  /** Whether a file of the era is on this machine. */
  boolean isHere(long era) {
    return all.stream().anyMatch(shelf -> shelf.isOpen(era) || shelf.isHere(era));
  }

  /** Whether a file of the era is being brought. */
  boolean isComing(long era) {
    return all.stream().anyMatch(shelf -> shelf.isComing(era));
  }

  List<OpenEra> opened() {
    return all.stream().flatMap(shelf -> shelf.opened().stream()).toList();
  }

  /**
   * A file of the era, from this shelf unless another one has it sooner. Empty if this shelf has no
   * good one. Fails if its source cannot bring it now.
   */
  Future<Optional<OpenEra>> get(EraShelf own, long era) {
    return get(own, era, Set.of());
  }

  /**
   * @param vain were tried already
   */
  private Future<Optional<OpenEra>> get(EraShelf own, long era, Set<EraShelf> vain) {
    Optional<EraShelf> there =
        first(shelf -> shelf.isOpen(era) && !vain.contains(shelf))
            .or(() -> first(shelf -> shelf.isHere(era) && !vain.contains(shelf)));
    Optional<EraShelf> soonest =
        there.isPresent() || own.isComing(era)
            ? there
            : first(shelf -> millisLeft(shelf, era) > 0 && !vain.contains(shelf));
    if (soonest.isEmpty() || soonest.get() == own) {
      return own.get(era);
    }
    EraShelf other = soonest.get();
    Set<EraShelf> tried = new HashSet<>(vain);
    tried.add(other);
    return inTime(other, era)
        .compose(found -> found.isPresent() ? Future.succeededFuture(found) : get(own, era, tried));
  }

  /** How long the others still wait for a file that is coming to this shelf. */
  private long millisLeft(EraShelf shelf, long era) {
    return shelf.isComing(era) ? waitMillis - shelf.millisComing(era) : 0;
  }

  /** Empty if it does not come, or is slow to come. */
  private Future<Optional<OpenEra>> inTime(EraShelf shelf, long era) {
    Future<Optional<OpenEra>> coming = shelf.get(era);
    if (coming.isComplete()) {
      return coming.otherwise(Optional.empty());
    }
    Promise<Optional<OpenEra>> found = Promise.promise();
    long millis = shelf.isComing(era) ? Math.max(1, millisLeft(shelf, era)) : waitMillis;
    long timer = vertx.setTimer(millis, late -> found.tryComplete(Optional.empty()));
    coming
        .otherwise(Optional.empty())
        .onComplete(done -> vertx.cancelTimer(timer))
        .onSuccess(found::tryComplete);
    return found.future();
  }

  /** Brings a file that will soon be wanted, unless it is there or coming. */
  void getAhead(EraShelf own, long era) {
    if (!isHere(era) && !isComing(era)) {
      own.getAhead(era);
    }
  }

  private Optional<EraShelf> first(Predicate<EraShelf> condition) {
    return all.stream().filter(condition).findFirst();
  }
}
