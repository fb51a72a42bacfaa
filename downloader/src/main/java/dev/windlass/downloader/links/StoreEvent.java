package dev.windlass.downloader.links;

import dev.windlass.downloader.Action;
import dev.windlass.downloader.Downloader;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The result of a job on the store's thread.
 *
 * @param news delivered to the core on the core's thread
 * @param change of the stored chain, if there is one
 */
public record StoreEvent(News news, Optional<StoreChange> change) {
  static final StoreEvent NOTHING = of((core, now) -> List.of());

  /** Delivers the result to the core. */
  @FunctionalInterface
  public interface News {
    List<Action> tell(Downloader core, long nowNanos);
  }

  public StoreEvent {
    Objects.requireNonNull(news);
    Objects.requireNonNull(change);
  }

  static StoreEvent of(News news) {
    return new StoreEvent(news, Optional.empty());
  }
}
