package dev.windlass.node;

import dev.windlass.chain.Hash;
import dev.windlass.sim.ChainMaker;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.devp2p.HostileNode;
import dev.windlass.wire.devp2p.RawPeer;
import dev.windlass.wire.devp2p.eth.EthCodec;
import dev.windlass.wire.devp2p.eth.EthMessage;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockRange;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockBodies;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockHeaders;
import dev.windlass.wire.devp2p.eth.EthServer;
import dev.windlass.wire.network.LocalChain;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node of eth/69 that announces one range of blocks, and serves another one. */
final class RangedNode implements AutoCloseable {
  private static final int VERSION = 69;

  private final LocalChain local;
  private final ChainMaker chain;
  private final HostileNode node;
  private final List<List<Long>> bodiesAsked = new CopyOnWriteArrayList<>();
  private final List<RawPeer> connected = new CopyOnWriteArrayList<>();
  private volatile BlockRange range;
  private volatile long lowestBody;
  private volatile long head;

  /**
   * Announces what it serves.
   *
   * @param lowestBody of the bodies that it serves. It serves all headers up to the head
   */
  RangedNode(LocalChain local, ChainMaker chain, long lowestBody, long head) throws IOException {
    this.local = local;
    this.chain = chain;
    this.lowestBody = lowestBody;
    this.head = head;
    announces(lowestBody, head);
    node = HostileNode.start(VERSION, this::talk);
  }

  /** Announces this range from its next connection on. */
  RangedNode announces(long earliest, long latest) {
    range = new BlockRange(earliest, latest, chain.hashAt(latest));
    return this;
  }

  /** Serves bodies from this number on, and announces this at once. */
  void move(long newLowestBody) throws IOException {
    lowestBody = newLowestBody;
    announces(newLowestBody, head);
    for (RawPeer peer : connected) {
      say(peer, new EthMessage.BlockRangeUpdate(range));
    }
  }

  Enode enode() {
    return node.enode();
  }

  /** The questions for bodies, by block number. */
  List<List<Long>> bodiesAsked() {
    return bodiesAsked;
  }

  /** How many questions asked for a body that it announces not to have. */
  long askedBeyond() {
    return bodiesAsked.stream()
        .filter(
            numbers -> numbers.stream().anyMatch(n -> n < range.earliest() || n > range.latest()))
        .count();
  }

  private static void say(RawPeer peer, EthMessage message) throws IOException {
    synchronized (peer) {
      peer.send(RawPeer.ETH + message.code(), new EthCodec(VERSION).encode(message));
    }
  }

  private void talk(RawPeer peer) throws IOException {
    Hash genesis = local.genesis();
    say(
        peer,
        new EthMessage.RangeStatus(
            VERSION, local.networkId(), genesis, local.forks().at(0, 0), range));
    connected.add(peer);
    while (true) {
      RawPeer.Message message = peer.read();
      int code = message.code() - RawPeer.ETH;
      if (code == EthMessage.GET_BLOCK_HEADERS || code == EthMessage.GET_BLOCK_BODIES) {
        EthMessage asked = new EthCodec(VERSION).decode(code, message.payload());
        EthServer server = new EthServer(chain.upTo(head));
        if (asked instanceof GetBlockHeaders headers) {
          say(peer, server.headers(headers));
        } else if (asked instanceof GetBlockBodies bodies) {
          say(peer, server.bodies(had(bodies)));
        }
      }
    }
  }

  /** As geth, it stops at the first body that it lacks. */
  private GetBlockBodies had(GetBlockBodies asked) {
    List<Long> numbers =
        asked.hashes().stream().map(hash -> chain.numberOf(hash).orElseThrow()).toList();
    bodiesAsked.add(numbers);
    List<Hash> had = new ArrayList<>();
    for (long number : numbers) {
      if (number < lowestBody || number > head) {
        break;
      }
      had.add(chain.hashAt(number));
    }
    return new GetBlockBodies(asked.requestId(), had);
  }

  @Override
  public void close() throws IOException {
    node.close();
  }
}
