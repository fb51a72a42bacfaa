package dev.windlass.wire.devp2p.eth;

import dev.windlass.chain.Block;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.Message;
import dev.windlass.wire.devp2p.RlpxConnection;
import dev.windlass.wire.devp2p.SessionHandler;
import dev.windlass.wire.devp2p.Workers;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.eth.EthMessage.RangeStatus;
import dev.windlass.wire.devp2p.eth.EthMessage.Status;
import dev.windlass.wire.network.ForkHash;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A connection on which both ends have sent their Status. It asks, answers and receives
 * announcements.
 *
 * <p>Messages are handled on the connection's context, one at a time. Long work is done on a
 * worker, and the next message is read when it is done.
 */
public final class EthSession {
  /** How long to wait for the other end's Status. */
  private static final long STATUS_MILLIS_MAX = 5_000;

  /** From this version on, a node announces its range of blocks, and no single blocks. */
  public static final int RANGE_VERSION = 69;

  private final Vertx vertx;
  private final RlpxConnection connection;
  private final Context context;
  private final LocalChain local;
  private final EthServer server;
  private final EthCodec codec;
  private final Promise<EthSession> opened = Promise.promise();
  private final HeadProbe probe = new HeadProbe();
  private final long timer;

  /** Used on the context only, like the questions for newer blocks. */
  private Optional<Long> newerTimer = Optional.empty();

  /**
   * Before eth/69: whether the node has announced a block, so that it is assumed to announce all.
   */
  private volatile boolean isAnnouncing;

  /** Whether this session asks for the node's head. */
  private volatile boolean isFollowed;

  private Handler handler;
  private Remote remote;
  private String closedReason;
  private Future<Void> handing = Future.succeededFuture();
  private Future<Void> dealtWith = Future.succeededFuture();

  /** Receives answers by their request id. */
  public interface Handler extends SessionHandler {
    /**
     * Receives an answer. There may be no question with this id.
     *
     * @param label of the kind of question
     */
    void onAnswer(String label, long requestId, List<byte[]> items);

    /**
     * Whether a question with this id is open. If not, a large answer is not unpacked.
     *
     * @param label of the kind of question
     */
    default boolean isAwaited(String label, long requestId) {
      return true;
    }

    /** A large answer came to no open question. */
    default void onUnawaited(String label, long requestId) {}

    /**
     * As {@link #onHead}, if the other end has left its previous head. The new head is valid even
     * if it is lower.
     */
    default void onOtherHead(Head head) {
      onHead(head);
    }
  }

  /**
   * The claims of the other end's Status.
   *
   * @param head without a number if its protocol does not have one, or if it is 2^63 or more
   * @param earliest the lowest block it serves, 0 where its protocol does not say
   */
  public record Remote(int version, Head head, long earliest, ForkHash forks) {}

  private EthSession(
      Vertx vertx, RlpxConnection connection, LocalChain local, long statusMillisMax) {
    this.vertx = vertx;
    this.connection = connection;
    this.context = connection.context();
    this.local = local;
    this.server = new EthServer(local.chain());
    this.codec = new EthCodec(connection.capability().version());
    this.timer =
        vertx.setTimer(
            statusMillisMax, ignored -> refuse("no Status within " + statusMillisMax + " ms"));
  }

  /**
   * Sends this node's Status and waits for the other end's.
   *
   * @return fails with the reason if the two nodes are on different chains
   */
  public static Future<EthSession> open(Vertx vertx, RlpxConnection connection, LocalChain local) {
    return open(vertx, connection, local, STATUS_MILLIS_MAX);
  }

  static Future<EthSession> open(
      Vertx vertx, RlpxConnection connection, LocalChain local, long statusMillisMax) {
    EthSession session = new EthSession(vertx, connection, local, statusMillisMax);
    connection.open(session.new Messages(), session::onClosed);
    EthMessage status = local.status(session.codec.version());
    connection.send(EthMessage.STATUS, session.codec.encode(status));
    return session.opened.future();
  }

  public RlpxConnection connection() {
    return connection;
  }

  public Remote remote() {
    return remote;
  }

  /** Begins to deliver messages to the handler. */
  public void start(Handler newHandler) {
    handler = newHandler;
    if (closedReason != null) {
      handler.onClosed(closedReason);
    } else {
      probe.heard(remote.head().number(), remote.head().hash(), nowMillis());
      probe.told();
    }
  }

  /** The number of the other end's head, or -1 if it is not known. */
  public long headNumber() {
    return probe.head();
  }

  /**
   * How many blocks the other end should have made since its head was last checked. 0 if it
   * announces each block.
   */
  public long unseenBlocks() {
    return isAnnouncing ? 0 : probe.unseenBlocks(nowMillis());
  }

  /**
   * Asks for the other end's head, unless that question is open. From then on it asks as often as
   * the recent blocks require. A node that announces each block is not asked. Any thread may call
   * it.
   */
  public void askNewer() {
    isFollowed = true;
    context.runOnContext(ignored -> askNewerNow());
  }

  private void askNewerNow() {
    newerTimer.ifPresent(vertx::cancelTimer);
    newerTimer = Optional.empty();
    if (closedReason == null && !isAnnouncing) {
      // The answer determines when to ask next.
      probe.question(nowMillis()).ifPresent(this::send);
    }
  }

  /** Called after an answer or an announcement. */
  private void askNewerLater() {
    newerTimer.ifPresent(vertx::cancelTimer);
    newerTimer = Optional.empty();
    if (closedReason != null || isAnnouncing || !isFollowed) {
      return;
    }
    if (probe.isSearching()) {
      askNewerNow();
    } else {
      newerTimer = Optional.of(vertx.setTimer(probe.pauseMillis(), ignored -> askNewerNow()));
    }
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  /**
   * Asks the other end.
   *
   * @throws IllegalArgumentException if the protocol does not have the question
   */
  public void ask(long requestId, Question<?> question) {
    send(EthMessage.of(requestId, question));
  }

  public Future<Void> send(EthMessage message) {
    return connection.send(message.code(), codec.encode(message));
  }

  public void close(DisconnectReason reason) {
    connection.close(reason);
  }

  /** Handles the messages of the connection. */
  private final class Messages implements RlpxConnection.Taker {
    @Override
    public Future<Void> take(Message message) {
      return onMessage(message);
    }

    @Override
    public Optional<Future<Void>> takeUnread(int code, byte[] beginning) {
      return remote == null ? Optional.empty() : passOver(code, beginning);
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

  /** Handles a message unread if it answers no open question, or if this node ignores its kind. */
  private Optional<Future<Void>> passOver(int code, byte[] beginning) {
    OptionalLong requestId = codec.requestId(code, beginning);
    if (requestId.isEmpty()) {
      return codec.isIgnored(code, beginning)
          ? Optional.of(Future.succeededFuture())
          : Optional.empty();
    }
    String label = EthCodec.answered(code).orElseThrow();
    long id = requestId.getAsLong();
    boolean isOfProbe = label.equals(Question.HEADERS) && id == HeadProbe.REQUEST_ID;
    if (handler == null || isOfProbe || handler.isAwaited(label, id)) {
      return Optional.empty();
    }
    handing =
        Workers.run(
            vertx,
            () -> {
              handler.onUnawaited(label, id);
              return null;
            });
    return Optional.of(handing.compose(nothing -> pace()));
  }

  private Future<Void> onMessage(Message message) {
    try {
      EthMessage decoded = codec.decode(message.code(), message.payload());
      if (remote == null) {
        onStatus(decoded);
        return Future.succeededFuture();
      }
      return onMessage(decoded);
    } catch (RlpException e) {
      return Future.failedFuture("message " + message.code() + ": " + e.getMessage());
    }
  }

  private Future<Void> onMessage(EthMessage message) {
    if (message instanceof EthMessage.GetBlockHeaders asked) {
      return answer(EthServer.bytesMax(asked), () -> server.headers(asked));
    }
    if (message instanceof EthMessage.GetBlockBodies asked) {
      return answer(ChainServer.MESSAGE_BYTES_MAX, () -> server.bodies(asked));
    }
    if (message instanceof EthMessage.Unserved asked) {
      return connection.send(asked.answer(), codec.encodeNothing(asked));
    }
    if (message instanceof Status || message instanceof RangeStatus) {
      return Future.failedFuture("a second Status");
    }
    if (handler == null) {
      return Future.succeededFuture();
    }
    Future<Void> handed =
        Workers.run(
            vertx,
            () -> {
              hand(message);
              return null;
            });
    handing = handed;
    if (isOfHead(message)) {
      handed
          .compose(nothing -> handler.dealtWith())
          .onSuccess(
              nothing -> {
                probe.told();
                askNewerLater();
              });
    }
    return handed.compose(nothing -> pace());
  }

  private static boolean isOfHead(EthMessage message) {
    return message instanceof EthMessage.BlockRangeUpdate || isOfProbe(message);
  }

  private static boolean isOfProbe(EthMessage message) {
    return message instanceof EthMessage.BlockHeaders answer
        && answer.requestId() == HeadProbe.REQUEST_ID;
  }

  /**
   * Waits until the previous message is handled. This one may be handled while the next one is
   * judged.
   */
  private Future<Void> pace() {
    Future<Void> before = dealtWith;
    dealtWith = handler.dealtWith();
    return before;
  }

  private Future<Void> answer(long bytesMax, Supplier<EthMessage> question) {
    return connection.answer(
        bytesMax,
        () -> {
          EthMessage answer = question.get();
          return new Message(answer.code(), codec.encode(answer));
        });
  }

  private void hand(EthMessage message) {
    if (isOfProbe(message)) {
      List<byte[]> headers = ((EthMessage.BlockHeaders) message).items();
      probe.answered(headers, nowMillis()).ifPresent(this::onFound);
    } else if (message instanceof EthMessage.Answer answer) {
      handler.onAnswer(answer.label(), answer.requestId(), answer.items());
    } else if (message instanceof EthMessage.NewBlockHashes announced) {
      announced.blocks().stream()
          .max((a, b) -> Long.compare(a.number(), b.number()))
          .ifPresent(
              block -> {
                announced(block.number(), block.hash());
                handler.onHead(Head.of(block.hash(), block.number()));
              });
    } else if (message instanceof EthMessage.NewBlock announced) {
      Block block = Block.decode(announced.rawBlock());
      announced(block.number(), block.hash());
      handler.onNewBlock(block, announced.totalDifficulty());
    } else if (message instanceof EthMessage.BlockRangeUpdate update
        && update.range().latest() >= 0) {
      long number = update.range().latest();
      Hash hash = update.range().latestHash();
      onFound(new HeadProbe.Found(number, hash, probe.heard(number, hash, nowMillis())));
    }
  }

  private void announced(long number, Hash hash) {
    if (codec.version() < RANGE_VERSION) {
      isAnnouncing = true;
      probe.heard(number, hash, nowMillis());
    }
  }

  private void onFound(HeadProbe.Found head) {
    if (head.hasLeft()) {
      handler.onOtherHead(Head.of(head.hash(), head.number()));
    } else {
      handler.onHead(Head.of(head.hash(), head.number()));
    }
  }

  private void onStatus(EthMessage message) {
    if (message instanceof Status status) {
      if (isOurs(status.version(), status.networkId(), status.genesis())) {
        accept(
            new Remote(
                status.version(),
                new Head(status.head(), Head.NUMBER_UNKNOWN, Optional.of(status.totalDifficulty())),
                0,
                status.forks()));
      }
    } else if (message instanceof RangeStatus status) {
      BlockRange range = status.range();
      if (isOurs(status.version(), status.networkId(), status.genesis())) {
        accept(
            new Remote(
                status.version(),
                Head.of(range.latestHash(), Math.max(Head.NUMBER_UNKNOWN, range.latest())),
                Math.max(0, range.earliest()),
                status.forks()));
      }
    } else {
      refuse("message " + message.code() + " before the Status");
    }
  }

  private boolean isOurs(int version, long networkId, Hash genesis) {
    if (version != codec.version()) {
      refuse("a Status of eth/" + version + " on eth/" + codec.version());
    } else if (networkId != local.networkId()) {
      refuse("network " + Long.toUnsignedString(networkId) + ", not " + local.networkId());
    } else if (!genesis.equals(local.genesis())) {
      refuse("genesis " + genesis + ", not " + local.genesis());
    } else {
      return true;
    }
    return false;
  }

  private void accept(Remote said) {
    vertx.cancelTimer(timer);
    remote = said;
    opened.tryComplete(this);
  }

  private void refuse(String why) {
    vertx.cancelTimer(timer);
    opened.tryFail(why);
    connection.close(DisconnectReason.SUBPROTOCOL_ERROR);
  }

  private void onClosed(String reason) {
    vertx.cancelTimer(timer);
    newerTimer.ifPresent(vertx::cancelTimer);
    closedReason = reason;
    opened.tryFail(reason);
    if (handler != null) {
      // The handler gets all earlier messages before the end.
      handing.onComplete(done -> handler.onClosed(reason));
    }
  }
}
