package dev.windlass.chain.exchange;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Answers a peer's questions about one chain, as the servers of the network do. It keeps to the
 * caps of their protocols. It ends an answer of blocks or headers with the item that reaches 2 MiB.
 *
 * <p>Immutable. Any number of threads may call it. Items that the chain does not have are left out,
 * so an answer may be empty, a prefix, or have holes.
 */
public final class ChainServer {
  public static final int HASHES_MAX = 2_048;
  public static final int HEADERS_MAX = 1_024;
  public static final int BLOCKS_MAX = 128;
  public static final int BODIES_MAX = 1_024;
  public static final int BYTES_MAX = 2 << 20;

  /**
   * Bytes of the items of one message. As large as the largest block, so that every stored block
   * can be served.
   */
  public static final int MESSAGE_BYTES_MAX = Block.BYTES_MAX;

  /** Hashes looked up for one answer. The 2015 server read as many as a message of 10 MiB holds. */
  public static final int LOOKUPS_MAX = 1_024;

  private final ServedChain chain;

  public ChainServer(ServedChain chain) {
    this.chain = chain;
  }

  public ServedChain chain() {
    return chain;
  }

  /** Hashes from the parent of {@code from} backwards. Empty if {@code from} is not known. */
  public List<Hash> hashes(Hash from, int max) {
    OptionalLong number = chain.numberOf(from);
    if (number.isEmpty()) {
      return List.of();
    }
    long first = number.getAsLong() - 1;
    long last = Math.max(chain.lowest().number(), first - Math.min(max, HASHES_MAX) + 1);
    List<Hash> hashes = new ArrayList<>();
    for (long n = first; n >= last; n--) {
      hashes.add(chain.hashAt(n));
    }
    return hashes;
  }

  /** Hashes from a number upwards, its own first. Empty if the chain does not have that number. */
  public List<Hash> hashesFrom(long number, int max) {
    long head = chain.head().number();
    List<Hash> hashes = new ArrayList<>();
    if (number >= chain.lowest().number() && number <= head) {
      long last = Math.min(head, number + Math.min(max, HASHES_MAX) - 1);
      for (long n = number; n <= last; n++) {
        hashes.add(chain.hashAt(n));
      }
    }
    return hashes;
  }

  /** Headers, newest first, from the one that the query names downwards. */
  public List<byte[]> headers(HeaderQuery query) {
    OptionalLong number =
        query.isByHash() ? chain.numberOf(query.from()) : OptionalLong.of(query.fromNumber());
    if (number.isEmpty() || number.getAsLong() > chain.head().number()) {
      return List.of();
    }
    long first = number.getAsLong();
    long last = Math.max(chain.lowest().number(), first - Math.min(query.count(), HEADERS_MAX) + 1);
    List<byte[]> headers = new ArrayList<>();
    long bytes = 0;
    for (long n = first; n >= last && bytes < BYTES_MAX; n--) {
      byte[] header = chain.rawHeader(n);
      headers.add(header);
      bytes += header.length;
    }
    return headers;
  }

  /** Whole blocks, in the order asked for. Unknown ones are skipped. */
  public List<byte[]> blocks(List<Hash> hashes) {
    List<byte[]> blocks = new ArrayList<>();
    long bytes = 0;
    for (Hash hash : hashes.subList(0, Math.min(LOOKUPS_MAX, hashes.size()))) {
      OptionalLong number = chain.numberOf(hash);
      if (number.isPresent()) {
        byte[] block = chain.rawBlock(number.getAsLong());
        if (bytes + block.length > MESSAGE_BYTES_MAX) {
          break;
        }
        blocks.add(block);
        bytes += block.length;
        if (blocks.size() >= BLOCKS_MAX || bytes > BYTES_MAX) {
          break;
        }
      }
    }
    return blocks;
  }

  /** Bodies of these blocks, in the order asked for. Unknown ones are skipped. */
  public List<byte[]> bodies(List<BlockHeader> headers) {
    List<byte[]> bodies = new ArrayList<>();
    long bytes = 0;
    for (BlockHeader header : headers.subList(0, Math.min(LOOKUPS_MAX, headers.size()))) {
      OptionalLong number = chain.numberOf(header.hash());
      if (number.isPresent()) {
        byte[] body = chain.rawBody(number.getAsLong());
        if (bytes + body.length > MESSAGE_BYTES_MAX) {
          break;
        }
        bodies.add(body);
        bytes += body.length;
        if (bodies.size() >= BODIES_MAX || bytes > BYTES_MAX) {
          break;
        }
      }
    }
    return bodies;
  }
}
