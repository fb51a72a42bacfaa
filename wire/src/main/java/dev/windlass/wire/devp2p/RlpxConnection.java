package dev.windlass.wire.devp2p;

import dev.windlass.wire.devp2p.rlpx.RlpxException;
import dev.windlass.wire.devp2p.rlpx.Session;
import io.netty.channel.ChannelFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An open connection to a node: both ends have proven who they are and said Hello.
 *
 * <p>Owned by the context of its socket; {@link #send} and {@link #close} may be called from any
 * thread. Nothing is read while a message that came is not taken yet, so the other end feels when
 * we are behind.
 */
public final class RlpxConnection {
  /** How long the other end has to take our last word. */
  private static final long LINGER_MILLIS = 2_000;

  /** A frame with a reason. */
  private static final int LAST_WORD_BYTES_MAX = 64;

  private final Vertx vertx;
  private final Context context;
  private final NetSocket socket;
  private final Session session;
  private final FrameReader reader;
  private final ConnectionLimits limits;
  private final Hello theirs;
  private final Capability capability;
  private final boolean isInbound;
  private final boolean isCompressed;

  private Function<Message, Future<Void>> taker = message -> Future.succeededFuture();
  private Consumer<String> onClose = reason -> {};
  private final Promise<Void> ended = Promise.promise();
  private Runnable onEnd = () -> {};
  private FrameReader.Bytes pending;
  private boolean isBusy;
  private boolean isReading;
  private boolean isClosed;
  private boolean isPinged;
  private long heardNanos;
  private long timer;
  private long unwritten;
  private long writtenNanos;
  private String reason = "";

  RlpxConnection(
      Vertx vertx, NetSocket socket, Opened opened, ConnectionLimits limits, boolean isInbound) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.socket = socket;
    this.session = opened.session();
    this.reader = opened.reader();
    this.theirs = opened.theirs();
    this.capability = opened.capability();
    this.isCompressed = opened.isCompressed();
    this.pending = opened.rest();
    this.limits = limits;
    this.isInbound = isInbound;
    this.heardNanos = System.nanoTime();
    socket.handler(this::onBytes);
    // Once its last bytes are read: whoever is busy when it closes comes to them later.
    socket.endHandler(ignored -> closed(lastWord()));
    socket.closeHandler(ignored -> closedUnread());
    socket.shutdownHandler(ignored -> end(DisconnectReason.CLIENT_QUITTING, "shutting down"));
    socket.exceptionHandler(e -> closed(String.valueOf(e.getMessage())));
    timer = vertx.setPeriodic(limits.pingMillis(), ignored -> checkSilence());
  }

  /** What a finished set-up hands over. */
  record Opened(
      Session session,
      FrameReader reader,
      Hello theirs,
      Capability capability,
      boolean isCompressed,
      FrameReader.Bytes rest) {}

  /** Who is at the other end, as it says itself. */
  public Hello hello() {
    return theirs;
  }

  /** On which its messages are handled. */
  public Context context() {
    return context;
  }

  /** The protocol in its highest common version. */
  public Capability capability() {
    return capability;
  }

  public boolean isInbound() {
    return isInbound;
  }

  public String remoteAddress() {
    return String.valueOf(socket.remoteAddress());
  }

  /**
   * Begins to read.
   *
   * @param newTaker is given each message of the protocol; the next one is read once its future is
   *     done, and the connection ends where it fails
   * @param newOnClose hears once why the connection ended
   */
  public void open(Function<Message, Future<Void>> newTaker, Consumer<String> newOnClose) {
    taker = newTaker;
    onClose = newOnClose;
    if (isClosed) {
      onClose.accept(reason);
      return;
    }
    isReading = true;
    drain();
    socket.resume();
  }

  /** Sends bytes as they are, for tests of what the other end makes of them. */
  void writeRaw(byte[] bytes) {
    Future<Void> unused = socket.write(Buffer.buffer(bytes));
  }

  /** For whoever counts connections. */
  void onEnd(Runnable newOnEnd) {
    onEnd = newOnEnd;
  }

  /** Where we are busy, what came before waits with the end. */
  private void closedUnread() {
    if (!isReading || !isBusy) {
      closed(lastWord());
    }
  }

  private void onBytes(Buffer buffer) {
    byte[] rest = pending.rest();
    byte[] bytes = buffer.getBytes();
    if (rest.length == 0) {
      pending = new FrameReader.Bytes(bytes);
    } else {
      byte[] both = Arrays.copyOf(rest, rest.length + bytes.length);
      System.arraycopy(bytes, 0, both, rest.length, bytes.length);
      pending = new FrameReader.Bytes(both);
    }
    drain();
  }

  private void drain() {
    try {
      while (isReading && !isBusy && !isClosed && !pending.isEmpty()) {
        Optional<byte[]> data = reader.read(pending, Transport.FRAME_BYTES_MAX);
        if (data.isPresent()) {
          heardNanos = System.nanoTime();
          isPinged = false;
          take(Transport.unpack(data.get(), isCompressed));
        }
      }
    } catch (RlpxException e) {
      end(DisconnectReason.BREACH_OF_PROTOCOL, e.getMessage());
    }
  }

  /** Why the other end closed the socket, where it said so behind what is not taken yet. */
  private String lastWord() {
    try {
      while (!pending.isEmpty()) {
        Optional<byte[]> data = reader.read(pending, Transport.FRAME_BYTES_MAX);
        Optional<Message> message = data.map(bytes -> Transport.unpack(bytes, isCompressed));
        if (message.filter(m -> m.code() == Transport.DISCONNECT).isPresent()) {
          return "they left: " + Transport.reason(message.get().payload());
        }
      }
    } catch (RlpxException e) {
      // It is gone either way.
      return "the connection is closed";
    }
    return "the connection is closed";
  }

  private void take(Message message) {
    switch (message.code()) {
      // Whoever pings and does not read the answers is not read either.
      case Transport.PING -> await(write(Transport.PONG, Transport.EMPTY_LIST));
      case Transport.DISCONNECT -> closed("they left: " + Transport.reason(message.payload()));
      case Transport.PONG, Transport.HELLO -> heardNanos = System.nanoTime();
      default -> takeProtocols(message);
    }
  }

  private void takeProtocols(Message message) {
    int code = message.code() - Transport.PROTOCOL_BASE;
    if (code < 0 || code >= capability.codes()) {
      end(DisconnectReason.BREACH_OF_PROTOCOL, "message code " + message.code());
      return;
    }
    await(taker.apply(new Message(code, message.payload())));
  }

  /** Reads on when it is done. */
  private void await(Future<Void> taken) {
    if (taken.succeeded()) {
      return;
    }
    isBusy = true;
    socket.pause();
    taken.onComplete(
        done ->
            context.runOnContext(
                ignored -> {
                  isBusy = false;
                  if (done.failed()) {
                    String why = String.valueOf(done.cause().getMessage());
                    end(DisconnectReason.SUBPROTOCOL_ERROR, why);
                  } else if (!isClosed) {
                    drain();
                    if (!isBusy) {
                      socket.resume();
                    }
                  }
                }));
  }

  /** Sends a message of the protocol; done once the operating system has it. */
  public Future<Void> send(int code, byte[] payload) {
    if (payload.length > Transport.PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException("a message of " + payload.length + " bytes");
    }
    Promise<Void> sent = Promise.promise();
    context.runOnContext(
        ignored -> write(Transport.PROTOCOL_BASE + code, payload).onComplete(sent));
    return sent.future();
  }

  private Future<Void> write(int code, byte[] payload) {
    if (isClosed) {
      return Future.failedFuture("the connection is closed");
    }
    byte[] frame = session.seal(Transport.pack(code, payload, isCompressed));
    if (unwritten == 0) {
      writtenNanos = System.nanoTime();
    }
    unwritten += frame.length;
    if (unwritten > limits.writeBytesMax()) {
      // Without a word, which would only wait behind the others.
      closed("it does not read what it asked for");
      return Future.failedFuture(reason);
    }
    return socket
        .write(Buffer.buffer(frame))
        .onComplete(
            done -> {
              unwritten -= frame.length;
              writtenNanos = System.nanoTime();
            });
  }

  private void checkSilence() {
    long silence = millisSince(heardNanos);
    if (unwritten > 0 && millisSince(writtenNanos) >= limits.silenceMillisMax()) {
      end(
          DisconnectReason.USELESS_PEER,
          "it has read nothing for " + millisSince(writtenNanos) / 1_000 + " s");
    } else if (silence >= limits.silenceMillisMax() && !isBusy) {
      end(DisconnectReason.READ_TIMEOUT, "silent for " + silence / 1_000 + " s");
    } else if (silence >= limits.pingMillis() && !isPinged) {
      isPinged = true;
      write(Transport.PING, Transport.EMPTY_LIST);
    }
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  /** Ends the connection, and tells the other end why; done once the socket is closed. */
  public Future<Void> close(DisconnectReason why) {
    context.runOnContext(ignored -> end(why, "we left: " + why));
    return ended.future();
  }

  private void end(DisconnectReason why, String explanation) {
    if (!isClosed) {
      if (unwritten == 0) {
        write(Transport.DISCONNECT, Transport.disconnect(why));
      }
      closed(explanation);
    }
  }

  private void closed(String why) {
    if (isClosed) {
      return;
    }
    isClosed = true;
    reason = why;
    vertx.cancelTimer(timer);
    closeSocket();
    onClose.accept(why);
  }

  /**
   * A socket's own close sends first what was written, which never ends where the other end does
   * not read: what waits is given up, but for a last word, which has its time.
   */
  private void closeSocket() {
    boolean isLastWord = unwritten <= LAST_WORD_BYTES_MAX;
    long linger = vertx.setTimer(LINGER_MILLIS, ignored -> closeChannel());
    socket
        .close()
        .onComplete(
            ignored -> {
              vertx.cancelTimer(linger);
              ended.tryComplete();
              onEnd.run();
            });
    if (!isLastWord) {
      closeChannel();
    }
  }

  /** Past Vert.x, which would wait here too. */
  private void closeChannel() {
    ChannelFuture unused = ((NetSocketInternal) socket).channelHandlerContext().close();
  }
}
