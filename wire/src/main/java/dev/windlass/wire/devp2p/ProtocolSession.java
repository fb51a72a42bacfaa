package dev.windlass.wire.devp2p;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Optional;

/**
 * A connection on which both ends exchange their Status, and then messages.
 *
 * <p>Messages are handled on the connection's context, one at a time. Long work is done on a
 * worker, and the next message is read when it is done.
 *
 * @param <H> receives what the other end sends
 */
public abstract class ProtocolSession<H extends SessionHandler> {
  /** How long to wait for the other end's Status. Nodes of 2015 waited for ever. */
  protected static final long STATUS_MILLIS_MAX = 5_000;

  private final Vertx vertx;
  private final RlpxConnection connection;
  private final Promise<Void> opened = Promise.promise();
  private final long timer;

  private volatile H handler;
  private boolean isOpen;
  private String closedReason;
  private Future<Void> handing = Future.succeededFuture();
  private Future<Void> dealtWith = Future.succeededFuture();

  protected ProtocolSession(Vertx vertx, RlpxConnection connection, long statusMillisMax) {
    this.vertx = vertx;
    this.connection = connection;
    this.timer =
        vertx.setTimer(
            statusMillisMax, ignored -> refuse("no Status within " + statusMillisMax + " ms"));
  }

  /**
   * Sends this node's Status and waits for the other end's.
   *
   * @return fails with the reason if the two nodes are on different chains
   */
  protected final Future<Void> exchangeStatus(Message ours) {
    connection.open(new Messages(), this::closed);
    Future<Void> unused = connection.send(ours.code(), ours.payload());
    return opened.future();
  }

  public final RlpxConnection connection() {
    return connection;
  }

  protected final Vertx vertx() {
    return vertx;
  }

  /** Null until {@link #start}. */
  protected final H handler() {
    return handler;
  }

  protected final boolean isClosed() {
    return closedReason != null;
  }

  public final void close(DisconnectReason reason) {
    connection.close(reason);
  }

  /** Begins to deliver messages to the handler. */
  public final void start(H newHandler) {
    handler = newHandler;
    if (closedReason == null) {
      onStart();
    } else {
      newHandler.onClosed(closedReason);
    }
  }

  /** The handler is set. */
  protected void onStart() {}

  /** Handles the first message, and ends in {@link #accept} or {@link #refuse}. */
  protected abstract void onStatus(Message message);

  /** Handles each later message. */
  protected abstract Future<Void> onMessage(Message message);

  /** As {@link MessageTaker#takeUnread}, once the Status is accepted. */
  protected abstract Optional<Future<Void>> passOver(int code, byte[] beginning);

  /** The other end asks for so many items. */
  protected final void noteAsked(long items) {
    H now = handler;
    if (now != null) {
      now.onAsked(Math.max(1, items));
    }
  }

  /** The connection has ended. */
  protected void onClosed() {}

  /** The other end's Status is accepted. */
  protected final void accept() {
    vertx.cancelTimer(timer);
    isOpen = true;
    opened.tryComplete();
  }

  /** Ends the connection, since the other end's Status is not acceptable or did not come. */
  protected final void refuse(String why) {
    vertx.cancelTimer(timer);
    opened.tryFail(why);
    connection.close(DisconnectReason.SUBPROTOCOL_ERROR);
  }

  /** Does the work of a message on a worker. */
  protected final Future<Void> handOver(Runnable work) {
    handing =
        Workers.run(
            vertx,
            () -> {
              work.run();
              return null;
            });
    return handing;
  }

  /**
   * Waits until the previous message is handled. The given one may be handled while the next one is
   * judged.
   */
  protected final Future<Void> paced(Future<Void> handed) {
    return handed.compose(nothing -> pace());
  }

  private Future<Void> pace() {
    if (handler == null) {
      return Future.succeededFuture();
    }
    Future<Void> before = dealtWith;
    dealtWith = handler.dealtWith();
    return before;
  }

  private void closed(String reason) {
    vertx.cancelTimer(timer);
    closedReason = reason;
    opened.tryFail(reason);
    onClosed();
    if (handler != null) {
      // The handler gets all earlier messages before the end.
      handing.onComplete(done -> handler.onClosed(reason));
    }
  }

  /** Handles the messages of the connection. */
  private final class Messages implements MessageTaker {
    @Override
    public Future<Void> take(Message message) {
      if (isOpen) {
        return onMessage(message);
      }
      onStatus(message);
      return Future.succeededFuture();
    }

    @Override
    public Optional<Future<Void>> takeUnread(int code, byte[] beginning) {
      return isOpen ? passOver(code, beginning) : Optional.empty();
    }

    @Override
    public Future<Void> dealtWith() {
      return dealtWith;
    }

    @Override
    public void receiving(long bytes) {
      if (handler != null) {
        handler.onReceiving(bytes);
      }
    }
  }
}
