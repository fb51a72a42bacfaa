package dev.windlass.server.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Delivery;
import dev.windlass.chain.Hash;
import dev.windlass.chain.PeerId;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.server.http.Metrics;
import dev.windlass.server.http.RequestKind;
import java.time.Duration;
import org.slf4j.Logger;

/**
 * Where links hand in judged replies: each is measured, and goes to the downloader.
 *
 * <p>Any thread may hand in.
 */
public final class Replies {
  private final DownloaderVerticle downloader;
  private final Metrics metrics;
  private final Logger log;

  Replies(DownloaderVerticle downloader, Metrics metrics, Logger log) {
    this.downloader = downloader;
    this.metrics = metrics;
    this.log = log;
  }

  /**
   * Bare hashes.
   *
   * @param askedNanos when the question was put, by {@link System#nanoTime}
   */
  public void hashes(PeerId peer, long ticket, Delivery<Hash> delivery, long askedNanos) {
    note(RequestKind.HASHES, peer, ticket, delivery, askedNanos);
    downloader.deliverHashes(peer, ticket, delivery);
  }

  /** Headers, measured as hashes are. */
  public void headers(PeerId peer, long ticket, Delivery<BlockHeader> delivery, long askedNanos) {
    note(RequestKind.HEADERS, peer, ticket, delivery, askedNanos);
    downloader.deliverHeaders(peer, ticket, delivery);
  }

  /** Whole blocks of a hash peer. */
  public void blocks(PeerId peer, long ticket, Delivery<Block> delivery, long askedNanos) {
    note(RequestKind.BLOCKS, peer, ticket, delivery, askedNanos);
    downloader.deliverBlocks(peer, ticket, delivery);
  }

  /** Blocks that were put together from the bodies of a header peer. */
  public void bodies(PeerId peer, long ticket, Delivery<Block> delivery, long askedNanos) {
    note(RequestKind.BODIES, peer, ticket, delivery, askedNanos);
    downloader.deliverBlocks(peer, ticket, delivery);
  }

  private void note(
      RequestKind kind, PeerId peer, long ticket, Delivery<?> delivery, long askedNanos) {
    if (log.isTraceEnabled()) {
      log.trace(
          "answered {} ticket={} items={} peer={} verdict={}",
          kind.label(),
          ticket,
          delivery.items().size(),
          peer,
          delivery.verdict());
    }
    metrics.answered(kind, Duration.ofNanos(System.nanoTime() - askedNanos));
    metrics.judged(delivery.verdict());
  }
}
