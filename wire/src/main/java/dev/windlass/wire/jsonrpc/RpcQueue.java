package dev.windlass.wire.jsonrpc;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Splits calls into batches, keeps some of them in flight, and asks again what a limit of the node
 * has refused.
 *
 * <p>Its context owns it. Any thread may call {@link #ask} and {@link #close}. At most {@link
 * #WAITING_MAX} batches wait. A batch that has waited for {@link #WAIT_MILLIS_MAX} is not sent any
 * more, since nothing waits for its answer.
 */
final class RpcQueue {
  static final int WAITING_MAX = 1_024;
  static final long WAIT_MILLIS_MAX = 60_000;

  private final Vertx vertx;
  private final Context context;
  private final CallRate rate;
  private final Function<List<RpcCall>, Future<List<RpcAnswer>>> sender;
  private final Consumer<RpcFailure> onLimit;
  private final RpcPace pace = new RpcPace();
  private final Deque<Batch> waiting = new ArrayDeque<>();
  private int inFlight;
  private boolean hasTimer;
  private boolean isClosed;

  private record Batch(List<RpcCall> calls, long askedMillis, Promise<List<RpcAnswer>> answered) {
    int weight() {
      return calls.stream().mapToInt(RpcCall::weight).sum();
    }
  }

  /**
   * @param rate how many calls are sent
   * @param sender sends a batch, and fails with a {@link RpcFailure}
   * @param onLimit hears of each limit that the node imposes
   */
  RpcQueue(
      Vertx vertx,
      CallRate rate,
      Function<List<RpcCall>, Future<List<RpcAnswer>>> sender,
      Consumer<RpcFailure> onLimit) {
    this.vertx = vertx;
    this.rate = rate;
    this.context = vertx.getOrCreateContext();
    this.sender = sender;
    this.onLimit = onLimit;
  }

  /** The answers in the order of the calls. Fails with a {@link RpcFailure}. */
  Future<List<RpcAnswer>> ask(List<RpcCall> calls) {
    Promise<List<RpcAnswer>> done = Promise.promise();
    context.runOnContext(ignored -> split(calls).onComplete(done));
    return done.future();
  }

  private Future<List<RpcAnswer>> split(List<RpcCall> calls) {
    List<Future<List<RpcAnswer>>> parts = new ArrayList<>();
    int from = 0;
    while (from < calls.size()) {
      int to = from;
      int weight = 0;
      while (to < calls.size()
          && to - from < rate.batchMax()
          && (to == from || weight + calls.get(to).weight() <= pace.weightMax())) {
        weight += calls.get(to).weight();
        to++;
      }
      parts.add(add(calls.subList(from, to)));
      from = to;
    }
    send();
    return joined(parts);
  }

  private static Future<List<RpcAnswer>> joined(List<Future<List<RpcAnswer>>> parts) {
    return Future.all(parts)
        .map(
            all -> {
              List<RpcAnswer> answers = new ArrayList<>();
              parts.forEach(part -> answers.addAll(part.result()));
              return answers;
            });
  }

  private Future<List<RpcAnswer>> add(List<RpcCall> calls) {
    Batch batch = new Batch(calls, nowMillis(), Promise.promise());
    if (isClosed || waiting.size() >= WAITING_MAX) {
      batch.answered.fail(new RpcFailure(RpcFailure.Kind.BROKEN, "too many calls wait for it"));
    } else {
      waiting.add(batch);
    }
    return batch.answered.future();
  }

  private void send() {
    if (isClosed) {
      // A batch that was refused has come back.
      failWaiting();
      return;
    }
    dropLate();
    while (inFlight < RpcHttp.CONNECTIONS_MAX && !waiting.isEmpty() && !waitsForNode()) {
      Batch batch = waiting.remove();
      inFlight++;
      sender.apply(batch.calls).onComplete(done -> context.runOnContext(i -> took(batch, done)));
    }
  }

  private void dropLate() {
    long late = nowMillis() - WAIT_MILLIS_MAX;
    while (!waiting.isEmpty() && waiting.peek().askedMillis < late) {
      waiting
          .remove()
          .answered
          .tryFail(new RpcFailure(RpcFailure.Kind.RATE_LIMITED, "it was not asked in time"));
    }
  }

  /** Whether the next batch has to wait. If not, the permission to send it is taken. */
  private boolean waitsForNode() {
    long now = nowMillis();
    long wait =
        pace.isPaused(now)
            ? pace.pausedUntilMillis() - now
            : rate.take(waiting.element().calls.size(), now);
    if (wait <= 0) {
      return false;
    }
    if (!hasTimer) {
      hasTimer = true;
      vertx.setTimer(
          wait,
          ignored ->
              context.runOnContext(
                  i -> {
                    hasTimer = false;
                    send();
                  }));
    }
    return true;
  }

  private void took(Batch batch, AsyncResult<List<RpcAnswer>> done) {
    inFlight--;
    if (done.succeeded()) {
      pace.answered(nowMillis());
      batch.answered.tryComplete(done.result());
    } else if (done.cause() instanceof RpcFailure failure) {
      failed(batch, failure);
    } else {
      batch.answered.tryFail(done.cause());
    }
    send();
  }

  private void failed(Batch batch, RpcFailure failure) {
    switch (failure.kind()) {
      case RATE_LIMITED, QUOTA_USED_UP -> {
        onLimit.accept(failure);
        pace.limited(failure, nowMillis());
        waiting.addFirst(batch);
      }
      case TOO_LARGE -> {
        onLimit.accept(failure);
        pace.tooLarge(batch.weight(), nowMillis());
        halve(batch, failure);
      }
      default -> batch.answered.tryFail(failure);
    }
  }

  private void halve(Batch batch, RpcFailure failure) {
    int size = batch.calls.size();
    if (size == 1) {
      batch.answered.tryFail(failure);
      return;
    }
    List<Batch> halves = new ArrayList<>();
    for (List<RpcCall> calls :
        List.of(batch.calls.subList(0, size / 2), batch.calls.subList(size / 2, size))) {
      halves.add(new Batch(calls, batch.askedMillis, Promise.promise()));
    }
    waiting.addFirst(halves.get(1));
    waiting.addFirst(halves.get(0));
    joined(halves.stream().map(half -> half.answered.future()).toList())
        .onComplete(batch.answered::handle);
  }

  private static long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** Fails what waits. After it nothing is sent. */
  Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    context.runOnContext(
        ignored -> {
          isClosed = true;
          failWaiting();
          closed.complete();
        });
    return closed.future();
  }

  private void failWaiting() {
    RpcFailure closed = new RpcFailure(RpcFailure.Kind.BROKEN, "the connection is closed");
    waiting.forEach(batch -> batch.answered.tryFail(closed));
    waiting.clear();
  }
}
