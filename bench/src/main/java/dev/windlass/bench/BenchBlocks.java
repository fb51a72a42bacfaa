package dev.windlass.bench;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.chain.store.Segment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;

/** Makes headers and bodies for the benchmarks of the store, the same ones for the same seed. */
final class BenchBlocks {
  private static final int HEADERS_PER_BATCH = 1024;

  private final Random random;
  private final byte[] noise = new byte[16 << 20];

  BenchBlocks(long seed) {
    random = new Random(seed);
    random.nextBytes(noise);
  }

  /** Appends linked headers to an empty store as the segment 1, newest first. */
  static Segment appendHeaders(
      List<BlockHeader> oldestFirst, BiConsumer<Segment, List<BlockHeader>> append) {
    List<BlockHeader> newestFirst = new ArrayList<>(oldestFirst);
    Collections.reverse(newestFirst);
    BlockHeader anchor = newestFirst.get(0);
    Segment segment = Segment.empty(1, anchor.hash(), true).numbered(anchor.number());
    for (int from = 0; from < newestFirst.size(); from += HEADERS_PER_BATCH) {
      int to = Math.min(newestFirst.size(), from + HEADERS_PER_BATCH);
      List<BlockHeader> batch = newestFirst.subList(from, to);
      segment = segment.grown(batch.size(), newestFirst.get(to - 1).parentHash());
      append.accept(segment, batch);
    }
    return segment;
  }

  /** Linked headers above another one, oldest first. */
  List<BlockHeader> headersOn(BlockHeader below, int count) {
    List<BlockHeader> headers = new ArrayList<>(count);
    BlockHeader last = below;
    for (int i = 0; i < count; i++) {
      last = header(last.hash(), last.number() + 1);
      headers.add(last);
    }
    return headers;
  }

  /** One transaction, whose first bytes are noise and whose others are zeros. */
  byte[] body(int bytes, int noiseBytes) {
    byte[] transaction = new byte[bytes];
    int filled = 0;
    while (filled < noiseBytes) {
      int part = Math.min(noiseBytes - filled, noise.length / 2);
      System.arraycopy(noise, random.nextInt(noise.length - part), transaction, filled, part);
      filled += part;
    }
    RlpWriter body = new RlpWriter(transaction.length + 16).beginList();
    body.beginList().string(transaction).endList();
    return body.beginList().endList().endList().toBytes();
  }

  /** A header with the length and the entropy of mainnet. */
  BlockHeader header(Hash parent, long number) {
    byte[] bloom = new byte[256];
    byte[] coinbase = new byte[20];
    random.nextBytes(bloom);
    random.nextBytes(coinbase);
    RlpWriter header =
        new RlpWriter(640)
            .beginList()
            .hash(parent)
            .hash(Keccak.EMPTY_LIST)
            .string(coinbase)
            .hash(hash())
            .hash(hash())
            .hash(hash())
            .string(bloom)
            .integer(1L << 50)
            .integer(number)
            .integer(30_000_000)
            .integer(15_000_000)
            .integer(1_600_000_000 + 12 * number)
            .string(new byte[] {'w', 'i', 'n', 'd', 'l', 'a', 's', 's'})
            .hash(hash())
            .string(new byte[8])
            .endList();
    return BlockHeader.decode(header.toBytes());
  }

  private Hash hash() {
    return Hash.ofLongs(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }
}
