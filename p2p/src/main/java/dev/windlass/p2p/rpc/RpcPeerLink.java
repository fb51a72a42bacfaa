package dev.windlass.p2p.rpc;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import dev.windlass.peerset.Preference;
import dev.windlass.wire.devp2p.RemoteHost;
import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.jsonrpc.RpcBlocks;
import dev.windlass.wire.jsonrpc.RpcFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JSON-RPC node as a header peer. Its answers are judged like those of every other peer.
 *
 * <p>Questions come on the downloader's context, and answers on a worker.
 */
final class RpcPeerLink implements PeerLink {
  private static final Logger LOG = LoggerFactory.getLogger(RpcPeerLink.class);

  private final PeerId id;
  private final String address;
  private final Vertx vertx;
  private final RpcBlocks blocks;
  private final DownloaderVerticle downloader;
  private final BiConsumer<PeerId, String> onEnd;

  /**
   * @param onEnd called with the reason if the node cannot be asked any more, or is dropped
   */
  RpcPeerLink(
      PeerId id,
      String address,
      Vertx vertx,
      RpcBlocks blocks,
      DownloaderVerticle downloader,
      BiConsumer<PeerId, String> onEnd) {
    this.id = id;
    this.address = address;
    this.vertx = vertx;
    this.blocks = blocks;
    this.downloader = downloader;
    this.onEnd = onEnd;
  }

  @Override
  public PeerId id() {
    return id;
  }

  @Override
  public PeerKind kind() {
    return PeerKind.HEADER;
  }

  @Override
  public Preference preference() {
    boolean isNear =
        address.startsWith("localhost:")
            || RemoteHost.of(address).filter(RemoteHost::isLocal).isPresent();
    return isNear ? Preference.NEAR : Preference.NAMED;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public void ask(long ticket, Question<?> question) {
    answers(question)
        .compose(items -> Workers.run(vertx, () -> deliver(ticket, question, items)))
        .onFailure(this::unanswered);
  }

  private Future<List<byte[]>> answers(Question<?> question) {
    if (question instanceof Question.Headers headers) {
      return blocks.headers(headers.query());
    }
    if (question instanceof Question.Bodies bodies) {
      return blocks.bodies(bodies.headers());
    }
    throw new IllegalArgumentException("a header peer is not asked for " + question.label());
  }

  private <T> Void deliver(long ticket, Question<T> question, List<byte[]> items) {
    downloader.deliver(id, ticket, question, question.judge(items));
    return null;
  }

  /** The downloader asks another peer once the answer is late, or at once if the node is gone. */
  private void unanswered(Throwable cause) {
    LOG.atDebug()
        .setMessage("Peer has not answered")
        .addKeyValue("peer", id)
        .addKeyValue("reason", cause.getMessage())
        .log();
    boolean isGone =
        cause instanceof RpcFailure failure
            && (failure.kind() == RpcFailure.Kind.BROKEN
                || failure.kind() == RpcFailure.Kind.REFUSED);
    if (isGone) {
      onEnd.accept(id, cause.getMessage());
    }
  }

  @Override
  public void close(String reason) {
    onEnd.accept(id, reason);
  }
}
