package dev.windlass.wire.eth60;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.RlpException;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.Message;
import dev.windlass.wire.devp2p.RlpxConnection;
import dev.windlass.wire.devp2p.eth.LocalChain;
import dev.windlass.wire.devp2p.rlpx.RlpxException;
import dev.windlass.wire.eth60.Eth60Message.BlockHashes;
import dev.windlass.wire.eth60.Eth60Message.Blocks;
import dev.windlass.wire.eth60.Eth60Message.GetBlockHashes;
import dev.windlass.wire.eth60.Eth60Message.GetBlockHashesFromNumber;
import dev.windlass.wire.eth60.Eth60Message.GetBlocks;
import dev.windlass.wire.eth60.Eth60Message.NewBlock;
import dev.windlass.wire.eth60.Eth60Message.NewBlockHashes;
import dev.windlass.wire.eth60.Eth60Message.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * A connection on which both ends have said their Status of eth/60 or eth/61: asks, answers and
 * hears announcements.
 *
 * <p>Messages are handled one at a time, on a worker but for the Status; the next one is read when
 * that is done. Answers carry no request id: they come in the order of the questions, one to each,
 * and whoever asks keeps count. Transactions are passed over unread.
 */
public final class HashSession {
  /** The last version of the hash protocol. */
  private static final int VERSION_MAX = 61;

  /** How long the other end's Status is waited for; 2015 waited for ever. */
  private static final long STATUS_MILLIS_MAX = 5_000;

  private static final int TRANSACTIONS = 2;

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
  private Future<?> handing = Future.succeededFuture();
  private Future<Void> dealtWith = Future.succeededFuture();

  /** What comes of the other end; called on any thread, one call at a time. */
  public interface Handler {
    /** Takes hashes: the answer to the oldest question for hashes, if there is one. */
    void onHashes(List<Hash> hashes);

    /** Takes blocks, in RLP: the answer to the oldest question for blocks, if there is one. */
    void onBlocks(List<byte[]> rawBlocks);

    /**
     * The other end says that this is its newest block.
     *
     * @param number -1 where it does not say
     */
    void onHead(Hash head, long number, Optional<BigInteger> totalDifficulty);

    /** The same with the whole block; nothing of it is proven. */
    default void onNewBlock(Block block, BigInteger totalDifficulty) {
      onHead(block.hash(), block.number(), Optional.of(totalDifficulty));
    }

    /**
     * Done once all that was handed over so far is dealt with. One message more is handed over
     * before it is, and no other is read.
     */
    default Future<Void> dealtWith() {
      return Future.succeededFuture();
    }

    void onClosed(String reason);
  }

  /** What the other end said of itself. */
  public record Remote(int version, Hash head, BigInteger totalDifficulty) {}

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

  /** Whether both ends of a connection speak this protocol best. */
  public static boolean isSpokenOn(RlpxConnection connection) {
    return connection.capability().version() <= VERSION_MAX;
  }

  /**
   * Says our Status and waits for the other end's.
   *
   * @return fails where the two nodes are of different chains, with the reason
   */
  public static Future<HashSession> open(Vertx vertx, RlpxConnection connection, LocalChain local) {
    return open(vertx, connection, local, STATUS_MILLIS_MAX);
  }

  static Future<HashSession> open(
      Vertx vertx, RlpxConnection connection, LocalChain local, long statusMillisMax) {
    HashSession session = new HashSession(vertx, connection, local, statusMillisMax);
    connection.open(session::onMessage, session::onClosed);
    Future<Void> unused = session.send(session.status());
    return session.opened.future();
  }

  private Status status() {
    BlockId head = local.chain().head();
    return new Status(
        version, local.networkId(), local.totalDifficulty().get(), head.hash(), local.genesis());
  }

  public RlpxConnection connection() {
    return connection;
  }

  public Remote remote() {
    return remote;
  }

  /** Begins to hand over what comes. */
  public void start(Handler newHandler) {
    handler = newHandler;
    if (closedReason != null) {
      newHandler.onClosed(closedReason);
    }
  }

  /** Asks for hashes from the parent of a block backwards. */
  public void requestHashes(Hash from, int countMax) {
    send(new GetBlockHashes(from, countMax));
  }

  public void requestBlocks(List<Hash> hashes) {
    send(new GetBlocks(hashes));
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
    Future<Optional<Eth60Message>> taken =
        vertx.executeBlocking(() -> take(decode(message)), false);
    handing = taken;
    return taken.compose(answer -> answer.map(this::send).orElseGet(this::pace));
  }

  /** The message before must be dealt with; this one may be while the next one is judged. */
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

  /** Takes a message; the answer, where it was a question. */
  private Optional<Eth60Message> take(Eth60Message message) {
    if (message instanceof GetBlockHashes asked) {
      return Optional.of(server.hashes(asked));
    }
    if (message instanceof GetBlockHashesFromNumber asked) {
      return Optional.of(server.hashesFrom(asked));
    }
    if (message instanceof GetBlocks asked) {
      return Optional.of(server.blocks(asked));
    }
    if (message instanceof Status) {
      throw new RlpxException("a second Status");
    }
    Handler now = handler;
    if (now != null) {
      hand(message, now);
    }
    return Optional.empty();
  }

  private static void hand(Eth60Message message, Handler handler) {
    if (message instanceof BlockHashes answer) {
      handler.onHashes(answer.hashes());
    } else if (message instanceof Blocks answer) {
      handler.onBlocks(answer.rawBlocks());
    } else if (message instanceof NewBlock announced) {
      handler.onNewBlock(announced.block(), announced.totalDifficulty());
    } else if (message instanceof NewBlockHashes announced && !announced.hashes().isEmpty()) {
      Hash last = announced.hashes().get(announced.hashes().size() - 1);
      handler.onHead(last, -1, Optional.empty());
    }
  }

  /** In the order of 2015: what it is, the genesis, the network, the version. */
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
      remote = new Remote(version, said.headHash(), said.totalDifficulty());
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
      // What came before the end is handed over before the end is.
      handing.onComplete(done -> handler.onClosed(reason));
    }
  }
}
