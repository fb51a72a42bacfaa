package dev.windlass.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.p2p.DialSchedule;
import dev.windlass.wire.jsonrpc.RpcBlocks;
import dev.windlass.wire.jsonrpc.RpcClients;
import dev.windlass.wire.jsonrpc.RpcFailure;
import dev.windlass.wire.jsonrpc.RpcGenesis;
import dev.windlass.wire.jsonrpc.RpcUrl;
import dev.windlass.wire.network.ForkSchedule;
import dev.windlass.wire.network.Network;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the genesis of a new store from a JSON-RPC node, since anvil, hardhat and ganache have no
 * genesis file. The header proves the body. That it is the right genesis is a claim of the node.
 *
 * <p>The nodes are asked in the order in which they are trusted, heads first, until one answers.
 */
public final class GenesisOfNode {
  /** Stands for the network of the JSON-RPC nodes, which is known by its genesis only. */
  public static final Network NETWORK =
      new Network("rpc", 0, Hash.ZERO, new ForkSchedule(Hash.ZERO, 0, List.of(), List.of()));

  private static final Logger LOG = LoggerFactory.getLogger(GenesisOfNode.class);

  private final Vertx vertx;
  private final RpcClients clients;
  private final List<RpcUrl> urls;
  private final Optional<BlockId> checkpoint;
  private final DialSchedule schedule = new DialSchedule(new Random());
  private final CompletableFuture<Block> found = new CompletableFuture<>();
  private volatile Optional<RpcBlocks> connection = Optional.empty();
  private volatile boolean isOver;

  private GenesisOfNode(Vertx vertx, NodeConfig config) {
    this.vertx = vertx;
    clients = new RpcClients(vertx, config.limits().rpcRateMax(), () -> {});
    urls =
        Stream.concat(config.heads().sources().stream(), config.rpcPeers().stream())
            .distinct()
            .toList();
    checkpoint =
        config.checkpoints().named().stream().filter(block -> block.number() == 0).findFirst();
  }

  /** Waits until a node has given it. Empty if the user stops the start before. */
  public static Optional<Block> await(NodeConfig config, CompletableFuture<Void> stopped) {
    Vertx vertx = Node.makeVertx();
    GenesisOfNode genesis = new GenesisOfNode(vertx, config);
    try {
      vertx.getOrCreateContext().runOnContext(ignored -> genesis.ask(0));
      CompletableFuture.anyOf(genesis.found, stopped).join();
      return genesis.found.isDone() ? Optional.of(genesis.found.join()) : Optional.empty();
    } finally {
      genesis.isOver = true;
      // A connection cannot be closed any more if its event loop has ended.
      genesis.connection.ifPresent(blocks -> Node.await(blocks.close()));
      Node.await(Node.close(vertx));
    }
  }

  private void ask(int index) {
    if (index == urls.size()) {
      vertx.setTimer(schedule.millisAfterFailure(), ignored -> ask(0));
      return;
    }
    RpcUrl url = urls.get(index);
    Told told = new Told();
    RpcBlocks blocks = clients.open(url, told, bytes -> {});
    connection = Optional.of(blocks);
    blocks
        .genesis()
        .onComplete(
            answer -> {
              if (isOver) {
                return;
              }
              blocks.close();
              Optional<String> objection =
                  answer.succeeded()
                      ? objection(answer.result().block())
                      : Optional.of(
                          told.reason.orElse(String.valueOf(answer.cause().getMessage())));
              if (objection.isPresent()) {
                refuse(url, objection.get());
                ask(index + 1);
              } else {
                take(url, answer.result());
              }
            });
  }

  private Optional<String> objection(Block genesis) {
    return checkpoint
        .filter(trusted -> !trusted.hash().equals(genesis.hash()))
        .map(
            trusted ->
                "its block 0 is " + genesis.hash() + ", and the checkpoint is " + trusted.hash());
  }

  private void refuse(RpcUrl url, String reason) {
    LOG.atLevel(schedule.level(url + reason, System.nanoTime()))
        .setMessage("No genesis from this node yet")
        .addKeyValue("source", url)
        .addKeyValue("reason", reason)
        .log();
  }

  private void take(RpcUrl url, RpcGenesis genesis) {
    boolean isProven = checkpoint.isPresent();
    LOG.atInfo()
        .setMessage(isProven ? "Genesis taken from a node" : "Genesis taken from a node on trust")
        .addKeyValue("genesis", genesis.block().hash())
        .addKeyValue("source", url)
        .addKeyValue(
            "chain_id",
            genesis.chainId().isPresent() ? genesis.chainId().getAsLong() : "not reported")
        .log();
    found.complete(genesis.block());
  }

  /** Why the node's block cannot be used, if that is known. */
  private static final class Told implements RpcBlocks.Observer {
    private volatile Optional<String> reason = Optional.empty();

    @Override
    public void onLimit(RpcFailure limit) {
      // The question is asked again.
    }

    @Override
    public void onUnknown(String what) {
      reason = Optional.of(what);
    }
  }
}
