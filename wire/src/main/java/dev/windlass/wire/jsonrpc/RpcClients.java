package dev.windlass.wire.jsonrpc;

import dev.windlass.wire.devp2p.Bandwidth;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/**
 * Makes the connections to JSON-RPC nodes. Those to one address share the rate of calls that the
 * user allows, whether the node is a peer, a source of heads, or both.
 *
 * <p>Any thread may call it.
 */
public final class RpcClients {
  private final Vertx vertx;
  private final OptionalInt callsPerSecondMax;
  private final Runnable onRateLimit;
  private final Map<RpcUrl, CallRate> rates = new ConcurrentHashMap<>();

  /**
   * @param callsPerSecondMax for each node. Empty for any number
   * @param onRateLimit called each time that a node refuses a batch because of its rate or quota
   */
  public RpcClients(Vertx vertx, OptionalInt callsPerSecondMax, Runnable onRateLimit) {
    this.vertx = vertx;
    this.callsPerSecondMax = callsPerSecondMax;
    this.onRateLimit = onRateLimit;
  }

  /** Without a limit of its own. */
  public static RpcClients unlimited(Vertx vertx) {
    return new RpcClients(vertx, OptionalInt.empty(), () -> {});
  }

  public Vertx vertx() {
    return vertx;
  }

  /**
   * Makes a connection, which connects at the first question.
   *
   * @param onBytes hears how many bytes have come, at each part of an answer
   */
  public RpcBlocks open(RpcUrl url, RpcBlocks.Observer observer, LongConsumer onBytes) {
    CallRate rate = rates.computeIfAbsent(url.overHttp(), node -> new CallRate(callsPerSecondMax));
    LongConsumer measured = Bandwidth.of(vertx)::read;
    return new RpcBlocks(vertx, url, rate, observer, measured.andThen(onBytes), onRateLimit);
  }
}
