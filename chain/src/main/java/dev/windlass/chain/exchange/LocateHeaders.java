package dev.windlass.chain.exchange;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Asks for the headers that follow the newest block that both chains have.
 *
 * <p>The server begins after the first entry of the locator that is canonical, or after its lowest
 * block if none is. It ends with the stop block if that is canonical and not below the beginning,
 * else with its tip. Two cases are special. Without a locator the stop block alone is the answer,
 * also if it is known beside the canonical chain. A stop block that is not known is ignored.
 *
 * @param locator newest first, at most {@link Locator#ENTRIES_MAX}
 */
public record LocateHeaders(List<Entry> locator, Optional<Entry> stop) {
  /** As in Bitcoin's protocol. */
  public static final int HEADERS_MAX = 2_000;

  /** Bytes of the headers of one answer. The last header may exceed it. */
  public static final int BYTES_MAX = ChainServer.BYTES_MAX;

  /**
   * A block that the client names.
   *
   * @param number empty if the client does not give it. With a number, a server also finds a
   *     canonical block whose body it lacks
   */
  public record Entry(Hash hash, OptionalLong number) {
    public Entry {
      Objects.requireNonNull(hash);
      Objects.requireNonNull(number);
    }

    public static Entry of(BlockId id) {
      return new Entry(id.hash(), OptionalLong.of(id.number()));
    }

    public static Entry of(Hash hash) {
      return new Entry(hash, OptionalLong.empty());
    }

    /** Its number in the chain. Empty if it is not there. */
    private OptionalLong numberIn(ServedChain chain) {
      OptionalLong found = number.isPresent() ? number : chain.numberOf(hash);
      boolean isCanonical =
          found.isPresent()
              && found.getAsLong() >= chain.lowest().number()
              && found.getAsLong() <= chain.head().number()
              && chain.hashAt(found.getAsLong()).equals(hash);
      return isCanonical ? found : OptionalLong.empty();
    }
  }

  public LocateHeaders {
    locator = List.copyOf(locator);
    Objects.requireNonNull(stop);
    if (locator.size() > Locator.ENTRIES_MAX) {
      throw new IllegalArgumentException(
          "a locator has at most "
              + Locator.ENTRIES_MAX
              + " entries, this one has "
              + locator.size());
    }
  }

  /**
   * Reads the answer. Throws an {@link IndexOutOfBoundsException} if a reorg happened meanwhile.
   *
   * @param chain does not grow meanwhile
   */
  public LocatedHeaders answeredFrom(ServedChain chain) {
    return answeredFrom(chain, HEADERS_MAX);
  }

  LocatedHeaders answeredFrom(ServedChain chain, int headersMax) {
    List<BlockHeader> headers = locator.isEmpty() ? stopAlone(chain) : following(chain, headersMax);
    return new LocatedHeaders(chain.lowest(), chain.head(), headers);
  }

  private List<BlockHeader> stopAlone(ServedChain chain) {
    if (stop.isEmpty()) {
      return List.of();
    }
    OptionalLong number = stop.get().numberIn(chain);
    Optional<byte[]> raw =
        number.isPresent()
            ? Optional.of(chain.rawHeader(number.getAsLong()))
            : chain.knownHeader(stop.get().hash());
    return raw.map(BlockHeader::decode).stream().toList();
  }

  private List<BlockHeader> following(ServedChain chain, int headersMax) {
    long common = chain.lowest().number();
    for (Entry entry : locator) {
      OptionalLong number = entry.numberIn(chain);
      if (number.isPresent()) {
        common = number.getAsLong();
        break;
      }
    }
    long last = chain.head().number();
    OptionalLong stopNumber = stop.isPresent() ? stop.get().numberIn(chain) : OptionalLong.empty();
    if (stopNumber.isPresent() && stopNumber.getAsLong() > common) {
      last = stopNumber.getAsLong();
    }
    int count = (int) Math.min(last - common, headersMax);
    return linked(chain.hashAt(common), chain.rawHeaders(common + 1, count), count);
  }

  private static List<BlockHeader> linked(Hash below, List<byte[]> raw, int count) {
    List<BlockHeader> headers = new ArrayList<>();
    Hash parent = below;
    long bytes = 0;
    for (byte[] each : raw) {
      if (bytes >= BYTES_MAX) {
        return headers;
      }
      BlockHeader header = BlockHeader.decode(each);
      if (!header.parentHash().equals(parent)) {
        throw new IndexOutOfBoundsException("a reorg replaced block " + header.number());
      }
      headers.add(header);
      parent = header.hash();
      bytes += each.length;
    }
    if (headers.size() < count && bytes < BYTES_MAX) {
      throw new IndexOutOfBoundsException("a reorg removed the header after " + headers.size());
    }
    return headers;
  }
}
