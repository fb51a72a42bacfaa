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
 * An open connection to a node: both ends have proven who they are and said Hello.
 *
 * <p>Owned by the context of its socket; {@link #send} and {@link #close} may be called from any
 * thread. Nothing is read while a message that came is not taken yet, so the other end feels when
 * we are behind.
 */
public final class RlpxConnection {
  /** How long the other end has to take our last word. */
  /**
   * Whether the other end reads shows in parts of this size: some 8 KiB a second in the time that a
   * silence may last.
   */
  private static final int WRITE_BYTES = 256 << 10;

  private static final long LINGER_MILLIS = 2_000;

  /** A message is there twice: unpacked and taken apart, or put together and packed. */
  private static final int COPIES = 2;

  /**
   * A frame with a reason, behind some questions: it is said only if what waits before it is short.
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

  private Taker taker = message -> Future.succeededFuture();
  private Consumer<String> onClose = reason -> {};
  private final Promise<Void> ended = Promise.promise();
  private Runnable onEnd = () -> {};
  private FrameReader.Bytes pending;

  /** Whether it came by itself, and the user did not name it. */
  private volatile boolean isUntrusted;

  private volatile Consumer<Use> onWait = use -> {};

  /** Of the frame that is being read. */
  private MessageBudget.Reserved frameRoom;

  /** Of the message that waits to be unpacked; null where none does. */
  private MessageBudget.Reserved messageRoom;

  /** Done once there is room for the answer that is due; failed at the end. */
  private Promise<Void> answerRoom = Promise.promise();

  private boolean isBusy;
  private boolean isReading;
  private boolean isClosed;

  /** Whether the other end has closed the socket; what it wrote before may not be read yet. */
  private boolean isGone;

  private long heardNanos;
  private final Incoming incoming;
  private long timer;
  private long unwritten;
  private long writtenNanos;
  private String reason = "";

  RlpxConnection(Vertx vertx, NetSocket socket, Opened opened, LocalNode local, boolean isInbound) {
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
    this.messages = local.messages();
    this.isInbound = isInbound;
    this.isUntrusted = isInbound;
    this.frameRoom = messages.room(Use.FRAME, isUntrusted);
    this.heardNanos = System.nanoTime();
    this.incoming = new Incoming(limits.lookNanos(), heardNanos);
    socket.handler(this::onBytes);
    // Once its last bytes are read: whoever is busy when it closes comes to them later.
    socket.endHandler(ignored -> closed(lastWord()));
    socket.closeHandler(ignored -> closedUnread());
    socket.shutdownHandler(ignored -> end(DisconnectReason.CLIENT_QUITTING, "shutting down"));
    socket.exceptionHandler(e -> closed(String.valueOf(e.getMessage())));
    timer = vertx.setPeriodic(limits.pingMillis(), ignored -> checkSilence());
  }

  /** What is done with the messages of the protocol, on the connection's context. */
  @FunctionalInterface
  public interface Taker {
    /**
     * Takes a message.
     *
     * @return the next one is read once this is done, and the connection ends if it fails
     */
    Future<Void> take(Message message);

    /**
     * Takes a message of which nobody needs more than its code and its beginning: the rest is not
     * unpacked.
     *
     * @param beginning the first {@link #BEGINNING_BYTES} bytes of the payload; fewer if it has no
     *     more
     * @return empty if the message is to be taken whole
     */
    default Optional<Future<Void>> takeUnread(int code, byte[] beginning) {
      return Optional.empty();
    }

    /**
     * A message is coming in that is not whole yet, at a pace worth waiting for.
     *
     * @param bytes that came since this was said last
     */
    default void receiving(long bytes) {}

    /** Done once all messages that were taken are dealt with, and take no memory any more. */
    default Future<Void> dealtWith() {
      return Future.succeededFuture();
    }
  }

  /** A list's prefix, and a number of 64 bits with its own. */
  public static final int BEGINNING_BYTES = 16;

  /** What a finished set-up hands over. */
  record Opened(
      FrameCipher session,
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

  /** The user named this node: it does not share its room with those that come by themselves. */
  public void named() {
    isUntrusted = false;
  }

  /** Sets what hears of each wait of this connection for memory, once, as the wait begins. */
  public void onWait(Consumer<Use> newOnWait) {
    onWait = newOnWait;
  }

  public String remoteAddress() {
    return String.valueOf(socket.remoteAddress());
  }

  /**
   * Begins to read.
   *
   * @param newTaker is given each message of the protocol, one at a time
   * @param newOnClose hears once why the connection ended
   */
  public void open(Taker newTaker, Consumer<String> newOnClose) {
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
    note(buffer.length());
  }

  /** A large frame on a thin line takes longer than a silence may: its bytes are heard as well. */
  private void note(int bytes) {
    long now = System.nanoTime();
    long received = isReading && !isBusy && !isClosed ? incoming.came(bytes, now) : 0;
    if (received > 0) {
      heardNanos = now;
      taker.receiving(received);
    }
  }

  private void drain() {
    try {
      while (isReading && !isBusy && !isClosed && !pending.isEmpty()) {
        Optional<FrameReader.Frame> frame =
            reader.read(pending, BaseProtocol.FRAME_BYTES_MAX, this::hasFrameRoom);
        if (frame.isPresent()) {
          heardNanos = System.nanoTime();
          incoming.restart(heardNanos);
          take(Packed.of(frame.get().bytes(), frame.get().length(), isCompressed));
        }
      }
    } catch (RlpxException e) {
      end(DisconnectReason.BREACH_OF_PROTOCOL, e.getMessage());
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

  /** After a pause of ours, in which the other end could not be heard. */
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

  /** Why the other end closed the socket, where it said so behind what is not taken yet. */
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
          return "they left: " + BaseProtocol.reason(packed.unpack().payload());
        }
      }
    } catch (RlpxException e) {
      // It is gone either way.
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
    try {
      take(packed, room);
    } catch (RlpxException e) {
      end(DisconnectReason.BREACH_OF_PROTOCOL, e.getMessage());
    }
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
    } catch (RlpxException e) {
      room.close();
      throw e;
    }
    taken.onComplete(done -> taker.dealtWith().onComplete(dealtWith -> room.close()));
    await(taken);
  }

  /** What has been read is unpacked, or passed over: the next frame has room of its own. */
  private void closeFrameRoom() {
    frameRoom.close();
    frameRoom = messages.room(Use.FRAME, isUntrusted);
  }

  private Future<Void> take(Message message) {
    switch (message.code()) {
      case BaseProtocol.PING -> {
        // Whoever pings and does not read the answers is not read either.
        return write(BaseProtocol.PONG, BaseProtocol.EMPTY_LIST);
      }
      case BaseProtocol.DISCONNECT ->
          closed("they left: " + BaseProtocol.reason(message.payload()));
      case BaseProtocol.PONG, BaseProtocol.HELLO -> heardNanos = System.nanoTime();
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

  /** Reads on when it is done. */
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
                    // Why it left may stand behind the question whose answer it does not read.
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
   * Answers a question: there is room for the answer before it is made, on a worker. Called on the
   * context, with one question at a time.
   *
   * @param bytesMax what its payload may have
   * @param answer makes the message
   * @return done once the operating system has it
   */
  public Future<Void> answer(long bytesMax, Callable<Message> answer) {
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

  /** Sends a message of the protocol; done once the operating system has it. */
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
    if (unwritten > limits.writeBytesMax()) {
      // Without a word, which would only wait behind the others.
      closed("it does not read what it asked for");
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
          "it has read nothing for " + millisSince(writtenNanos) / 1_000 + " s");
    } else if (silence >= limits.silenceMillisMax() && !isBusy && unwritten == 0) {
      end(DisconnectReason.READ_TIMEOUT, "silent for " + silence / 1_000 + " s");
    } else {
      // Also to an end that is heard: it may hear nothing of us while its own message is on the
      // way.
      write(BaseProtocol.PING, BaseProtocol.EMPTY_LIST);
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
