package dev.windlass.wire.devp2p.eth60;

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
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlockHashesFromNumber;
import dev.windlass.wire.devp2p.eth60.Eth60Message.GetBlocks;
import dev.windlass.wire.devp2p.eth60.Eth60Message.NewBlock;
import dev.windlass.wire.devp2p.eth60.Eth60Message.NewBlockHashes;
import dev.windlass.wire.devp2p.eth60.Eth60Message.Status;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import dev.windlass.wire.network.LocalChain;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * A session of eth/60 or eth/61. It asks, answers and receives announcements.
 *
 * <p>All messages but the Status are handled on a worker. Answers have no request id. They come in
 * the order of the questions, one to each, and the caller of {@link #ask} must match them.
 * Transactions are skipped unread.
 */
public final class HashSession extends ProtocolSession<HashSession.Handler> {
  /** The last version of the hash protocol. */
  private static final int VERSION_MAX = 61;

  private static final int TRANSACTIONS = 2;
  private static final int GET_BLOCK_HASHES = 3;
  private static final int BLOCK_HASHES = 4;
  private static final int GET_BLOCKS = 5;
  private static final int BLOCKS = 6;
  private static final int GET_BLOCK_HASHES_FROM_NUMBER = 8;

  /** Enough for 2,048 hashes, the most that are served. */
  private static final long HASHES_ANSWER_BYTES_MAX = 128 << 10;

  private final LocalChain local;
  private final HashServer server;
  private final int version;

  private Remote remote;

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
    super(vertx, connection, statusMillisMax);
    this.local = local;
    this.server = new HashServer(local.chain());
    this.version = connection.capability().version();
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
    Status ours = session.status();
    return session.exchangeStatus(new Message(ours.code(), Eth60Codec.encode(ours))).map(session);
  }

  private Status status() {
    BlockId head = local.chain().head();
    BigInteger total = local.totalDifficulty().apply(head);
    return new Status(version, local.networkId(), total, head.hash(), local.genesis());
  }

  public Remote remote() {
    return remote;
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
    return connection().send(message.code(), Eth60Codec.encode(message));
  }

  @Override
  protected Future<Void> onMessage(Message message) {
    if (message.code() == TRANSACTIONS) {
      return Future.succeededFuture();
    }
    return isQuestion(message.code())
        ? answer(message)
        : paced(handOver(() -> take(decode(message))));
  }

  private static boolean isQuestion(int code) {
    return code == GET_BLOCK_HASHES || code == GET_BLOCKS || code == GET_BLOCK_HASHES_FROM_NUMBER;
  }

  private Future<Void> answer(Message message) {
    long bytesMax =
        message.code() == GET_BLOCKS ? ChainServer.MESSAGE_BYTES_MAX : HASHES_ANSWER_BYTES_MAX;
    return connection()
        .answer(
            bytesMax,
            () -> {
              Eth60Message question = decode(message);
              noteAsked(itemsAsked(question));
              Eth60Message answer = answer(question);
              return new Message(answer.code(), Eth60Codec.encode(answer));
            });
  }

  private static long itemsAsked(Eth60Message question) {
    if (question instanceof GetBlockHashes asked) {
      return HashServer.atMost(asked.countMax());
    }
    if (question instanceof GetBlockHashesFromNumber asked) {
      return HashServer.atMost(asked.countMax());
    }
    return ((GetBlocks) question).hashes().size();
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

  /** Handles an answer unread if no question of its kind is open, and transactions always. */
  @Override
  protected Optional<Future<Void>> passOver(int code, byte[] beginning) {
    if (code == TRANSACTIONS) {
      return Optional.of(Future.succeededFuture());
    }
    Handler now = handler();
    String label = code == BLOCKS ? Question.BLOCKS : Question.HASHES;
    if (now == null || (code != BLOCKS && code != BLOCK_HASHES) || now.isAwaited(label)) {
      return Optional.empty();
    }
    return Optional.of(paced(handOver(() -> now.onUnawaited(label))));
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
    Handler now = handler();
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
      handler.onAnnounced(announced.hashes());
      Hash last = announced.hashes().get(announced.hashes().size() - 1);
      handler.onHead(Head.of(last));
    }
  }

  /** Checks in the order of 2015: the kind of message, the genesis, the network, the version. */
  @Override
  protected void onStatus(Message message) {
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
      remote =
          new Remote(
              version,
              new Head(said.headHash(), Head.NUMBER_UNKNOWN, Optional.of(said.totalDifficulty())));
      accept();
    }
  }
}
