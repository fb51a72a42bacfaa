package dev.windlass.chain.exchange;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A question to a peer. It defines how it is answered from a chain, and how an answer to it is
 * judged.
 *
 * @param <T> the type of the items of a judged answer
 */
public sealed interface Question<T> {
  String HASHES = "hashes";
  String HEADERS = "headers";
  String BODIES = "bodies";
  String BLOCKS = "blocks";

  /** The labels of all kinds. */
  List<String> LABELS = List.of(HASHES, HEADERS, BODIES, BLOCKS);

  /** The name of its kind, also in logs and metrics. */
  String label();

  /** How many items are asked for. */
  int size();

  /** The hashes of the blocks that it asks for, whole or their bodies. */
  default List<Hash> blocks() {
    return List.of();
  }

  /** The raw items with which this server answers it. */
  List<byte[]> answeredBy(ChainServer server);

  /** Judges the raw items of an answer, on the calling thread. A fault comes with its evidence. */
  default Delivery<T> judge(List<byte[]> items) {
    return EvidenceCut.keep(this, items, assess(items));
  }

  /** Judges the raw items of an answer without keeping evidence. */
  Delivery<T> assess(List<byte[]> items);

  /** Passes a delivery that answers it to the receiver. */
  void hand(Receiver receiver, PeerId peer, long ticket, Delivery<T> delivery);

  /** Takes deliveries by the type of their items. */
  interface Receiver {
    default void onHashes(PeerId peer, long ticket, Delivery<Hash> delivery) {}

    default void onHeaders(PeerId peer, long ticket, Delivery<BlockHeader> delivery) {}

    default void onBlocks(PeerId peer, long ticket, Delivery<Block> delivery) {}
  }

  /** Asks for bare hashes, from the parent of {@code from} backwards. */
  record Hashes(Hash from, int size) implements Question<Hash> {
    public Hashes {
      Objects.requireNonNull(from);
    }

    @Override
    public String label() {
      return HASHES;
    }

    @Override
    public List<byte[]> answeredBy(ChainServer server) {
      return raw(server.hashes(from, size));
    }

    /** Hashes as raw items: 32 bytes each. */
    public static List<byte[]> raw(List<Hash> hashes) {
      return hashes.stream().map(Hash::toBytes).toList();
    }

    @Override
    public Delivery<Hash> assess(List<byte[]> items) {
      List<Hash> hashes = new ArrayList<>(items.size());
      items.forEach(item -> hashes.add(Hash.of(item)));
      return ReplyJudge.hashes(size, hashes);
    }

    @Override
    public void hand(Receiver receiver, PeerId peer, long ticket, Delivery<Hash> delivery) {
      receiver.onHashes(peer, ticket, delivery);
    }
  }

  /** Asks for headers, newest first. */
  record Headers(HeaderQuery query) implements Question<BlockHeader> {
    public Headers {
      Objects.requireNonNull(query);
    }

    @Override
    public String label() {
      return HEADERS;
    }

    @Override
    public int size() {
      return query.count();
    }

    @Override
    public List<byte[]> answeredBy(ChainServer server) {
      return server.headers(query);
    }

    @Override
    public Delivery<BlockHeader> assess(List<byte[]> items) {
      return ReplyJudge.headers(query, items);
    }

    @Override
    public void hand(Receiver receiver, PeerId peer, long ticket, Delivery<BlockHeader> delivery) {
      receiver.onHeaders(peer, ticket, delivery);
    }
  }

  /** Asks for whole blocks. */
  record Blocks(List<Hash> hashes) implements Question<Block> {
    @Override
    public String label() {
      return BLOCKS;
    }

    @Override
    public List<Hash> blocks() {
      return hashes;
    }

    @Override
    public int size() {
      return hashes.size();
    }

    @Override
    public List<byte[]> answeredBy(ChainServer server) {
      return server.blocks(hashes);
    }

    @Override
    public Delivery<Block> assess(List<byte[]> items) {
      return ReplyJudge.blocks(hashes, items);
    }

    @Override
    public void hand(Receiver receiver, PeerId peer, long ticket, Delivery<Block> delivery) {
      receiver.onBlocks(peer, ticket, delivery);
    }
  }

  /**
   * Asks for the bodies of proven headers. Judging joins each body with its header into a whole
   * block.
   */
  record Bodies(List<BlockHeader> headers) implements Question<Block> {
    @Override
    public String label() {
      return BODIES;
    }

    @Override
    public List<Hash> blocks() {
      return headers.stream().map(BlockHeader::hash).toList();
    }

    @Override
    public int size() {
      return headers.size();
    }

    @Override
    public List<byte[]> answeredBy(ChainServer server) {
      return server.bodies(headers);
    }

    @Override
    public Delivery<Block> assess(List<byte[]> items) {
      return ReplyJudge.bodies(headers, items);
    }

    @Override
    public void hand(Receiver receiver, PeerId peer, long ticket, Delivery<Block> delivery) {
      receiver.onBlocks(peer, ticket, delivery);
    }
  }
}
