package dev.windlass.p2p.rpc;

import dev.windlass.chain.Head;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.p2p.DialSchedule;
import dev.windlass.p2p.log.Quantity;
import dev.windlass.p2p.log.Repeats;
import dev.windlass.wire.jsonrpc.RpcBlocks;
import dev.windlass.wire.jsonrpc.RpcClients;
import dev.windlass.wire.jsonrpc.RpcFailure;
import dev.windlass.wire.jsonrpc.RpcUrl;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A JSON-RPC node that names heads. It is asked for its block with a tag again and again. Over
 * WebSocket it also reports each new head at once. A report may get lost, and some nodes report
 * nothing if their head goes down, so it is only a reason to look.
 *
 * <p>Owned by one context. {@link #start} and {@link #close} may be called on any thread.
 */
public final class HeadSource implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeadSource.class);

  /** How often a node is asked. It is a third of the time between two blocks of Ethereum. */
  public static final Duration LOOK = Duration.ofSeconds(4);

  private static final int REASONS_MAX = 16;
  private static final String WENT_BACK = "Head of the source went back";
  private static final String NOT_REACHED = "Head source not reached";

  /** Which block of the node is its head. */
  public enum Tag {
    /** Never replaced, two epochs or some 13 minutes old. */
    FINALIZED,
    /** Rarely replaced, one epoch old. */
    SAFE,
    /** Replaced at each reorg. */
    LATEST;

    /** As in JSON-RPC. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final RpcClients clients;
  private final Vertx vertx;
  private final Context context;
  private final RpcUrl url;
  private final Tag tag;
  private final ServedChain chain;
  private final Duration look;
  private final Observer observer;
  private final DialSchedule schedule = new DialSchedule(new Random());
  private final Repeats<String> told = new Repeats<>(REASONS_MAX);

  /** Null while the node is not connected. */
  private RpcBlocks blocks;

  private volatile long timer;
  private Head last;
  private boolean isReached;
  private long reachedNanos;
  private boolean isLooking;
  private volatile boolean isClosed;

  /**
   * @param chain the stored chain, on which the node must be
   * @param look how often it is asked
   */
  public HeadSource(
      RpcClients clients,
      RpcUrl url,
      Tag tag,
      ServedChain chain,
      Duration look,
      Observer observer) {
    this.chain = chain;
    this.look = look;
    this.clients = clients;
    this.vertx = clients.vertx();
    this.context = vertx.getOrCreateContext();
    this.url = url;
    this.tag = tag;
    this.observer = observer;
  }

  /** Hears of the node. Its methods are called on the context. */
  public interface Observer {
    /** This is its head, whether it was before or not. */
    void named(Head head);

    /** It is not connected, and not asked for a while. */
    void lost(String reason);
  }

  /**
   * The block of its chain at a number. Empty if it does not give one. Fails if it is not reached.
   */
  public Future<Optional<Head>> block(long number) {
    Promise<Optional<Head>> given = Promise.promise();
    context.runOnContext(
        ignored -> {
          if (isReached && !isClosed) {
            blocks.block(number).onComplete(given);
          } else {
            given.fail("the node is not connected");
          }
        });
    return given.future();
  }

  public RpcUrl url() {
    return url;
  }

  /** Begins to connect and to look. */
  public void start() {
    timer = vertx.setPeriodic(look.toMillis(), ignored -> on(this::look));
    on(this::connect);
  }

  private void on(Runnable work) {
    context.runOnContext(
        ignored -> {
          if (!isClosed) {
            work.run();
          }
        });
  }

  private void connect() {
    RpcBlocks made = clients.open(url, new Events(), bytes -> {});
    blocks = made;
    made.greet(chain.lowest().number())
        .onSuccess(greeting -> on(() -> greeted(made, greeting)))
        .onFailure(failure -> on(() -> end(made, NOT_REACHED, failure.getMessage())));
  }

  private void greeted(RpcBlocks made, RpcBlocks.Greeting greeting) {
    Optional<String> objection = greeting.objection(chain.lowest());
    if (objection.isPresent()) {
      end(made, "Head source refused", objection.get());
      return;
    }
    reached(greeting.client());
    if (url.isWebSocket()) {
      made.subscribe().onFailure(failure -> on(() -> end(made, NOT_REACHED, failure.getMessage())));
    }
    look();
  }

  private void look() {
    RpcBlocks of = blocks;
    if (of == null || !isReached || isLooking) {
      return;
    }
    isLooking = true;
    of.head(tag.label())
        .onSuccess(head -> on(() -> head.ifPresent(this::saw)))
        .onFailure(failure -> on(() -> end(of, NOT_REACHED, failure.getMessage())))
        .onComplete(done -> on(() -> isLooking = false));
  }

  private void reached(String client) {
    isReached = true;
    reachedNanos = System.nanoTime();
    schedule.connected();
    LOG.atInfo()
        .setMessage("Head source connected")
        .addKeyValue("source", url)
        .addKeyValue("client", client)
        .addKeyValue("tag", tag.label())
        .log();
  }

  private void saw(Head head) {
    if (!head.equals(last)) {
      if (last != null && head.number() < last.number()) {
        LOG.atLevel(told.level(Level.INFO, WENT_BACK, System.nanoTime()))
            .setMessage(WENT_BACK)
            .addKeyValue("source", url)
            .addKeyValue("number", new Quantity.Count(head.number()))
            .addKeyValue("hash", head.hash())
            .addKeyValue("from", new Quantity.Count(last.number()))
            .log();
      }
      last = head;
    }
    observer.named(head);
  }

  private void end(RpcBlocks of, String what, String reason) {
    if (of != blocks) {
      return;
    }
    long millis =
        isReached
            ? schedule.millisAfterConnection(
                Duration.ofNanos(System.nanoTime() - reachedNanos), true)
            : schedule.millisAfterFailure();
    blocks = null;
    isReached = false;
    of.close();
    observer.lost(reason);
    LOG.atLevel(schedule.level(reason, System.nanoTime()))
        .setMessage(what)
        .addKeyValue("source", url)
        .addKeyValue("reason", reason)
        .log();
    vertx.setTimer(millis, ignored -> on(this::connect));
  }

  /** What the node reports. */
  private final class Events implements RpcBlocks.Observer {
    @Override
    public void onHead(Head head) {
      on(
          () -> {
            if (tag == Tag.LATEST) {
              saw(head);
            } else {
              look();
            }
          });
    }

    @Override
    public void onEnd(String reason) {
      on(
          () -> {
            if (blocks != null) {
              end(blocks, NOT_REACHED, reason);
            }
          });
    }

    @Override
    public void onLimit(RpcFailure limit) {
      String reason = limit.getMessage();
      LOG.atLevel(told.level(Level.INFO, reason, System.nanoTime()))
          .setMessage("Head source is asked less")
          .addKeyValue("source", url)
          .addKeyValue("reason", reason)
          .log();
    }
  }

  @Override
  public void close() {
    isClosed = true;
    vertx.cancelTimer(timer);
    context.runOnContext(
        ignored -> {
          if (blocks != null) {
            blocks.close();
          }
        });
  }
}
