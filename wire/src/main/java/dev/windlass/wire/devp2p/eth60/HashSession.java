package dev.windlass.wire.devp2p.eth60;

import dev.windlass.chain.BlockId;
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
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashesFromNumber;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlocks;
import dev.windlass.wire.devp2p.eth60.Eth60Message.NewBlock;
import dev.windlass.wire.devp2p.eth60.Eth60Message.NewBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Status;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * A connection on which both ends have sent their Status of eth/60 or eth/61. It asks, answers and
 * receives announcements.
 *
 * <p>Messages are handled one at a time, on a worker except the Status. The next one is read when
 * that is done. Answers have no request id. They come in the order of the questions, one to each,
 * and the caller of {@link #ask} must match them. Transactions are skipped unread.
 */
public final class HashSession {
  /** The last version of the hash protocol. */
  private static final int VERSION_MAX = 61;

  /** How long to wait for the other end's Status. Nodes of 2015 waited for ever. */
  private static final long STATUS_MILLIS_MAX = 5_000;

  private static final int TRANSACTIONS = 2;
  private static final int GET_BLOCK_HASHES = 3;
  private static final int BLOCK_HASHES = 4;
  private static final int GET_BLOCKS = 5;
  private static final int BLOCKS = 6;
  private static final int GET_BLOCK_HASHES_FROM_NUMBER = 8;

  /** Enough for 2,048 hashes, the most that are served. */
  private static final long HASHES_ANSWER_BYTES_MAX = 128 << 10;

  private final Vertx vertx;
  private final RlpxConnection connection;
  private final LocalChain local;
  private final HashServer server;
  private final int version;
  private final Promise<HashSession> opened = Promise.promise();
  private final long timer;

  private volatile Handler handler;
  private Remote remote;
  private String closedReason;
  private Future<Void> handing = Future.succeededFuture();
  private Future<Void> dealtWith = Future.succeededFuture();

  /** Receives answers by their order. */
  public interface Handler extends SessionHandler {
    /**
     * Receives an answer to the oldest question of its kind. There may be no such question.
     *
     * @param label of the kind of question
     */
    void onAnswer(String label, List<byte[]> items);

    /**
     * Whether a question of this kind is open. If not, a large answer is not unpacked.
     *
     * @param label of the kind of question
     */
    default boolean isAwaited(String label) {
      return true;
    }

    /** A large answer came to no open question. */
    default void onUnawaited(String label) {}
  }

  /** What the other end said of itself. */
  public record Remote(int version, Head head) {}

  private HashSession(
      Vertx vertx, RlpxConnection connection, LocalChain local, long statusMillisMax) {
    this.vertx = vertx;
    this.connection = connection;
    this.local = local;
    this.server = new HashServer(local.chain());
    this.version = connection.capability().version();
    this.timer =
        vertx.setTimer(
            statusMillisMax, ignored -> refuse("no Status within " + statusMillisMax + " ms"));
  }

  /** Whether the highest common protocol of a connection is eth/60 or eth/61. */
  public static boolean isSpokenOn(RlpxConnection connection) {
    return connection.capability().version() <= VERSION_MAX;
  }

  /**
   * Sends this node's Status and waits for the other end's.
   *
   * @return fails with the reason if the two nodes are on different chains
   */
  public static Future<HashSession> open(Vertx vertx, RlpxConnection connection, LocalChain local) {
    return open(vertx, connection, local, STATUS_MILLIS_MAX);
  }

  static Future<HashSession> open(
      Vertx vertx, RlpxConnection connection, LocalChain local, long statusMillisMax) {
    HashSession session = new HashSession(vertx, connection, local, statusMillisMax);
    connection.open(session.new Messages(), session::onClosed);
    Future<Void> unused = session.send(session.status());
    return session.opened.future();
  }

  private Status status() {
    BlockId head = local.chain().head();
    BigInteger total = local.totalDifficulty().apply(head);
    return new Status(version, local.networkId(), total, head.hash(), local.genesis());
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
      newHandler.onClosed(closedReason);
    }
  }

  /**
   * Asks the other end.
   *
   * @throws IllegalArgumentException if the protocol does not have the question
   */
  public void ask(Question<?> question) {
    send(Eth60Message.of(question));
  }

  public Future<Void> send(Eth60Message message) {
    return connection.send(message.code(), Eth60Codec.encode(message));
  }

  public void close(DisconnectReason reason) {
    connection.close(reason);
  }

  private Future<Void> onMessage(Message message) {
    if (remote == null) {
      onFirst(message);
      return Future.succeededFuture();
    }
    if (message.code() == TRANSACTIONS) {
      return Future.succeededFuture();
    }
    return isQuestion(message.code()) ? answer(message) : hand(message);
  }

  private static boolean isQuestion(int code) {
    return code == GET_BLOCK_HASHES || code == GET_BLOCKS || code == GET_BLOCK_HASHES_FROM_NUMBER;
  }

  private Future<Void> answer(Message message) {
    long bytesMax =
        message.code() == GET_BLOCKS ? ChainServer.MESSAGE_BYTES_MAX : HASHES_ANSWER_BYTES_MAX;
    return connection.answer(
        bytesMax,
        () -> {
          Eth60Message answer = answer(decode(message));
          return new Message(answer.code(), Eth60Codec.encode(answer));
        });
  }

  private Eth60Message answer(Eth60Message question) {
    if (question instanceof GetBlockHashes asked) {
      return server.hashes(asked);
    }
    if (question instanceof GetBlockHashesFromNumber asked) {
      return server.hashesFrom(asked);
    }
    return server.blocks((GetBlocks) question);
  }

  private Future<Void> hand(Message message) {
    handing =
        Workers.run(
            vertx,
            () -> {
              take(decode(message));
              return null;
            });
    return handing.compose(nothing -> pace());
  }

  /** Handles an answer unread if no question of its kind is open, and transactions always. */
  private Optional<Future<Void>> passOver(int code) {
    if (code == TRANSACTIONS) {
      return Optional.of(Future.succeededFuture());
    }
    Handler now = handler;
    String label = code == BLOCKS ? Question.BLOCKS : Question.HASHES;
    if (now == null || (code != BLOCKS && code != BLOCK_HASHES) || now.isAwaited(label)) {
      return Optional.empty();
    }
    handing =
        Workers.run(
            vertx,
            () -> {
              now.onUnawaited(label);
              return null;
            });
    return Optional.of(handing.compose(nothing -> pace()));
  }

  /** Handles the messages of the connection. */
  private final class Messages implements RlpxConnection.Taker {
    @Override
    public Future<Void> take(Message message) {
      return onMessage(message);
    }

    @Override
    public Optional<Future<Void>> takeUnread(int code, byte[] beginning) {
      return remote == null ? Optional.empty() : passOver(code);
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

  /**
   * Waits until the previous message is handled. This one may be handled while the next one is
   * judged.
   */
  private Future<Void> pace() {
    if (handler == null) {
      return Future.succeededFuture();
    }
    Future<Void> before = dealtWith;
    dealtWith = handler.dealtWith();
    return before;
  }

  private static Eth60Message decode(Message message) {
    try {
      return Eth60Codec.decode(message.code(), message.payload());
    } catch (RlpException e) {
      throw new RlpxException("message " + message.code() + ": " + e.getMessage(), e);
    }
  }

  private void take(Eth60Message message) {
    if (message instanceof Status) {
      throw new RlpxException("a second Status");
    }
    Handler now = handler;
    if (now != null) {
      hand(message, now);
    }
  }

  private static void hand(Eth60Message message, Handler handler) {
    if (message instanceof Eth60Message.Answer answer) {
      handler.onAnswer(answer.label(), answer.items());
    } else if (message instanceof NewBlock announced) {
      handler.onNewBlock(announced.block(), announced.totalDifficulty());
    } else if (message instanceof NewBlockHashes announced && !announced.hashes().isEmpty()) {
      Hash last = announced.hashes().get(announced.hashes().size() - 1);
      handler.onHead(Head.of(last));
    }
  }

  /** Checks in the order of 2015: the kind of message, the genesis, the network, the version. */
  private void onFirst(Message message) {
    if (message.code() != 0) {
      refuse("message " + message.code() + " before the Status");
      return;
    }
    Status said;
    try {
      said = (Status) decode(message);
    } catch (RlpxException e) {
      refuse(e.getMessage());
      return;
    }
    if (!said.genesisHash().equals(local.genesis())) {
      refuse("genesis " + said.genesisHash() + ", not " + local.genesis());
    } else if (said.networkId() != local.networkId()) {
      refuse("network " + Long.toUnsignedString(said.networkId()) + ", not " + local.networkId());
    } else if (said.protocolVersion() != version) {
      refuse(
          "a Status of eth/"
              + Long.toUnsignedString(said.protocolVersion())
              + " on eth/"
              + version);
    } else {
      vertx.cancelTimer(timer);
      remote =
          new Remote(
              version,
              new Head(said.headHash(), Head.NUMBER_UNKNOWN, Optional.of(said.totalDifficulty())));
      opened.tryComplete(this);
    }
  }

  private void refuse(String why) {
    vertx.cancelTimer(timer);
    opened.tryFail(why);
    connection.close(DisconnectReason.SUBPROTOCOL_ERROR);
  }

  private void onClosed(String reason) {
    vertx.cancelTimer(timer);
    closedReason = reason;
    opened.tryFail(reason);
    if (handler != null) {
      // The handler gets all earlier messages before the end.
      handing.onComplete(done -> handler.onClosed(reason));
    }
  }
}
