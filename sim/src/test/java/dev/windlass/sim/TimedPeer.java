package dev.windlass.sim;

import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;

/** A simulated peer on real timers. Used on the verticle's context only. */
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

  @Override
  public PeerId id() {
    return peer.id();
  }

  @Override
  public PeerKind kind() {
    return peer.kind();
  }

  @Override
  public void ask(long ticket, Question<?> question) {
    long now = System.nanoTime();
    for (Answer answer : peer.ask(new Asked(ticket, question), now)) {
      long millis = Math.max(1, (answer.atNanos() - now) / 1_000_000);
      vertx.setTimer(millis, id -> answer.judge().handTo(this));
    }
  }

  @Override
  public void close(String reason) {
    closed.complete(reason);
  }

  @Override
  public <T> void receive(long ticket, Question<T> question, Delivery<T> delivery) {
    downloader.deliver(peer.id(), ticket, question, delivery);
  }
}
