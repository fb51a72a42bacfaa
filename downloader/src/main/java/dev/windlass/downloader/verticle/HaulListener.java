package dev.windlass.downloader.verticle;

import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.HaulError;
import dev.windlass.downloader.HaulSummary;
import java.util.Optional;

/** Hears what the downloader does; called on its context, and must not block. */
public interface HaulListener {
  default void haulStarted(long haul, Hash anchor, Optional<PeerId> origin) {}

  default void haulDone(HaulSummary summary) {}

  default void haulFailed(HaulSummary summary, HaulError error, String explanation) {}

  /** No peer serves the bodies of these blocks; what is above them is fetched. */
  default void blocksUnserved(long first, long last) {}

  default void peerDropped(PeerId peer, HaulError error) {}

  /**
   * A peer is refused.
   *
   * @param nanos how long from now
   */
  default void peerBanned(PeerId peer, Verdict verdict, String evidence, long nanos) {}

  default void headRefused(Hash head, HaulError error) {}

  /** Nothing can go on: the store failed, or we did. The verticle does nothing more. */
  void failed(Throwable cause);
}
