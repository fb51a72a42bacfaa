package dev.windlass.downloader.verticle;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Breach;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.Delivery;
import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.store.BlockStore;
import dev.windlass.downloader.Action;
import dev.windlass.downloader.Announcement;
import dev.windlass.downloader.ChainEvent;
import dev.windlass.downloader.CoreStart;
import dev.windlass.downloader.Downloader;
import dev.windlass.downloader.DownloaderLimits;
import dev.windlass.downloader.PeerStanding;
import dev.windlass.downloader.Progress;
import dev.windlass.downloader.SyncError;
import dev.windlass.downloader.Trust;
import dev.windlass.downloader.links.BannedBlocks;
import dev.windlass.downloader.links.StoreChange;
import dev.windlass.downloader.links.StoreEvent;
import dev.windlass.peerset.Preference;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the core. It passes each event to the core with the time, and performs the actions that the
 * core returns.
 *
 * <p>Its context owns the core, the links and the timer. Other threads call only methods that post
 * to the context, and read {@link #progress}, which is at most a tenth of a second old.
 */
public final class DownloaderVerticle extends VerticleBase {
  /**
   * Each {@link ChainEvent} is published here as a JsonObject. Its {@code event} is {@code
   * accepted}, {@code disconnected}, {@code connected} or {@code rejected}.
   */
  public static final String CHAIN_ADDRESS = "windlass.chain";

  private static final Logger LOG = LoggerFactory.getLogger(DownloaderVerticle.class);
  private static final long PUBLISH_NANOS = 100_000_000L;
  private static final long NO_TIMER = -1;

  private final BlockStore store;
  private final Trust trust;
  private final Clocks clocks;
  private final LongSupplier clock;
  private final List<DownloaderListener> listeners;
  private final Map<PeerId, PeerLink> links = new HashMap<>();
  private final AskedTimes times = new AskedTimes();

  private final Downloader downloader;
  private final List<BannedBlocks.Rewind> rewinds;
  private volatile Line line = core -> {};
  private volatile Set<PeerId> preferred = Set.of();
  private BlockProcessor processor;
  private ShellEffects effects;
  private long timer = NO_TIMER;
  private long timerAtNanos = Long.MAX_VALUE;
  private long publishTimer = NO_TIMER;
  private long publishedNanos;
  private boolean isStopped;
  private volatile Progress progress;
  private volatile Map<Hash, String> bans;

  /**
   * Removes banned blocks from the store, and does not start yet.
   *
   * @param store must have no other writer from now on; the caller closes it after the stop
   * @param trust what the chain must pass through
   */
  public DownloaderVerticle(
      DownloaderLimits limits,
      BlockStore store,
      Trust trust,
      RandomGenerator random,
      Clocks clocks,
      List<DownloaderListener> listeners) {
    this.store = store;
    this.trust = trust;
    this.clocks = clocks;
    this.clock = clocks.nanos();
    this.listeners = List.copyOf(listeners);
    this.rewinds = BannedBlocks.of(store, trust).forget();
    this.downloader =
        CoreStart.of(limits, store, trust, random, clocks.wall().instant(), clock.getAsLong());
    publish(clock.getAsLong());
  }

  @Override
  public Future<?> start() {
    processor = new BlockProcessor(context, store, trust, clock, this::onStored, this::fail);
    effects = new ShellEffects(links, processor, times, clocks, listeners, this::publish);
    for (BannedBlocks.Rewind rewind : rewinds) {
      tell(listener -> listener.rewound(rewind));
      tellOfChange(rewind.change(), 0);
    }
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    run((core, now) -> core.onTerminate(now));
    isStopped = true;
    stopTimers();
    links.values().forEach(link -> link.close("shutting down"));
    links.clear();
    publish(clock.getAsLong());
    return processor.close();
  }

  /** Passes an event to the core on the context. Any thread may call it. */
  private void post(BiFunction<Downloader, Long, List<Action>> event) {
    onContext(() -> run(event));
  }

  /** Drops work that comes after the event loop has ended, which is no fault of the caller. */
  private void onContext(Runnable work) {
    try {
      context.runOnContext(ignored -> work.run());
    } catch (RejectedExecutionException e) {
      LOG.debug("Event dropped, because the event loop has ended");
    }
  }

  private void run(BiFunction<Downloader, Long, List<Action>> event) {
    if (Vertx.currentContext() != context) {
      throw new IllegalStateException("the core is called outside of its context");
    }
    if (isStopped) {
      return;
    }
    try {
      long now = clock.getAsLong();
      line.tell(downloader);
      perform(event.apply(downloader, now));
      arm(now);
      publishSoon(now);
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  /** Measures the line. Any thread may call it. */
  @FunctionalInterface
  public interface Line {
    /** Calls {@link Downloader#limitLine} on the context of the verticle, before each event. */
    void tell(Downloader core);
  }

  /** From now on keeps to the limit of a line. Any thread may call it. */
  public void keepTo(Line newLine) {
    line = newLine;
  }

  private void perform(List<Action> actions) {
    for (Action action : actions) {
      action.perform(effects);
    }
  }

  private void tell(Consumer<DownloaderListener> news) {
    listeners.forEach(news);
  }

  private void onStored(StoreEvent event, long elapsedNanos) {
    // Also the last write, which ends after the core has stopped.
    event.change().ifPresent(change -> tellOfChange(change, elapsedNanos));
    run(event.news()::tell);
  }

  private void tellOfChange(StoreChange change, long elapsedNanos) {
    tell(listener -> listener.changed(change, elapsedNanos));
    change.events().forEach(effects::tellOfChain);
  }

  private void fail(Throwable cause) {
    if (!isStopped) {
      isStopped = true;
      stopTimers();
      tell(listener -> listener.failed(cause));
    }
  }

  private void arm(long now) {
    long at = downloader.nextDeadlineNanos();
    if (at == timerAtNanos) {
      return;
    }
    cancelTimer();
    timerAtNanos = at;
    if (at < Long.MAX_VALUE) {
      long millis = Math.max(1, (at - now + 999_999) / 1_000_000);
      timer =
          vertx.setTimer(
              millis,
              id -> {
                timer = NO_TIMER;
                timerAtNanos = Long.MAX_VALUE;
                run((core, then) -> core.onTime(then));
              });
    }
  }

  private void cancelTimer() {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
      timer = NO_TIMER;
    }
  }

  private void stopTimers() {
    cancelTimer();
    if (publishTimer != NO_TIMER) {
      vertx.cancelTimer(publishTimer);
      publishTimer = NO_TIMER;
    }
  }

  /** Publishes now if it is due, else when it will be. */
  private void publishSoon(long now) {
    if (now - publishedNanos >= PUBLISH_NANOS) {
      publish(now);
    } else if (publishTimer == NO_TIMER) {
      publishTimer =
          vertx.setTimer(
              PUBLISH_NANOS / 1_000_000,
              id -> {
                publishTimer = NO_TIMER;
                publish(clock.getAsLong());
              });
    }
  }

  private void publish(long now) {
    publishedNanos = now;
    progress = downloader.snapshot(now);
    bans = downloader.bans();
  }

  private void publish(ChainEvent event) {
    vertx.eventBus().publish(CHAIN_ADDRESS, ChainEventJson.of(event));
  }

  /** The published progress. Any thread may call it. */
  public Progress progress() {
    return progress;
  }

  /** The banned hashes and the reasons. Any thread may call it. */
  public Map<Hash, String> bans() {
    return bans;
  }

  /** Takes a peer in that is followed, with its head as it claims it. */
  public void connect(PeerLink link, Head head) {
    connect(link, Announcement.ofPeer(link.id(), head));
  }

  /**
   * Adds a peer. A second one of the same name is closed.
   *
   * @param said the peer's own announcement
   */
  public void connect(PeerLink link, Announcement said) {
    Preference its = link.preference();
    connect(
        link,
        its == Preference.OTHER ? Preference.NAMED : its,
        (core, now) -> core.onPeer(link.id(), link.kind(), said, now));
  }

  /** The same for an untrusted peer, whose heads are not followed. */
  public void connectUntrusted(PeerLink link, Announcement said) {
    connect(
        link,
        link.preference(),
        (core, now) -> core.onUntrustedPeer(link.id(), link.kind(), said, now));
  }

  private void connect(
      PeerLink link, Preference its, BiFunction<Downloader, Long, List<Action>> event) {
    onContext(
        () -> {
          if (isStopped) {
            link.close("shutting down");
            return;
          }
          PeerLink guarded = new GuardedLink(link, () -> disconnect(link.id()));
          if (links.putIfAbsent(link.id(), guarded) != null) {
            guarded.close("already connected");
            return;
          }
          run(event);
          Preference preference = isPreferred(link.id()) ? Preference.NEAR : its;
          run((core, now) -> core.onStanding(link.id(), it -> it.prefer(preference), now));
          publish(clock.getAsLong());
        });
  }

  /** Asks these peers before others, as if they were near. Call it before they connect. */
  public void prefer(Set<PeerId> peers) {
    preferred = Set.copyOf(peers);
  }

  /** A mark may follow the name of a peer. */
  private boolean isPreferred(PeerId id) {
    int mark = id.name().indexOf('#');
    return preferred.contains(id)
        || (mark > 0 && preferred.contains(PeerId.of(id.name().substring(0, mark))));
  }

  /** Marks a peer that the operator trusts. Call it before the peer connects. */
  public void trust(PeerId peer) {
    stand(peer, PeerStanding::trust);
  }

  /** Bans a peer for an operator, connected or not. Done once the ban is with the store. */
  public Future<Void> ban(PeerId peer, String reason, long nanos) {
    stand(peer, it -> it.ban(reason, nanos));
    return caughtUp();
  }

  /** Ends the ban of a peer for an operator, and forgets its points. */
  public Future<Void> pardon(PeerId peer) {
    stand(peer, PeerStanding::pardon);
    return caughtUp();
  }

  /** Bans one of the files of a peer, which stays connected and has other files. */
  public void refuse(PeerId file, String evidence, Optional<Evidence> proof) {
    stand(file, it -> it.refuse(Offence.FABRICATED, evidence, proof));
  }

  /** Disconnects a peer, since its host is banned. */
  public void drop(PeerId peer) {
    stand(peer, PeerStanding::drop);
  }

  /** A peer has asked for so much that this costs points. */
  public void asked(PeerId peer, int points) {
    stand(peer, it -> it.asked(points));
  }

  private void stand(PeerId peer, Consumer<PeerStanding> change) {
    post((core, now) -> core.onStanding(peer, change, now));
  }

  /** Notes that a peer has disconnected. */
  public void disconnect(PeerId peer) {
    onContext(
        () -> {
          links.remove(peer);
          run((core, now) -> core.onPeerGone(peer, now));
        });
  }

  /**
   * Announces a head.
   *
   * @return why it is refused; empty if it is accepted. Fails if the downloader has stopped
   */
  public Future<Optional<SyncError>> announce(Announcement announcement) {
    Promise<Optional<SyncError>> answer = Promise.promise();
    onContext(
        () -> {
          run(
              (core, now) -> {
                List<Action> actions = core.onAnnouncement(announcement, now);
                answer.complete(refusal(actions, announcement.head().hash()));
                return actions;
              });
          // The published progress must include the announcement before the future completes.
          publish(clock.getAsLong());
          answer.tryFail("the downloader has stopped");
        });
    return answer.future();
  }

  private static Optional<SyncError> refusal(List<Action> actions, Hash head) {
    return actions.stream()
        .filter(Action.RefuseHead.class::isInstance)
        .map(Action.RefuseHead.class::cast)
        .filter(refused -> refused.head().equals(head))
        .map(Action.RefuseHead::error)
        .findFirst();
  }

  /**
   * Pauses for a time. The active sync stores what it has asked for, and goes on afterwards.
   *
   * @return done once the core knows of it
   */
  public Future<Void> pause(long nanos) {
    post((core, now) -> core.onPause(now + nanos, now));
    return published();
  }

  /** Ends a pause. Done once the core knows of it. */
  public Future<Void> resume() {
    post(Downloader::onResume);
    return published();
  }

  private Future<Void> published() {
    onContext(() -> publish(clock.getAsLong()));
    return caughtUp();
  }

  /** Withdraws a head that the operator announced. */
  public void withdraw(Hash head) {
    post((core, now) -> core.onWithdraw(head, now));
  }

  /**
   * Announces a whole block of a peer. It is checked on the calling thread. If the header does not
   * commit to the body, that is a fault of the peer.
   */
  public void announce(Announcement announcement, Block block) {
    Optional<Breach> breach = BlockRules.check(block);
    if (breach.isPresent()) {
      refuse(announcement.source().orElseThrow(), block, breach.get());
      return;
    }
    onContext(
        () -> {
          run((core, now) -> core.onBlockAnnounced(announcement, block, now));
          publish(clock.getAsLong());
        });
  }

  private void refuse(PeerId peer, Block block, Breach breach) {
    ChainEvent.Rejected rejected =
        new ChainEvent.Rejected(block.id(), breach.rule(), breach.explanation(), Optional.of(peer));
    onContext(() -> effects.tellOfChain(rejected));
    offended(
        peer,
        Offence.FABRICATED,
        "block " + block.id() + " was announced: " + breach,
        Optional.of(new Evidence.Announced(block)));
  }

  /**
   * Delivers a peer's answer to a question. Any thread may call it.
   *
   * @param question the question that judged the delivery
   */
  public <T> void deliver(PeerId peer, long ticket, Question<T> question, Delivery<T> delivery) {
    long arrived = clock.getAsLong();
    onContext(
        () -> {
          DownloaderListener.Answered answered =
              new DownloaderListener.Answered(
                  peer,
                  ticket,
                  question,
                  delivery.verdict(),
                  delivery.items().size(),
                  times.answered(ticket, arrived));
          run(
              (core, now) -> {
                tell(listener -> listener.answered(answered));
                return core.onDelivery(peer, ticket, question, delivery, now);
              });
        });
  }

  /** Reports an answer of a peer that no question asked for. */
  public void unrequested(PeerId peer, String evidence) {
    offended(peer, Offence.UNREQUESTED, evidence, Optional.empty());
  }

  private void offended(PeerId peer, Offence offence, String evidence, Optional<Evidence> proof) {
    post(
        (core, now) -> {
          tell(listener -> listener.offended(peer, offence, evidence));
          return core.onOffence(peer, offence, evidence, proof, now);
        });
  }

  /** Part of an answer has come from a peer. Called at most once a second. */
  public void receiving(PeerId peer, long bytes) {
    post((core, now) -> core.onReceiving(peer, bytes, now));
  }

  /**
   * Done once all earlier events are handled. A caller that waits for it does not pile events up.
   */
  public Future<Void> caughtUp() {
    Promise<Void> caughtUp = Promise.promise();
    onContext(caughtUp::complete);
    return caughtUp.future();
  }

  /**
   * Ends the current sync and begins no other until the verticle stops.
   *
   * @return done once no peer is asked any more
   */
  public Future<Void> terminate() {
    if (context == null) {
      return Future.succeededFuture();
    }
    post((core, now) -> core.onTerminate(now));
    return caughtUp();
  }

  /** Ends the current sync. Its stored links and blocks stay. */
  public void cancel() {
    post((core, now) -> core.onCancel(now));
  }
}
