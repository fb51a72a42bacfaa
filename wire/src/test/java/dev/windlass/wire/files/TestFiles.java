package dev.windlass.wire.files;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.TestBlocks;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.xerial.snappy.SnappyFramedOutputStream;

/** Files of small linked blocks. */
final class TestFiles {
  private TestFiles() {}

  /** Empty blocks. Each has the given number of bytes of extra data. */
  static List<Block> linked(long firstNumber, int... extraBytes) {
    return TestBlocks.linked(
        firstNumber,
        Hash.ofLongs(1, 2, 3, firstNumber),
        extraBytes.length,
        block -> block.extraBytes(extraBytes[(int) (block.number - firstNumber)]));
  }

  /** A body of one transaction, with about so many bytes. */
  static byte[] bodyOf(int bytes) {
    RlpWriter body = new RlpWriter().beginList().beginList().string(new byte[bytes]).endList();
    return body.beginList().endList().endList().toBytes();
  }

  /** A block of any size. Its header need not commit to the body. */
  static byte[] join(BlockHeader header, byte[] body) {
    RlpReader parts = new RlpReader(body);
    parts.nextList();
    byte[] inside = Arrays.copyOfRange(body, parts.payloadAt(), body.length);
    return new RlpWriter().beginList().raw(header.raw()).raw(inside).endList().toBytes();
  }

  static byte[] rlp(List<Block> blocks) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    blocks.forEach(block -> out.writeBytes(block.rawBlock()));
    return out.toByteArray();
  }

  /** A builder of e2store files. */
  static final class EraBuilder {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final List<Long> headerOffsets = new ArrayList<>();
    final List<Long> bodyOffsets = new ArrayList<>();
    final EraAccumulator accumulator = new EraAccumulator();
    BigInteger totalDifficulty = BigInteger.valueOf(17_000_000_000L);

    EraBuilder() {
      entry(EntryReader.VERSION, new byte[0]);
    }

    EraBuilder entry(int type, byte[] data) {
      ByteBuffer prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      out.writeBytes(prefix.putShort((short) type).putInt(data.length).array());
      out.writeBytes(data);
      return this;
    }

    EraBuilder header(Block block) throws IOException {
      headerOffsets.add((long) out.size());
      return entry(EntryReader.HEADER, packed(block.header().raw()));
    }

    EraBuilder body(Block block) throws IOException {
      bodyOffsets.add((long) out.size());
      return entry(EntryReader.BODY, packed(block.rawBody()));
    }

    EraBuilder total(Block block, long more) {
      totalDifficulty =
          totalDifficulty.add(block.header().difficulty()).add(BigInteger.valueOf(more));
      accumulator.add(block.hash(), totalDifficulty);
      byte[] big = totalDifficulty.toByteArray();
      byte[] little = new byte[32];
      for (int i = 0; i < big.length; i++) {
        little[i] = big[big.length - 1 - i];
      }
      return entry(EntryReader.TOTAL_DIFFICULTY, little);
    }

    EraBuilder era1Blocks(List<Block> blocks) throws IOException {
      for (Block block : blocks) {
        header(block).body(block).entry(EntryReader.RECEIPTS, packed(new byte[] {(byte) 0xc0}));
        total(block, 0);
      }
      return this;
    }

    EraBuilder accumulator() {
      return entry(EntryReader.ACCUMULATOR, accumulator.root().toBytes());
    }

    EraBuilder index(long first, long count) {
      ByteBuffer data =
          ByteBuffer.allocate(8 * (headerOffsets.size() + 2)).order(ByteOrder.LITTLE_ENDIAN);
      data.putLong(first);
      headerOffsets.forEach(offset -> data.putLong(offset - out.size()));
      return entry(EntryReader.BLOCK_INDEX, data.putLong(count).array());
    }

    EraBuilder dynamicIndex(long first) {
      int count = headerOffsets.size();
      ByteBuffer data = ByteBuffer.allocate(8 * (2 * count + 3)).order(ByteOrder.LITTLE_ENDIAN);
      data.putLong(first);
      for (int i = 0; i < count; i++) {
        data.putLong(headerOffsets.get(i) - out.size()).putLong(bodyOffsets.get(i) - out.size());
      }
      return entry(EntryReader.DYNAMIC_BLOCK_INDEX, data.putLong(2).putLong(count).array());
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  static byte[] packed(byte[] raw) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (SnappyFramedOutputStream out = new SnappyFramedOutputStream(packed)) {
      out.write(raw);
    }
    return packed.toByteArray();
  }
}
