package dev.windlass.downloader.verticle;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.exchange.Verdict;
import dev.windlass.downloader.ChainEvent;
import dev.windlass.downloader.Effects;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.links.StoreJob;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs the core's actions on links, the store's worker and the listeners.
 *
 * <p>Owned by the verticle, and used only on its context.
 */
final class ShellEffects implements Effects {
  private static final Logger LOG = LoggerFactory.getLogger(DownloaderVerticle.class);
  private final Map<PeerId, PeerLink> links;
  private final BlockProcessor processor;
  private final AskedTimes times;
  private final LongSupplier clock;
  private final List<DownloaderListener> listeners;
  private final Consumer<ChainEvent> publish;

  /**
   * Performs nothing yet.
   *
   * @param publish gets each event of the chain after the listeners
   */
  ShellEffects(
      Map<PeerId, PeerLink> links,
      BlockProcessor processor,
      AskedTimes times,
      LongSupplier clock,
      List<DownloaderListener> listeners,
      Consumer<ChainEvent> publish) {
    this.links = links;
    this.processor = processor;
    this.times = times;
    this.clock = clock;
    this.listeners = listeners;
    this.publish = publish;
  }

  private void tell(Consumer<DownloaderListener> news) {
    listeners.forEach(news);
  }

  @Override
  public void ask(PeerId peer, long ticket, Question<?> question) {
    PeerLink link = links.get(peer);
    if (link != null) {
      times.asked(ticket, clock.getAsLong());
      tell(listener -> listener.asked(peer, ticket, question));
      link.ask(ticket, question);
    }
  }

  @Override
  public void dropPeer(PeerId peer, SyncError error) {
    close(peer, error.toString());
    tell(listener -> listener.peerDropped(peer, error));
  }

  @Override
  public void banPeer(PeerId peer, Verdict verdict, String evidence, long nanos) {
    // The ban is reported before the close, so that a listener does not dial the peer again.
    tell(listener -> listener.peerBanned(peer, verdict, evidence, nanos));
    close(peer, "banned: " + evidence);
  }

  private void close(PeerId peer, String reason) {
    PeerLink link = links.remove(peer);
    if (link != null) {
      link.close(reason);
    }
  }

  @Override
  public void refuseDelivery(PeerId peer, long ticket, SyncError error) {
    LOG.atDebug()
        .setMessage("Delivery refused")
        .addKeyValue("peer", peer)
        .addKeyValue("ticket", ticket)
        .addKeyValue("reason", error)
        .log();
  }

  @Override
  public void refuseHead(Hash head, SyncError error) {
    tell(listener -> listener.headRefused(head, error));
  }

  @Override
  public void rejectBlock(ChainEvent.Rejected rejected) {
    tellOfChain(rejected);
  }

  void tellOfChain(ChainEvent event) {
    tell(listener -> listener.onChain(event));
    publish.accept(event);
  }

  @Override
  public void store(StoreJob job) {
    processor.submit(job);
  }

  @Override
  public void blocksUnserved(long first, long last) {
    tell(listener -> listener.blocksUnserved(first, last));
  }

  @Override
  public void checkpointPassed(BlockId checkpoint) {
    tell(listener -> listener.checkpointPassed(checkpoint));
  }

  @Override
  public void pauseChanged(long nanos) {
    tell(listener -> listener.pauseChanged(nanos));
  }

  @Override
  public void syncStarted(long sync, Hash anchor, Optional<PeerId> origin) {
    tell(listener -> listener.syncStarted(sync, anchor, origin));
  }

  @Override
  public void syncDone(SyncSummary summary) {
    tell(listener -> listener.syncDone(summary));
  }

  @Override
  public void syncFailed(SyncSummary summary, SyncError error, String explanation) {
    tell(listener -> listener.syncFailed(summary, error, explanation));
  }
}
