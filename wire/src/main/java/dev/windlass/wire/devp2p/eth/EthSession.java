package dev.windlass.wire.devp2p.eth;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.Question;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.wire.devp2p.Message;
import dev.windlass.wire.devp2p.ProtocolSession;
import dev.windlass.wire.devp2p.RlpxConnection;
import dev.windlass.wire.devp2p.SessionHandler;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.eth.EthMessage.RangeStatus;
import dev.windlass.wire.devp2p.eth.EthMessage.Status;
import dev.windlass.wire.network.ForkHash;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** A session of eth/66 or later. It asks, answers and receives announcements. */
public final class EthSession extends ProtocolSession<EthSession.Handler> {
  /** From this version on, a node announces its range of blocks, and no single blocks. */
  public static final int RANGE_VERSION = 69;

  private final Context context;
  private final LocalChain local;
  private final EthServer server;
  private final EthCodec codec;
  private final HeadProbe probe = new HeadProbe();

  /** Used on the context only, like the questions for newer blocks. */
  private Optional<Long> newerTimer = Optional.empty();

  /**
   * Before eth/69: whether the node has announced a block, so that it is assumed to announce all.
   */
  private volatile boolean isAnnouncing;

  /** Whether this session asks for the node's head. */
  private volatile boolean isFollowed;

  private Remote remote;

  /** The lowest block that the node serves, as it said last. */
  private volatile long earliest;

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
   * @param earliest the lowest block that it serves at first. 0 if its protocol does not say
   */
  public record Remote(int version, Head head, long earliest, ForkHash forks) {}

  private EthSession(
      Vertx vertx, RlpxConnection connection, LocalChain local, long statusMillisMax) {
    super(vertx, connection, statusMillisMax);
    this.context = connection.context();
    this.local = local;
    this.server = new EthServer(local.chain());
    this.codec = new EthCodec(connection.capability().version());
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
    EthMessage status = local.status(session.codec.version());
    return session
        .exchangeStatus(new Message(EthMessage.STATUS, session.codec.encode(status)))
        .map(session);
  }

  public Remote remote() {
    return remote;
  }

  /** The lowest block that the other end serves now. 0 if its protocol does not say. */
  public long earliest() {
    return earliest;
  }

  @Override
  protected void onStart() {
    probe.heard(remote.head().number(), remote.head().hash(), nowMillis());
    probe.told();
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
    newerTimer.ifPresent(vertx()::cancelTimer);
    newerTimer = Optional.empty();
    if (!isClosed() && !isAnnouncing) {
      // The answer determines when to ask next.
      probe.question(nowMillis()).ifPresent(this::send);
    }
  }

  /** Called after an answer or an announcement. */
  private void askNewerLater() {
    newerTimer.ifPresent(vertx()::cancelTimer);
    newerTimer = Optional.empty();
    if (isClosed() || isAnnouncing || !isFollowed) {
      return;
    }
    if (probe.isSearching()) {
      askNewerNow();
    } else {
      newerTimer = Optional.of(vertx().setTimer(probe.pauseMillis(), ignored -> askNewerNow()));
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
    return connection().send(message.code(), codec.encode(message));
  }

  /** Handles a message unread if it answers no open question, or if this node ignores its kind. */
  @Override
  protected Optional<Future<Void>> passOver(int code, byte[] beginning) {
    OptionalLong requestId = codec.requestId(code, beginning);
    if (requestId.isEmpty()) {
      return codec.isIgnored(code, beginning)
          ? Optional.of(Future.succeededFuture())
          : Optional.empty();
    }
    String label = EthCodec.answered(code).orElseThrow();
    long id = requestId.getAsLong();
    boolean isOfProbe = label.equals(Question.HEADERS) && id == HeadProbe.REQUEST_ID;
    if (handler() == null || isOfProbe || handler().isAwaited(label, id)) {
      return Optional.empty();
    }
    return Optional.of(paced(handOver(() -> handler().onUnawaited(label, id))));
  }

  @Override
  protected Future<Void> onMessage(Message message) {
    try {
      return onMessage(codec.decode(message.code(), message.payload()));
    } catch (RlpException e) {
      return Future.failedFuture("message " + message.code() + ": " + e.getMessage());
    }
  }

  private Future<Void> onMessage(EthMessage message) {
    if (message instanceof EthMessage.GetBlockHeaders asked) {
      noteAsked(Math.min(asked.count(), ChainServer.HEADERS_MAX));
      return answer(EthServer.bytesMax(asked), () -> server.headers(asked));
    }
    if (message instanceof EthMessage.GetBlockBodies asked) {
      noteAsked(asked.hashes().size());
      return answer(ChainServer.MESSAGE_BYTES_MAX, () -> server.bodies(asked));
    }
    if (message instanceof EthMessage.Unserved asked) {
      return connection().send(asked.answer(), codec.encodeNothing(asked));
    }
    if (message instanceof Status || message instanceof RangeStatus) {
      return Future.failedFuture("a second Status");
    }
    if (handler() == null) {
      return Future.succeededFuture();
    }
    Future<Void> handed = handOver(() -> hand(message));
    if (isOfHead(message)) {
      handed
          .compose(nothing -> handler().dealtWith())
          .onSuccess(
              nothing -> {
                probe.told();
                askNewerLater();
              });
    }
    return paced(handed);
  }

  private static boolean isOfHead(EthMessage message) {
    return message instanceof EthMessage.BlockRangeUpdate || isOfProbe(message);
  }

  private static boolean isOfProbe(EthMessage message) {
    return message instanceof EthMessage.BlockHeaders answer
        && answer.requestId() == HeadProbe.REQUEST_ID;
  }

  private Future<Void> answer(long bytesMax, Supplier<EthMessage> question) {
    return connection()
        .answer(
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
      handler().onAnswer(answer.label(), answer.requestId(), answer.items());
    } else if (message instanceof EthMessage.NewBlockHashes announced) {
      handler().onAnnounced(announced.blocks().stream().map(BlockId::hash).toList());
      announced.blocks().stream()
          .max((a, b) -> Long.compare(a.number(), b.number()))
          .ifPresent(
              block -> {
                announced(block.number(), block.hash());
                handler().onHead(Head.of(block.hash(), block.number()));
              });
    } else if (message instanceof EthMessage.NewBlock announced) {
      Block block = Block.decode(announced.rawBlock());
      announced(block.number(), block.hash());
      handler().onNewBlock(block, announced.totalDifficulty());
    } else if (message instanceof EthMessage.BlockRangeUpdate update
        && update.range().latest() >= 0) {
      earliest = Math.max(0, update.range().earliest());
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
      handler().onOtherHead(Head.of(head.hash(), head.number()));
    } else {
      handler().onHead(Head.of(head.hash(), head.number()));
    }
  }

  @Override
  protected void onStatus(Message first) {
    EthMessage message;
    try {
      message = codec.decode(first.code(), first.payload());
    } catch (RlpException e) {
      refuse("message " + first.code() + ": " + e.getMessage());
      return;
    }
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
    remote = said;
    earliest = said.earliest();
    accept();
  }

  @Override
  protected void onClosed() {
    newerTimer.ifPresent(vertx()::cancelTimer);
  }
}
