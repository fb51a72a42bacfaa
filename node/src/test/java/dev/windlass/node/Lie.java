package dev.windlass.node;

import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.exchange.ServedChain;
import java.util.OptionalLong;

/** The chain as it is, but for what a test overrides. */
class Lie implements ServedChain {
  private final ServedChain truth;

  Lie(ServedChain truth) {
    this.truth = truth;
  }

  @Override
  public BlockId lowest() {
    return truth.lowest();
  }

  @Override
  public BlockId head() {
    return truth.head();
  }

  @Override
  public OptionalLong numberOf(Hash hash) {
    return truth.numberOf(hash);
  }

  @Override
  public Hash hashAt(long number) {
    return truth.hashAt(number);
  }

  @Override
  public byte[] rawHeader(long number) {
    return truth.rawHeader(number);
  }

  @Override
  public byte[] rawBody(long number) {
    return truth.rawBody(number);
  }

  @Override
  public byte[] rawBlock(long number) {
    return truth.rawBlock(number);
  }
}
