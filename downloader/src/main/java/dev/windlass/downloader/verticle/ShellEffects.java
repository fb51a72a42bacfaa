package dev.windlass.downloader.verticle;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.chain.store.Gap;
import dev.windlass.downloader.Effects;
import dev.windlass.downloader.HashChain;
import dev.windlass.downloader.HaulError;
import dev.windlass.downloader.HaulSummary;
import dev.windlass.downloader.StoreEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs the core's actions on links, the store's worker and the listener.
 *
 * <p>Owned by the verticle; everything happens on its context.
 */
final class ShellEffects implements Effects {
  private static final Logger LOG = LoggerFactory.getLogger(DownloaderVerticle.class);
  private static final StoreEvent NOTHING = (core, now) -> List.of();

  private final Map<PeerId, PeerLink> links;
  private final BlockProcessor processor;
  private final HaulListener listener;

  ShellEffects(Map<PeerId, PeerLink> links, BlockProcessor processor, HaulListener listener) {
    this.links = links;
    this.processor = processor;
    this.listener = listener;
  }

  private void ask(PeerId peer, Consumer<PeerLink> question) {
    PeerLink link = links.get(peer);
    if (link != null) {
      question.accept(link);
    }
  }

  @Override
  public void requestHashes(PeerId peer, long ticket, Hash from, int max) {
    ask(peer, link -> link.requestHashes(ticket, from, max));
  }

  @Override
  public void requestHeaders(PeerId peer, long ticket, HeaderQuery query) {
    ask(peer, link -> link.requestHeaders(ticket, query));
  }

  @Override
  public void requestBlocks(PeerId peer, long ticket, List<Hash> hashes) {
    ask(peer, link -> link.requestBlocks(ticket, hashes));
  }

  @Override
  public void requestBodies(PeerId peer, long ticket, List<BlockHeader> headers) {
    ask(peer, link -> link.requestBodies(ticket, headers));
  }

  @Override
  public void dropPeer(PeerId peer, HaulError error) {
    close(peer, error.toString());
    listener.peerDropped(peer, error);
  }

  @Override
  public void banPeer(PeerId peer, Verdict verdict, String evidence, long nanos) {
    // Known to be banned before it is gone: what hears of its end must not have it dialled again.
    listener.peerBanned(peer, verdict, evidence, nanos);
    close(peer, "banned: " + evidence);
  }

  private void close(PeerId peer, String reason) {
    PeerLink link = links.remove(peer);
    if (link != null) {
      link.close(reason);
    }
  }

  @Override
  public void refuseDelivery(PeerId peer, long ticket, HaulError error) {
    LOG.atDebug()
        .setMessage("Delivery refused")
        .addKeyValue("peer", peer)
        .addKeyValue("ticket", ticket)
        .addKeyValue("because", error)
        .log();
  }

  @Override
  public void refuseHead(Hash head, HaulError error) {
    listener.headRefused(head, error);
  }

  @Override
  public void prepareHaul(long haul, Hash anchor, boolean isAnchorTrusted) {
    processor.submit(work -> work.prepare(haul, anchor, isAnchorTrusted));
  }

  @Override
  public void prepareGap(long haul, Gap gap) {
    processor.submit(work -> work.prepareGap(haul, gap));
  }

  @Override
  public void skipBlocks(long haul, HashChain chain, long anchorNumber, long from, long to) {
    processor.submit(work -> work.skip(haul, chain, anchorNumber, from, to));
  }

  @Override
  public void blocksUnserved(long first, long last) {
    listener.blocksUnserved(first, last);
  }

  @Override
  public void appendHeaders(long haul, HashChain chain, List<BlockHeader> newestFirst) {
    processor.submit(work -> work.appendHeaders(haul, chain, newestFirst));
  }

  @Override
  public void appendLinks(long haul, HashChain chain, List<Hash> newestFirst, Hash next) {
    processor.submit(work -> work.appendLinks(haul, chain, newestFirst, next));
  }

  @Override
  public void loadLinks(long haul, HashChain chain, long anchorNumber, long number, int max) {
    processor.submit(work -> work.loadLinks(haul, chain, anchorNumber, number, max));
  }

  @Override
  public void insertBlocks(long haul, List<Block> run, boolean makeCanonical) {
    processor.submit(work -> work.insert(haul, run, makeCanonical));
  }

  @Override
  public void finishHaul(long haul, HashChain chain) {
    processor.submit(work -> work.finish(haul, chain));
  }

  @Override
  public void discardLinks(HashChain chain, boolean isAnchorTrusted) {
    processor.submit(
        work -> {
          work.discard(chain, isAnchorTrusted);
          return NOTHING;
        });
  }

  @Override
  public void recordBan(Hash hash, String evidence) {
    processor.submit(
        work -> {
          work.putBan(hash, evidence);
          return NOTHING;
        });
  }

  @Override
  public void forgetBan(Hash hash) {
    processor.submit(
        work -> {
          work.removeBan(hash);
          return NOTHING;
        });
  }

  @Override
  public void haulStarted(long haul, Hash anchor, Optional<PeerId> origin) {
    listener.haulStarted(haul, anchor, origin);
  }

  @Override
  public void haulDone(HaulSummary summary) {
    listener.haulDone(summary);
  }

  @Override
  public void haulFailed(HaulSummary summary, HaulError error, String explanation) {
    listener.haulFailed(summary, error, explanation);
  }
}
