package dev.windlass.sim;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.HeaderQuery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A simulated peer on real timers; used on the verticle's context only. */
final class TimedPeer implements PeerLink, Answer.Receiver {
  final CompletableFuture<String> closed = new CompletableFuture<>();

  private final Vertx vertx;
  private final SimulatedPeer peer;
  private final DownloaderVerticle downloader;

  TimedPeer(Vertx vertx, SimulatedPeer peer, DownloaderVerticle downloader) {
    this.vertx = vertx;
    this.peer = peer;
    this.downloader = downloader;
  }

  private void ask(Question question) {
    long now = System.nanoTime();
    for (Answer answer : peer.ask(question, now)) {
      long millis = Math.max(1, (answer.atNanos() - now) / 1_000_000);
      vertx.setTimer(millis, id -> answer.judge().handTo(this));
    }
  }

  @Override
  public PeerId id() {
    return peer.id();
  }

  @Override
  public PeerKind kind() {
    return peer.kind();
  }

  @Override
  public void requestHashes(long ticket, Hash from, int max) {
    ask(new Question.Hashes(ticket, from, max));
  }

  @Override
  public void requestHeaders(long ticket, HeaderQuery query) {
    ask(new Question.Headers(ticket, query));
  }

  @Override
  public void requestBlocks(long ticket, List<Hash> hashes) {
    ask(new Question.Blocks(ticket, hashes));
  }

  @Override
  public void requestBodies(long ticket, List<BlockHeader> headers) {
    ask(new Question.Bodies(ticket, headers));
  }

  @Override
  public void close(String reason) {
    closed.complete(reason);
  }

  @Override
  public void onHashes(long ticket, Delivery<Hash> delivery) {
    downloader.deliverHashes(peer.id(), ticket, delivery);
  }

  @Override
  public void onHeaders(long ticket, Delivery<BlockHeader> delivery) {
    downloader.deliverHeaders(peer.id(), ticket, delivery);
  }

  @Override
  public void onBlocks(long ticket, Delivery<Block> delivery) {
    downloader.deliverBlocks(peer.id(), ticket, delivery);
  }
}
