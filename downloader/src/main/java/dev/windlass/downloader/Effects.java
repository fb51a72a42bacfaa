package dev.windlass.downloader;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.store.Gap;
import java.util.List;
import java.util.Optional;

/**
 * What the shell can do for the core: each method performs one {@link Action}.
 *
 * <p>Called on the core's own thread, in the order of the actions. Work on the store is done in the
 * order in which it was asked for.
 */
public interface Effects {
  void requestHashes(PeerId peer, long ticket, Hash from, int max);

  void requestHeaders(PeerId peer, long ticket, HeaderQuery query);

  void requestBlocks(PeerId peer, long ticket, List<Hash> hashes);

  void requestBodies(PeerId peer, long ticket, List<BlockHeader> headers);

  /** Parts from a peer that is of no use, without holding it against it for ever. */
  void dropPeer(PeerId peer, HaulError error);

  /**
   * Parts from a peer that lied, and refuses it for a time.
   *
   * @param nanos how long from now
   */
  void banPeer(PeerId peer, Verdict verdict, String evidence, long nanos);

  void refuseDelivery(PeerId peer, long ticket, HaulError error);

  void refuseHead(Hash head, HaulError error);

  /**
   * Answered by {@link Downloader#onPrepared}.
   *
   * @param isAnchorTrusted whether an anchor that is stored already becomes the canonical head
   */
  void prepareHaul(long haul, Hash anchor, boolean isAnchorTrusted);

  /** Answered by {@link Downloader#onPrepared}. */
  void prepareGap(long haul, Gap gap);

  /** Answered by {@link Downloader#onSkipped} or {@link Downloader#onSkipRefused}. */
  void skipBlocks(long haul, HashChain chain, long anchorNumber, long from, long to);

  /** No peer serves the bodies of these blocks; what is above them is fetched. */
  void blocksUnserved(long first, long last);

  /** Answered by {@link Downloader#onAppended}. */
  void appendHeaders(long haul, HashChain chain, List<BlockHeader> newestFirst);

  /** Answered by {@link Downloader#onAppended}. */
  void appendLinks(long haul, HashChain chain, List<Hash> newestFirst, Hash next);

  /** Answered by {@link Downloader#onLinksLoaded}. */
  void loadLinks(long haul, HashChain chain, long anchorNumber, long number, int max);

  /** Answered by {@link Downloader#onInserted} or {@link Downloader#onInsertFailed}. */
  void insertBlocks(long haul, List<Block> run, boolean makeCanonical);

  /** Answered by {@link Downloader#onFinished}. */
  void finishHaul(long haul, HashChain chain);

  /**
   * Forgets what may be false of a chain: its claimed links, and where nobody whom we trust named
   * the anchor, the proven ones below it too.
   */
  void discardLinks(HashChain chain, boolean isAnchorTrusted);

  void recordBan(Hash hash, String evidence);

  void forgetBan(Hash hash);

  void haulStarted(long haul, Hash anchor, Optional<PeerId> origin);

  void haulDone(HaulSummary summary);

  void haulFailed(HaulSummary summary, HaulError error, String explanation);
}
