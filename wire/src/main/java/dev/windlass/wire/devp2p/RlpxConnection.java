package dev.windlass.wire.devp2p;

import dev.windlass.wire.devp2p.MessageBudget.Use;
import dev.windlass.wire.devp2p.rlpx.FrameCipher;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
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
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * An open connection to a node. Both ends have proven their identity and sent their Hello.
 *
 * <p>Owned by the context of its socket. {@link #send} and {@link #close} may be called from any
 * thread. No bytes are read while a message is not handled yet. So back pressure reaches the other
 * end.
 */
public final class RlpxConnection {
  /**
   * Frames are written in parts of this size, and each part written shows that the other end reads.
   * One part in the longest silence is some 8 KiB a second.
   */
  private static final int WRITE_BYTES = 256 << 10;

  /** How long the other end has to read a last Disconnect. */
  private static final long LINGER_MILLIS = 2_000;

  /** A message is in memory twice: unpacked and decoded, or encoded and packed. */
  private static final int COPIES = 2;

  /**
   * Bytes of a Disconnect and of some questions before it. It is sent only if few bytes wait before
   * it.
   */
  private static final int LAST_WORD_BYTES_MAX = 1 << 10;

  private final Vertx vertx;
  private final Context context;
  private final NetSocket socket;
  private final FrameCipher session;
  private final FrameReader reader;
  private final ConnectionLimits limits;
  private final MessageBudget messages;
  private final Hello theirs;
  private final Capability capability;
  private final boolean isInbound;
  private final boolean isCompressed;

  private MessageTaker taker = message -> Future.succeededFuture();
  private Consumer<String> onClose = reason -> {};
  private final Promise<Void> ended = Promise.promise();
  private Runnable onEnd = () -> {};
  private FrameReader.Bytes pending;

  /** Whether it is inbound and the user did not name the node. */
  private volatile boolean isUntrusted;

  private volatile Consumer<Use> onWait = use -> {};

  /** The bytes reserved for the frame that is being read. */
  private MessageBudget.Reserved frameRoom;

  /** The bytes reserved for the message that waits to be unpacked. Null if none does. */
  private MessageBudget.Reserved messageRoom;

  /** Done once bytes are reserved for the next answer. Failed when the connection ends. */
  private Promise<Void> answerRoom = Promise.promise();

  private boolean isBusy;
  private boolean isReading;
  private boolean isClosed;

  /** Whether the other end has closed the socket. Its last bytes may not be read yet. */
  private boolean isGone;

  private long heardNanos;
  private final Incoming incoming;
  private long timer;
  private final Bandwidth bandwidth;
  private long unwritten;
  private long writtenNanos;
  private String reason = "";

  RlpxConnection(
      Vertx vertx,
      NetSocket socket,
      ConnectionSetup.Opened opened,
      LocalNode local,
      boolean isInbound) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.socket = socket;
    this.session = opened.session();
    this.reader = opened.reader();
    this.theirs = opened.theirs();
    this.capability = opened.capability();
    this.isCompressed = opened.isCompressed();
    this.pending = opened.rest();
    this.limits = local.limits();
    this.bandwidth = Bandwidth.of(vertx);
    this.messages = local.messages();
    this.isInbound = isInbound;
    this.isUntrusted = isInbound;
    this.frameRoom = messages.room(Use.FRAME, isUntrusted);
    this.heardNanos = System.nanoTime();
    this.incoming = new Incoming(limits.lookNanos(), heardNanos);
    socket.handler(this::onBytes);
    // Called once its last bytes are read. A busy connection reads them later.
    socket.endHandler(ignored -> closed(lastWord()));
    socket.closeHandler(ignored -> closedUnread());
    socket.shutdownHandler(ignored -> end(DisconnectReason.CLIENT_QUITTING, "shutting down"));
    socket.exceptionHandler(e -> closed(String.valueOf(e.getMessage())));
    timer = vertx.setPeriodic(limits.pingMillis(), ignored -> checkSilence());
  }

  /** A list's prefix, and a 64-bit number with its prefix. */
  public static final int BEGINNING_BYTES = 16;

  /** The Hello of the other end. Its claims are not proven, except the node id. */
  public Hello hello() {
    return theirs;
  }

  /** The context on which its messages are handled. */
  public Context context() {
    return context;
  }

  /** The protocol, in the highest version that both ends support. */
  public Capability capability() {
    return capability;
  }

  public boolean isInbound() {
    return isInbound;
  }

  /** Marks a node that the user named. It does not share the bytes of untrusted connections. */
  public void named() {
    isUntrusted = false;
  }

  /** Sets the listener that is called once for each wait for memory, when the wait begins. */
  public void onWait(Consumer<Use> newOnWait) {
    onWait = newOnWait;
  }

  public String remoteAddress() {
    return String.valueOf(socket.remoteAddress());
  }

  /**
   * Begins to read.
   *
   * @param newTaker receives each message of the protocol, one at a time
   * @param newOnClose is called once, with the reason, when the connection has ended
   */
  public void open(MessageTaker newTaker, Consumer<String> newOnClose) {
    taker = newTaker;
    onClose = newOnClose;
    if (isClosed) {
      onClose.accept(reason);
      return;
    }
    isReading = true;
    drain();
    if (!isBusy) {
      socket.resume();
    }
  }

  /** Sends raw bytes, for tests of how the other end handles them. */
  void writeRaw(byte[] bytes) {
    Future<Void> unused = socket.write(Buffer.buffer(bytes));
  }

  /** Sets what runs when the connection has ended. */
  void onEnd(Runnable newOnEnd) {
    onEnd = newOnEnd;
  }

  /**
   * Ends the connection unless it is busy. A busy one first reads the bytes that came before the
   * end.
   */
  private void closedUnread() {
    if (!isReading || !isBusy) {
      closed(lastWord());
    }
  }

  private void onBytes(Buffer buffer) {
    bandwidth.read(buffer.length());
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
    guard(() -> note(buffer.length()));
  }

  /**
   * Bytes of an unfinished frame count against silence, since a large frame on a slow line takes
   * longer than a silence may last.
   */
  private void note(int bytes) {
    long now = System.nanoTime();
    long received = isReading && !isBusy && !isClosed ? incoming.came(bytes, now) : 0;
    if (received > 0) {
      heardNanos = now;
      taker.receiving(received);
    }
  }

  private void drain() {
    guard(
        () -> {
          while (isReading && !isBusy && !isClosed && !pending.isEmpty()) {
            Optional<FrameReader.Frame> frame =
                reader.read(pending, BaseProtocol.FRAME_BYTES_MAX, this::hasFrameRoom);
            if (frame.isPresent()) {
              heardNanos = System.nanoTime();
              incoming.restart(heardNanos);
              take(Packed.of(frame.get().bytes(), frame.get().length(), isCompressed));
            }
          }
        });
  }

  /** Ends the connection if its bytes are wrong, or if this node fails on them. */
  private void guard(Runnable reading) {
    try {
      reading.run();
    } catch (RlpxException e) {
      end(DisconnectReason.BREACH_OF_PROTOCOL, e.getMessage());
    } catch (RuntimeException | Error e) {
      end(DisconnectReason.SUBPROTOCOL_ERROR, "a fault of this node: " + e);
      // Vert.x logs it with its stack trace.
      throw e;
    }
  }

  private boolean hasFrameRoom(int bytes) {
    boolean isThere = frameRoom.growTo(bytes, () -> context.runOnContext(there -> readOn()));
    if (!isThere) {
      onWait.accept(Use.FRAME);
      pauseReading();
    }
    return isThere;
  }

  private void pauseReading() {
    isBusy = true;
    socket.pause();
  }

  /** Resumes reading. The pause does not count as silence, since this node did not read. */
  private void readOn() {
    isBusy = false;
    if (!isClosed) {
      heardNanos = System.nanoTime();
      drain();
      if (!isBusy && !isClosed) {
        socket.resume();
      }
    }
  }

  /**
   * The reason of a Disconnect among the unread bytes, if the other end sent one before it closed.
   */
  private String lastWord() {
    try {
      while (!pending.isEmpty()) {
        Optional<FrameReader.Frame> frame =
            reader.read(
                pending, BaseProtocol.FRAME_BYTES_MAX, bytes -> bytes <= MessageBudget.FREE_BYTES);
        if (frame.isEmpty()) {
          break;
        }
        Packed packed = Packed.of(frame.get().bytes(), frame.get().length(), isCompressed);
        if (packed.code() == BaseProtocol.DISCONNECT
            && packed.payloadBytes() <= MessageBudget.FREE_BYTES) {
          return "peer disconnected: " + BaseProtocol.reason(packed.unpack().payload());
        }
      }
    } catch (RlpxException e) {
      // The other end has closed in any case.
      return "the connection is closed";
    }
    return "the connection is closed";
  }

  private void take(Packed packed) {
    boolean isOfProtocol = packed.code() >= BaseProtocol.PROTOCOL_BASE;
    int payloadBytes = packed.payloadBytes();
    if (isOfProtocol && payloadBytes > MessageBudget.FREE_BYTES / COPIES) {
      Optional<Future<Void>> taken =
          taker.takeUnread(
              packed.code() - BaseProtocol.PROTOCOL_BASE, packed.beginning(BEGINNING_BYTES));
      if (taken.isPresent()) {
        closeFrameRoom();
        await(taken.get());
        return;
      }
    }
    MessageBudget.Reserved room = messages.room(Use.MESSAGE, isUntrusted);
    boolean isThere =
        room.growTo(
            (long) COPIES * payloadBytes,
            () -> context.runOnContext(there -> takeWaiting(packed, room)));
    if (isThere) {
      take(packed, room);
    } else {
      messageRoom = room;
      onWait.accept(Use.MESSAGE);
      pauseReading();
    }
  }

  private void takeWaiting(Packed packed, MessageBudget.Reserved room) {
    messageRoom = null;
    isBusy = false;
    if (isClosed) {
      room.close();
      return;
    }
    guard(() -> take(packed, room));
    if (!isBusy) {
      readOn();
    }
  }

  private void take(Packed packed, MessageBudget.Reserved room) {
    Future<Void> taken;
    try {
      Message message = packed.unpack();
      closeFrameRoom();
      taken = take(message);
    } catch (RuntimeException | Error e) {
      room.close();
      throw e;
    }
    taken.onComplete(done -> taker.dealtWith().onComplete(dealtWith -> room.close()));
    await(taken);
  }

  /**
   * Frees the bytes of the frame, which is unpacked or skipped. The next frame reserves its own.
   */
  private void closeFrameRoom() {
    frameRoom.close();
    frameRoom = messages.room(Use.FRAME, isUntrusted);
  }

  private Future<Void> take(Message message) {
    switch (message.code()) {
      case BaseProtocol.PING -> {
        // A peer that pings without reading the Pongs is not read either.
        return write(BaseProtocol.PONG, BaseProtocol.EMPTY_LIST);
      }
      case BaseProtocol.DISCONNECT ->
          closed("peer disconnected: " + BaseProtocol.reason(message.payload()));
      case BaseProtocol.PONG -> heardNanos = System.nanoTime();
      case BaseProtocol.HELLO -> end(DisconnectReason.BREACH_OF_PROTOCOL, "a second Hello");
      default -> {
        return takeProtocols(message);
      }
    }
    return Future.succeededFuture();
  }

  private Future<Void> takeProtocols(Message message) {
    int code = message.code() - BaseProtocol.PROTOCOL_BASE;
    if (code < 0 || code >= capability.codes()) {
      end(DisconnectReason.BREACH_OF_PROTOCOL, "message code " + message.code());
      return Future.succeededFuture();
    }
    return taker.take(new Message(code, message.payload()));
  }

  /** Reads the next message when this one is handled. */
  private void await(Future<Void> taken) {
    if (taken.succeeded()) {
      return;
    }
    pauseReading();
    taken.onComplete(
        done ->
            context.runOnContext(
                ignored -> {
                  if (done.failed() && isGone) {
                    // A Disconnect may follow the question whose answer could not be sent.
                    readOn();
                  } else if (done.failed()) {
                    isBusy = false;
                    String why = String.valueOf(done.cause().getMessage());
                    end(DisconnectReason.SUBPROTOCOL_ERROR, why);
                  } else {
                    readOn();
                  }
                }));
  }

  /**
   * Answers a question. It waits until the line may carry more, and reserves bytes before the
   * answer is made, on a worker. Called on the context, with one question at a time.
   *
   * @param bytesMax the largest size of the payload
   * @param answer makes the message
   * @return done once the operating system has it
   */
  public Future<Void> answer(long bytesMax, Callable<Message> answer) {
    return bandwidth.writable(vertx).compose(free -> answerNow(bytesMax, answer));
  }

  private Future<Void> answerNow(long bytesMax, Callable<Message> answer) {
    if (isClosed) {
      return Future.failedFuture(reason);
    }
    MessageBudget.Reserved room = messages.room(Use.ANSWER, isUntrusted);
    Promise<Void> isThere = Promise.promise();
    answerRoom = isThere;
    if (room.growTo(
        COPIES * bytesMax, () -> context.runOnContext(there -> isThere.tryComplete()))) {
      isThere.complete();
    } else {
      onWait.accept(Use.ANSWER);
    }
    return isThere
        .future()
        .compose(there -> Workers.run(vertx, answer))
        .compose(
            message -> {
              room.resize((long) COPIES * message.payload().length);
              return send(message.code(), message.payload());
            })
        .onComplete(sent -> room.close());
  }

  /** Sends a message of the protocol. Done once the operating system has it. */
  public Future<Void> send(int code, byte[] payload) {
    if (payload.length > BaseProtocol.PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException("a message of " + payload.length + " bytes");
    }
    Promise<Void> sent = Promise.promise();
    context.runOnContext(
        ignored -> write(BaseProtocol.PROTOCOL_BASE + code, payload).onComplete(sent));
    return sent.future();
  }

  private Future<Void> write(int code, byte[] payload) {
    if (isClosed) {
      return Future.failedFuture("the connection is closed");
    }
    byte[] frame = session.seal(BaseProtocol.pack(code, payload, isCompressed));
    if (unwritten == 0) {
      writtenNanos = System.nanoTime();
    }
    unwritten += frame.length;
    bandwidth.wrote(frame.length);
    if (unwritten > limits.writeBytesMax()) {
      // Without a Disconnect, which would only wait behind the other frames.
      closed("peer does not read the answers");
      return Future.failedFuture(reason);
    }
    Buffer all = Buffer.buffer(frame);
    Future<Void> written = Future.succeededFuture();
    for (int from = 0; from < frame.length; from += WRITE_BYTES) {
      int length = Math.min(WRITE_BYTES, frame.length - from);
      written =
          socket
              .write(all.slice(from, from + length))
              .onComplete(
                  done -> {
                    unwritten -= length;
                    isGone |= done.failed();
                    writtenNanos = System.nanoTime();
                  });
    }
    return written;
  }

  private void checkSilence() {
    long silence = millisSince(heardNanos);
    if (unwritten > 0 && millisSince(writtenNanos) >= limits.silenceMillisMax()) {
      end(
          DisconnectReason.USELESS_PEER,
          "peer has read nothing for " + millisSince(writtenNanos) / 1_000 + " s");
    } else if (silence >= limits.silenceMillisMax() && !isBusy && unwritten == 0) {
      end(DisconnectReason.READ_TIMEOUT, "silent for " + silence / 1_000 + " s");
    } else {
      // Also if the other end is sending, since it may hear nothing else during a long message.
      write(BaseProtocol.PING, BaseProtocol.EMPTY_LIST);
    }
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  /** Ends the connection and sends the reason. Done once the socket is closed. */
  public Future<Void> close(DisconnectReason why) {
    context.runOnContext(ignored -> end(why, "disconnected: " + why));
    return ended.future();
  }

  private void end(DisconnectReason why, String explanation) {
    if (!isClosed) {
      if (unwritten < LAST_WORD_BYTES_MAX / 2) {
        write(BaseProtocol.DISCONNECT, BaseProtocol.disconnect(why));
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
    frameRoom.close();
    if (messageRoom != null) {
      messageRoom.close();
    }
    answerRoom.tryFail(why);
    closeSocket();
    onClose.accept(why);
  }

  /**
   * Closing a socket first flushes its writes, and never ends if the other end does not read. So
   * waiting writes are dropped, except a last Disconnect, which gets {@link #LINGER_MILLIS}.
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

  /** Closes the channel directly, since Vert.x would wait here too. */
  private void closeChannel() {
    ChannelFuture unused = ((NetSocketInternal) socket).channelHandlerContext().close();
  }
}
