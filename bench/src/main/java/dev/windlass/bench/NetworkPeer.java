package dev.windlass.bench;

import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.exchange.Question;
import dev.windlass.downloader.verticle.DownloaderVerticle;
import dev.windlass.downloader.verticle.PeerLink;
import dev.windlass.peerset.PeerKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A header peer behind a line with a round trip and a rate. The round trips of questions in flight
 * overlap, their answers follow each other. Any thread may call it.
 */
final class NetworkPeer implements PeerLink {
  /** What a peer does. */
  enum Behaviour {
    GOOD,
    /** It never answers. */
    SILENT,
    /** Each answer takes three seconds more. */
    LATE,
    /** Its line has {@link #TRICKLE_BYTES} a second. */
    TRICKLING,
    /** It has nothing of what is asked for. */
    LACKING,
    /** One byte of each answer is changed. */
    LYING
  }

  private static final long LATE_NANOS = 3_000_000_000L;
  private static final long TRICKLE_BYTES = 50_000;

  /** The size of an answer without items. */
  private static final long EMPTY_BYTES = 32;

  private record Asked(long ticket, Question<?> question, long readyNanos) {}

  private final PeerId id;
  private final Behaviour behaviour;
  private final RigAnswers answers;
  private final long roundTripNanos;
  private final long bytesPerSecond;
  private final DownloaderVerticle downloader;
  private final ScheduledExecutorService timers;
  private final Deque<Asked> asked = new ArrayDeque<>();
  private boolean isSending;
  private boolean isClosed;

  NetworkPeer(
      PeerId id,
      Behaviour behaviour,
      RigAnswers answers,
      Line line,
      DownloaderVerticle downloader,
      ScheduledExecutorService timers) {
    this.id = id;
    this.behaviour = behaviour;
    this.answers = answers;
    roundTripNanos = line.roundTripNanos() + (behaviour == Behaviour.LATE ? LATE_NANOS : 0);
    bytesPerSecond = behaviour == Behaviour.TRICKLING ? TRICKLE_BYTES : line.bytesPerSecond();
    this.downloader = downloader;
    this.timers = timers;
  }

  /** What lies between the node and a peer. */
  record Line(long roundTripNanos, long bytesPerSecond) {}

  @Override
  public PeerId id() {
    return id;
  }

  @Override
  public PeerKind kind() {
    return PeerKind.HEADER;
  }

  @Override
  public synchronized void ask(long ticket, Question<?> question) {
    if (behaviour != Behaviour.SILENT) {
      asked.add(new Asked(ticket, question, System.nanoTime() + roundTripNanos));
      sendNext();
    }
  }

  private synchronized void sendNext() {
    if (isSending || isClosed || asked.isEmpty()) {
      return;
    }
    isSending = true;
    Asked next = asked.remove();
    later(next.readyNanos() - System.nanoTime(), () -> send(next.ticket(), next.question()));
  }

  private void send(long ticket, Question<?> question) {
    RigAnswers.Ready answer = answer(ticket, question);
    later(
        answer.bytes() * 1_000_000_000L / bytesPerSecond,
        () -> {
          answer.deliver().run();
          sent();
        });
  }

  private synchronized void sent() {
    isSending = false;
    sendNext();
  }

  private <T> RigAnswers.Ready answer(long ticket, Question<T> question) {
    return switch (behaviour) {
      case LACKING -> judged(ticket, question, List.of());
      case LYING -> judged(ticket, question, changed(question.answeredBy(answers.server())));
      default -> answers.answer(downloader, id, ticket, question);
    };
  }

  private <T> RigAnswers.Ready judged(long ticket, Question<T> question, List<byte[]> items) {
    RigAnswers.Ready ready =
        RigAnswers.ready(downloader, id, ticket, question, question.judge(items));
    return new RigAnswers.Ready(ready.bytes() + EMPTY_BYTES, ready.deliver());
  }

  private static List<byte[]> changed(List<byte[]> items) {
    List<byte[]> changed = new ArrayList<>(items);
    if (!changed.isEmpty()) {
      int last = changed.size() - 1;
      byte[] item = changed.get(last).clone();
      item[item.length / 2] ^= 1;
      changed.set(last, item);
    }
    return changed;
  }

  private void later(long nanos, Runnable work) {
    ScheduledFuture<?> unused = timers.schedule(work, Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  @Override
  public synchronized void close(String reason) {
    isClosed = true;
    asked.clear();
  }
}
