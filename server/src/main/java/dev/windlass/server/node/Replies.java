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

/**
 * Where links hand in judged replies: each is measured, and goes to the downloader.
 *
 * <p>Any thread may hand in.
 */
public final class Replies {
  private final DownloaderVerticle downloader;
  private final Metrics metrics;

  Replies(DownloaderVerticle downloader, Metrics metrics) {
    this.downloader = downloader;
    this.metrics = metrics;
  }

  /**
   * Bare hashes.
   *
   * @param askedNanos when the question was put, by {@link System#nanoTime}
   */
  public void hashes(PeerId peer, long ticket, Delivery<Hash> delivery, long askedNanos) {
    measure(RequestKind.HASHES, delivery, askedNanos);
    downloader.deliverHashes(peer, ticket, delivery);
  }

  /** Headers, measured as hashes are. */
  public void headers(PeerId peer, long ticket, Delivery<BlockHeader> delivery, long askedNanos) {
    measure(RequestKind.HEADERS, delivery, askedNanos);
    downloader.deliverHeaders(peer, ticket, delivery);
  }

  /** Whole blocks of a hash peer. */
  public void blocks(PeerId peer, long ticket, Delivery<Block> delivery, long askedNanos) {
    measure(RequestKind.BLOCKS, delivery, askedNanos);
    downloader.deliverBlocks(peer, ticket, delivery);
  }

  /** Blocks that were put together from the bodies of a header peer. */
  public void bodies(PeerId peer, long ticket, Delivery<Block> delivery, long askedNanos) {
    measure(RequestKind.BODIES, delivery, askedNanos);
    downloader.deliverBlocks(peer, ticket, delivery);
  }

  private void measure(RequestKind kind, Delivery<?> delivery, long askedNanos) {
    metrics.answered(kind, Duration.ofNanos(System.nanoTime() - askedNanos));
    metrics.judged(delivery.verdict());
  }
}
