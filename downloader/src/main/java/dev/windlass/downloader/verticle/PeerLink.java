package dev.windlass.downloader.verticle;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.peerset.PeerKind;
import java.util.List;

/**
 * A connection to one peer, as the downloader uses it.
 *
 * <p>Its methods are called on the verticle's context and must not block. Answers come back judged,
 * on any thread, through {@link DownloaderVerticle}; a question may stay unanswered.
 */
public interface PeerLink {
  PeerId id();

  PeerKind kind();

  void requestHashes(long ticket, Hash from, int max);

  void requestHeaders(long ticket, HeaderQuery query);

  void requestBlocks(long ticket, List<Hash> hashes);

  void requestBodies(long ticket, List<BlockHeader> headers);

  /** The downloader has no more use for it; it is not told that the peer is gone. */
  void close(String reason);
}
