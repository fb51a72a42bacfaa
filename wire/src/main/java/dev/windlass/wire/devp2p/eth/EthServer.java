package dev.windlass.wire.devp2p.eth;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ChainServer;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.store.ReorgSafeRead;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockBodies;
import dev.windlass.wire.devp2p.eth.EthMessage.BlockHeaders;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockBodies;
import dev.windlass.wire.devp2p.eth.EthMessage.GetBlockHeaders;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Answers the questions of eth/66 and later about a chain, within geth's limits: 1024 items, and no
 * further item once 2 MiB are reached.
 *
 * <p>Immutable. Any thread may call it. Missing items are left out. No answer mixes two branches.
 * If a reorg happens while an answer is made, it is made again. If that happens twice, it is empty.
 */
public final class EthServer {
  /** As in geth. It bounds the search for a peer that asks for missing items. */
  private static final int LOOKUPS_MAX = 2 * ChainServer.BODIES_MAX;

  private static final int PIECE_HEADERS = 256;

  private final ServedChain chain;

  public EthServer(ServedChain chain) {
    this.chain = chain;
  }

  public BlockHeaders headers(GetBlockHeaders asked) {
    return new BlockHeaders(asked.requestId(), read(server -> server.rawHeaders(asked)));
  }

  public BlockBodies bodies(GetBlockBodies asked) {
    return new BlockBodies(asked.requestId(), read(server -> server.rawBodies(asked)));
  }

  private List<byte[]> read(Function<EthServer, List<byte[]>> answer) {
    return ReorgSafeRead.of(chain, upToHead -> answer.apply(new EthServer(upToHead)));
  }

  /** The largest size of an answer: headers up to the limit, and the one that reaches it. */
  static long bytesMax(GetBlockHeaders asked) {
    long each = BlockHeader.BYTES_MAX;
    return Math.min(asked.count() * each, ChainServer.BYTES_MAX + each);
  }

  private List<byte[]> rawHeaders(GetBlockHeaders asked) {
    List<byte[]> headers = new ArrayList<>();
    OptionalLong from =
        asked.from() != null ? chain.numberOf(asked.from()) : OptionalLong.of(asked.fromNumber());
    int countMax = Math.min(asked.count(), ChainServer.HEADERS_MAX);
    // The largest possible step ends the answer after the first header.
    long step =
        asked.skip() < 0 || asked.skip() == Long.MAX_VALUE ? Long.MAX_VALUE : asked.skip() + 1;
    long number = from.orElse(-1);
    if (step == 1) {
      return neighbours(number, countMax, asked.isReverse());
    }
    long bytes = 0;
    try {
      while (headers.size() < countMax && bytes < ChainServer.BYTES_MAX && isServed(number)) {
        byte[] header = chain.rawHeader(number);
        headers.add(header);
        bytes += header.length;
        number = next(number, step, asked.isReverse());
      }
    } catch (IndexOutOfBoundsException e) {
      // A reorg has removed the header since the head was read.
      return headers;
    }
    return headers;
  }

  /** Reads consecutive headers, the usual question, in pieces that the limit of bytes may cut. */
  private List<byte[]> neighbours(long first, int countMax, boolean isReverse) {
    List<byte[]> headers = new ArrayList<>();
    long bytes = 0;
    long number = first;
    int pieceMax = PIECE_HEADERS;
    while (headers.size() < countMax && isServed(number)) {
      int wanted = Math.min(pieceMax, countMax - headers.size());
      long lowest = isReverse ? Math.max(chain.lowest().number(), number - wanted + 1) : number;
      long highest = isReverse ? number : Math.min(chain.head().number(), number + wanted - 1);
      List<byte[]> piece = chain.rawHeaders(lowest, (int) (highest - lowest + 1));
      boolean isShort = piece.size() <= highest - lowest;
      boolean isFull = isShort && bytes(piece) >= ServedChain.HEADER_BYTES_MAX;
      if (isFull && isReverse) {
        // The piece was cut at its upper end, where a reverse answer starts.
        pieceMax = Math.max(1, piece.size() / 2);
        continue;
      }
      if (isReverse) {
        Collections.reverse(piece);
      }
      for (byte[] header : piece) {
        if (bytes >= ChainServer.BYTES_MAX) {
          return headers;
        }
        headers.add(header);
        bytes += header.length;
      }
      if (isShort && !isFull) {
        // A reorg has removed the rest since the head was read.
        return headers;
      }
      number = isReverse ? lowest - 1 : lowest + piece.size();
    }
    return headers;
  }

  private static long bytes(List<byte[]> items) {
    return items.stream().mapToLong(item -> item.length).sum();
  }

  private boolean isServed(long number) {
    return number >= chain.lowest().number() && number <= chain.head().number();
  }

  private static long next(long number, long step, boolean isReverse) {
    if (isReverse) {
      return step > number ? -1 : number - step;
    }
    return step > Long.MAX_VALUE - number ? -1 : number + step;
  }

  private List<byte[]> rawBodies(GetBlockBodies asked) {
    List<byte[]> bodies = new ArrayList<>();
    long bytes = 0;
    int lookups = Math.min(LOOKUPS_MAX, asked.hashes().size());
    for (Hash hash : asked.hashes().subList(0, lookups)) {
      if (bodies.size() >= ChainServer.BODIES_MAX || bytes >= ChainServer.BYTES_MAX) {
        break;
      }
      Optional<byte[]> body = body(hash);
      if (body.isPresent()) {
        if (bytes + body.get().length > ChainServer.MESSAGE_BYTES_MAX) {
          break;
        }
        bodies.add(body.get());
        bytes += body.get().length;
      }
    }
    return bodies;
  }

  private Optional<byte[]> body(Hash hash) {
    OptionalLong number = chain.numberOf(hash);
    if (number.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(chain.rawBody(number.getAsLong()));
    } catch (IndexOutOfBoundsException e) {
      // A reorg has removed the block since it was found.
      return Optional.empty();
    }
  }
}
