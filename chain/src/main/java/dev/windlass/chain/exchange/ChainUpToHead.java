package dev.windlass.chain.exchange;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A chain as it was when its head was read, also if it grows. Blocks above that head are absent.
 */
public final class ChainUpToHead implements ServedChain {
  private final ServedChain chain;
  private final BlockId head;

  public ChainUpToHead(ServedChain chain) {
    this.chain = chain;
    head = chain.head();
  }

  @Override
  public BlockId lowest() {
    return chain.lowest();
  }

  @Override
  public BlockId head() {
    return head;
  }

  @Override
  public OptionalLong numberOf(Hash hash) {
    OptionalLong number = chain.numberOf(hash);
    return number.isPresent() && number.getAsLong() <= head.number()
        ? number
        : OptionalLong.empty();
  }

  private long notAboveHead(long number) {
    if (number > head.number()) {
      throw new IndexOutOfBoundsException("block " + number + " is above the head");
    }
    return number;
  }

  @Override
  public Hash hashAt(long number) {
    return chain.hashAt(notAboveHead(number));
  }

  @Override
  public byte[] rawHeader(long number) {
    return chain.rawHeader(notAboveHead(number));
  }

  @Override
  public Optional<byte[]> knownHeader(Hash hash) {
    return chain.knownHeader(hash);
  }

  @Override
  public List<byte[]> rawHeaders(long lowest, int count) {
    long countMax = Math.max(0, head.number() - lowest + 1);
    return chain.rawHeaders(lowest, (int) Math.min(count, countMax));
  }

  @Override
  public byte[] rawBody(long number) {
    return chain.rawBody(notAboveHead(number));
  }

  @Override
  public byte[] rawBlock(long number) {
    return chain.rawBlock(notAboveHead(number));
  }
}
