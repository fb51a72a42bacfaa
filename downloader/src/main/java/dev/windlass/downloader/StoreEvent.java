package dev.windlass.downloader;

import java.util.List;

/** What the store's thread has done, to be told to the core on its own thread. */
@FunctionalInterface
public interface StoreEvent {
  List<Action> tell(Downloader downloader, long nowNanos);
}
