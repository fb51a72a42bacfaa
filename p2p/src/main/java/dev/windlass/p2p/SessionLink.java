package dev.windlass.p2p;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.Preference;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.RemoteHost;
import dev.windlass.wire.devp2p.RlpxConnection;
import dev.windlass.wire.devp2p.SessionHandler;
import io.vertx.core.Future;
import java.math.BigInteger;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of the network as a peer. Subclasses match its answers to questions.
 *
 * <p>Questions come on the downloader's context, and answers on a worker, one at a time.
 */
abstract class SessionLink implements PeerLink, SessionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(SessionLink.class);

  /** Observes a link. */
  interface Owner {
    void onHead(PeerId peer, Announcement said);

    /** The peer has these blocks. */
    void onAnnounced(PeerId peer, List<Hash> hashes);

    /** The peer has announced this whole block. The block itself goes to the downloader. */
    void onNewBlock(PeerId peer, BlockId block);

    /** The peer asks us for so many items. */
    void onAsked(PeerId peer, long items);

    void onClosed(PeerId peer, String reason);
  }

  private final PeerId id;
  private final RlpxConnection connection;
  private final DownloaderVerticle downloader;
  private final Owner owner;

  SessionLink(PeerId id, RlpxConnection connection, DownloaderVerticle downloader, Owner owner) {
    this.id = id;
    this.connection = connection;
    this.downloader = downloader;
    this.owner = owner;
  }

  @Override
  public final PeerId id() {
    return id;
  }

  @Override
  public final Preference preference() {
    return RemoteHost.of(address()).filter(RemoteHost::isLocal).isPresent()
        ? Preference.NEAR
        : Preference.OTHER;
  }

  @Override
  public final String address() {
    return connection.remoteAddress();
  }

  final DownloaderVerticle downloader() {
    return downloader;
  }

  final Owner owner() {
    return owner;
  }

  /** Judges an answer on the calling worker, and delivers it. */
  final <T> void deliver(long ticket, Question<T> question, List<byte[]> items) {
    downloader.deliver(id, ticket, question, question.judge(items));
  }

  @Override
  public final void close(String reason) {
    LOG.atDebug()
        .setMessage("Peer closed")
        .addKeyValue("peer", id)
        .addKeyValue("reason", reason)
        .log();
    connection.close(DisconnectReason.USELESS_PEER);
  }

  /** The announcement of a head, with all else that the peer has reported of its chain. */
  Announcement saying(Head head) {
    return Announcement.ofPeer(id, head);
  }

  @Override
  public final void onHead(Head head) {
    owner.onHead(id, saying(head));
  }

  @Override
  public final void onAnnounced(List<Hash> hashes) {
    owner.onAnnounced(id, hashes);
  }

  @Override
  public final void onNewBlock(Block block, BigInteger totalDifficulty) {
    owner.onNewBlock(id, block.id());
    downloader.announce(Announcement.ofPeer(id, Head.of(block, totalDifficulty)), block);
  }

  @Override
  public final Future<Void> dealtWith() {
    return downloader.caughtUp();
  }

  @Override
  public final void onReceiving(long bytes) {
    downloader.receiving(id, bytes);
  }

  @Override
  public final void onAsked(long items) {
    owner.onAsked(id, items);
  }

  @Override
  public final void onClosed(String reason) {
    owner.onClosed(id, reason);
  }
}
