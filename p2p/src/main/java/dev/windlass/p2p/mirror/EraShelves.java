package dev.windlass.p2p.mirror;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The shelves of all folders of a node. A file that one of them has, or that is coming to it,
 * serves the questions to all of them, so that no era is fetched from two mirrors.
 *
 * <p>Owned by one context, which owns the shelves too.
 */
final class EraShelves {
  private final List<EraShelf> all = new ArrayList<>();

  void add(EraShelf shelf) {
    all.add(shelf);
  }

  /** Whether a file of the era is open. */
  boolean isOpen(long era) {
    return all.stream().anyMatch(shelf -> shelf.isOpen(era));
  }

  List<OpenEra> opened() {
    return all.stream().flatMap(shelf -> shelf.opened().stream()).toList();
  }

  /**
   * A file of the era, from this shelf unless another one has it sooner. Empty if this shelf has no
   * good one. Fails if its source cannot bring it now.
   */
  Future<Optional<OpenEra>> get(EraShelf own, long era) {
    Optional<EraShelf> there =
        first(shelf -> shelf.isOpen(era)).or(() -> first(shelf -> shelf.isHere(era)));
    if (there.isPresent()) {
      return there.get().get(era);
    }
    Optional<EraShelf> other = first(shelf -> shelf != own && shelf.isComing(era));
    if (other.isEmpty() || own.isComing(era)) {
      return own.get(era);
    }
    return other
        .get()
        .get(era)
        .otherwise(Optional.empty())
        .compose(found -> found.isPresent() ? Future.succeededFuture(found) : get(own, era));
  }

  /** Brings a file that will soon be wanted, unless it is there or coming. */
  void getAhead(EraShelf own, long era) {
    boolean isSomewhere =
        first(shelf -> shelf.isOpen(era) || shelf.isHere(era) || shelf.isComing(era)).isPresent();
    if (!isSomewhere) {
      own.getAhead(era);
    }
  }

  private Optional<EraShelf> first(Predicate<EraShelf> condition) {
    return all.stream().filter(condition).findFirst();
  }
}
