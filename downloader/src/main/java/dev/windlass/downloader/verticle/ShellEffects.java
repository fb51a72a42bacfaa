package dev.windlass.downloader.verticle;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.downloader.Action;
import dev.windlass.downloader.ChainEvent;
import dev.windlass.downloader.Effects;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.SyncSummary;
import dev.windlass.downloader.links.StoreJob;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
  private final Clocks clocks;
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
      Clocks clocks,
      List<DownloaderListener> listeners,
      Consumer<ChainEvent> publish) {
    this.links = links;
    this.processor = processor;
    this.times = times;
    this.clocks = clocks;
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
      times.asked(ticket, clocks.nanos().getAsLong());
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
  public void banPeer(Action.BanPeer banned) {
    PeerLink link = links.get(banned.peer());
    String address = link == null ? addressOf(banned.peer()) : link.address();
    PeerBan ban = banned.from(address, clocks.wall().instant());
    store(new StoreJob.RecordPeerBan(ban, banned.proof()));
    // The ban is reported before the close, so that a listener does not dial the peer again.
    tell(listener -> listener.peerBanned(ban));
    close(banned.peer(), "banned: " + ban.evidence());
  }

  /** The ban of a host alone names the host. */
  private static String addressOf(PeerId peer) {
    return PeerBan.host(peer).orElse("");
  }

  @Override
  public void pardonPeer(PeerId peer) {
    store(new StoreJob.PardonPeer(peer));
    tell(listener -> listener.peerPardoned(peer));
  }

  @Override
  public void scorePeer(Action.ScorePeer score) {
    store(new StoreJob.RecordPeerScore(score.at(clocks.wall().instant())));
    score
        .warned()
        .ifPresent(
            offence ->
                tell(
                    listener ->
                        listener.peerWarned(
                            score.peer(), offence, score.lasting() + score.fading())));
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
  public void historyBegins(BlockId lowest) {
    tell(listener -> listener.historyBegins(lowest));
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
