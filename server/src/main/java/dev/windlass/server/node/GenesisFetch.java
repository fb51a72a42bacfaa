package dev.windlass.server.node;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Hash;
import dev.windlass.chain.HeaderQuery;
import dev.windlass.chain.ReplyJudge;
import dev.windlass.chain.RlpWriter;
import dev.windlass.chain.ServedChain;
import dev.windlass.server.JobFailedException;
import dev.windlass.wire.devp2p.DisconnectReason;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.LocalNode;
import dev.windlass.wire.devp2p.RlpxConnection;
import dev.windlass.wire.devp2p.RlpxDialer;
import dev.windlass.wire.devp2p.eth.EthSession;
import dev.windlass.wire.devp2p.eth.LocalChain;
import dev.windlass.wire.devp2p.eth.Network;
import dev.windlass.wire.eth60.HashSession;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches the genesis block of a network from any of its nodes: its hash is known, and it has no
 * body, so the header that hashes to it is all of it. A node of hashes sends it whole.
 */
final class GenesisFetch {
  private static final long SECONDS_MAX = 30;

  private GenesisFetch() {}

  /** Asks the nodes one after another; a {@link JobFailedException} where none has it. */
  static Block fetch(LocalNode local, Network network, List<Enode> enodes) {
    Vertx vertx = Node.makeVertx();
    try {
      String lastFailure = "no node was named";
      for (Enode enode : enodes) {
        try {
          return ask(vertx, local, network, enode)
              .toCompletionStage()
              .toCompletableFuture()
              .get(SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
          Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
          lastFailure = enode.host() + ":" + enode.port() + ": " + cause.getMessage();
        }
      }
      throw new JobFailedException(
          "the genesis block of " + network.name() + " could not be fetched: " + lastFailure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException("interrupted", e);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static Future<Block> ask(Vertx vertx, LocalNode local, Network network, Enode enode) {
    LocalChain chain =
        new LocalChain(
            network.id(),
            network.genesis(),
            new OnlyGenesis(network.genesis()),
            network.forks(),
            () -> BigInteger.ZERO);
    Promise<Block> fetched = Promise.promise();
    vertx.runOnContext(
        ignored ->
            new RlpxDialer(vertx, local)
                .connect(enode)
                .compose(connection -> ask(vertx, connection, chain, fetched))
                .onFailure(fetched::tryFail));
    return fetched.future();
  }

  private static Future<?> ask(
      Vertx vertx, RlpxConnection connection, LocalChain chain, Promise<Block> fetched) {
    Hash genesis = chain.genesis();
    if (HashSession.isSpokenOn(connection)) {
      return HashSession.open(vertx, connection, chain)
          .onSuccess(
              session -> {
                session.start(new WholeAnswer(genesis, session, fetched));
                session.requestBlocks(List.of(genesis));
              });
    }
    return EthSession.open(vertx, connection, chain)
        .onSuccess(
            session -> {
              session.start(new Answer(genesis, session, fetched));
              session.requestHeaders(1, HeaderQuery.byHash(genesis, 1));
            });
  }

  /** The genesis, from its header. */
  private static Block block(BlockHeader header) {
    RlpWriter body = new RlpWriter().beginList().beginList().endList().beginList().endList();
    if (header.withdrawalsRoot().isPresent()) {
      body.beginList().endList();
    }
    Block block = Block.of(header, body.endList().toBytes());
    BlockRules.check(block)
        .ifPresent(
            breach -> {
              throw new JobFailedException("the genesis block has a body: " + breach);
            });
    return block;
  }

  private record Answer(Hash genesis, EthSession session, Promise<Block> fetched)
      implements EthSession.Handler {
    @Override
    public void onHeaders(long requestId, List<byte[]> headers) {
      var delivery = ReplyJudge.headers(HeaderQuery.byHash(genesis, 1), headers);
      if (delivery.items().isEmpty()) {
        fetched.tryFail("it does not serve the genesis: " + delivery.evidence());
      } else {
        fetched.tryComplete(block(delivery.items().get(0)));
      }
      session.close(DisconnectReason.REQUESTED);
    }

    @Override
    public void onBodies(long requestId, List<byte[]> bodies) {
      // Nothing was asked for.
    }

    @Override
    public void onHead(Hash head, long number, Optional<BigInteger> totalDifficulty) {
      // Heads are listened to once there is a store.
    }

    @Override
    public void onClosed(String reason) {
      fetched.tryFail(reason);
    }
  }

  private record WholeAnswer(Hash genesis, HashSession session, Promise<Block> fetched)
      implements HashSession.Handler {
    @Override
    public void onBlocks(List<byte[]> rawBlocks) {
      var delivery = ReplyJudge.blocks(List.of(genesis), rawBlocks);
      delivery.items().stream()
          .filter(block -> block.hash().equals(genesis))
          .findFirst()
          .ifPresentOrElse(
              fetched::tryComplete,
              () -> fetched.tryFail("it does not serve the genesis: " + delivery.evidence()));
      session.close(DisconnectReason.REQUESTED);
    }

    @Override
    public void onHashes(List<Hash> hashes) {
      // Nothing was asked for.
    }

    @Override
    public void onHead(Hash head, long number, Optional<BigInteger> totalDifficulty) {
      // Heads are listened to once there is a store.
    }

    @Override
    public void onClosed(String reason) {
      fetched.tryFail(reason);
    }
  }

  /** What a node without a store says of itself: it has the genesis, and serves nothing. */
  private record OnlyGenesis(Hash genesis) implements ServedChain {
    @Override
    public BlockId lowest() {
      return new BlockId(0, genesis);
    }

    @Override
    public BlockId head() {
      return lowest();
    }

    @Override
    public OptionalLong numberOf(Hash hash) {
      return OptionalLong.empty();
    }

    @Override
    public Hash hashAt(long number) {
      throw new IndexOutOfBoundsException("no block is stored");
    }

    @Override
    public byte[] rawHeader(long number) {
      throw new IndexOutOfBoundsException("no block is stored");
    }

    @Override
    public byte[] rawBody(long number) {
      throw new IndexOutOfBoundsException("no block is stored");
    }

    @Override
    public byte[] rawBlock(long number) {
      throw new IndexOutOfBoundsException("no block is stored");
    }
  }
}
