package dev.windlass.wire.files;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpException;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The blocks of an era1 or ere file, at most 8192 (source: the e2store format specifications of
 * eth-clients).
 *
 * <pre>
 * era1 = version | (header | body | receipts | total difficulty)* | other* | accumulator | index
 * ere  = version | header+ | body+ | other* | dynamic index
 * index         = first number | offset of each block | count       (8 bytes each, little-endian;
 * dynamic index = first number | offsets of each block's parts | parts | count    offsets count
 *                                                                   from the index's own start)
 * </pre>
 *
 * Headers and bodies are RLP in snappy's framing format. In era1, the total difficulties and the
 * accumulator are checked too. Receipts and proofs are not read.
 *
 * <pre>
 * places = offset of the header's entry | offset of the body's entry
 * </pre>
 */
final class EraBlockFile implements BlockFile {
  private static final int TOTAL_DIFFICULTY_BYTES = 32;

  /** The first number, the parts and the count, and five offsets for each block. */
  private static final int DYNAMIC_INDEX_BYTES_MAX =
      (3 + 5 * EraAccumulator.RECORDS_MAX) * Long.BYTES;

  /**
   * Snappy packs at most 64 bytes into 3. So only an entry of this size or more may hold a body
   * whose block is too large, and is unpacked when the file is opened.
   */
  private static final int PACKED_BYTES_DOUBTFUL = (Block.BYTES_MAX - BlockHeader.BYTES_MAX) / 22;

  private final FileBytes bytes;
  private final Places places;

  EraBlockFile(FileBytes bytes, Places places) {
    this.bytes = bytes;
    this.places = places;
  }

  static boolean startsWithMagic(byte[] first) {
    return first.length >= 2 && first[0] == 0x65 && first[1] == 0x32;
  }

  @Override
  public void scan(Visitor visitor, PlaceList found) {
    new Scan(visitor, found).run();
  }

  @Override
  public byte[] header(int position) {
    return EntryReader.unpack(bytes, places.first(position), BlockHeader.BYTES_MAX);
  }

  @Override
  public byte[] body(int position) {
    return EntryReader.unpack(bytes, places.second(position), Block.BYTES_MAX);
  }

  @Override
  public byte[] block(int position) {
    byte[] header = header(position);
    byte[] body = body(position);
    try {
      return Block.of(BlockHeader.trusted(header, 0, header.length, Hash.ZERO), body).rawBlock();
    } catch (RlpException e) {
      throw bytes.problem(
          "the body at offset " + places.second(position) + " cannot be used: " + e.reason());
    }
  }

  @Override
  public void close() {
    bytes.close();
  }

  /** The state of one walk over the file. */
  private final class Scan {
    private final Visitor visitor;
    private final PlaceList found;
    private final EntryReader entry = new EntryReader(bytes);
    private final EraAccumulator accumulator = new EraAccumulator();
    private BlockHeader last;
    private long firstNumber;
    private BigInteger totalDifficulty;
    private int headers;
    private int bodies;
    private int totals;
    private Hash accumulatorRoot;
    private boolean isIndexed;

    /** The visitor has seen enough, but the first body may come later. */
    private boolean isEnough;

    Scan(Visitor visitor, PlaceList found) {
      this.visitor = visitor;
      this.found = found;
    }

    void run() {
      entry.next();
      entry.data(0);
      while (entry.hasNext() && !(isEnough && bodies > 0)) {
        entry.next();
        if (isIndexed) {
          throw at("comes after the index, which must be the last entry");
        }
        switch (entry.type()) {
          case EntryReader.HEADER -> header();
          case EntryReader.BODY -> body();
          case EntryReader.TOTAL_DIFFICULTY -> totalDifficulty();
          case EntryReader.ACCUMULATOR -> accumulatorRoot = Hash.of(entry.data(Hash.BYTES));
          case EntryReader.BLOCK_INDEX -> index();
          case EntryReader.DYNAMIC_BLOCK_INDEX -> dynamicIndex();
          case EntryReader.VERSION -> throw at("is a second version entry");
          case EntryReader.BEACON_BLOCK, EntryReader.BEACON_STATE, EntryReader.SLOT_INDEX ->
              throw bytes.problem(
                  "is an era file of the consensus layer; the blocks of the execution layer are in"
                      + " era1 and ere files");
          default -> {
            // Receipts, proofs and other entries are not used.
          }
        }
      }
      if (!isIndexed && !isEnough) {
        throw bytes.problem("is truncated: after " + headers + " blocks its index is missing");
      }
    }

    private FileChainException at(String what) {
      return bytes.problem("the entry at offset " + entry.offset() + " " + what);
    }

    private void header() {
      if (headers == EraAccumulator.RECORDS_MAX) {
        throw at("is one header too many; at most " + EraAccumulator.RECORDS_MAX + " are allowed");
      }
      byte[] raw = entry.unpack(BlockHeader.BYTES_MAX);
      try {
        last = BlockHeader.decode(raw);
      } catch (RlpException e) {
        throw at("is not a header: " + e.getMessage());
      }
      if (headers == 0) {
        firstNumber = last.number();
      }
      found.add(entry.offset(), 0);
      headers++;
      isEnough |= !visitor.block(last, entry.offset());
    }

    private void body() {
      if (bodies == headers) {
        throw at("is a body without a header");
      }
      found.setSecond(bodies, entry.offset());
      if (entry.length() >= PACKED_BYTES_DOUBTFUL) {
        // Throws if the block is too large.
        block(bodies);
      }
      bodies++;
    }

    private void totalDifficulty() {
      byte[] data = entry.data(TOTAL_DIFFICULTY_BYTES);
      if (totals != headers - 1) {
        // In an ere file, the total difficulties come after all headers, and are not used.
        totals = -1;
        return;
      }
      for (int i = 0, j = data.length - 1; i < j; i++, j--) {
        byte swapped = data[i];
        data[i] = data[j];
        data[j] = swapped;
      }
      BigInteger told = new BigInteger(1, data);
      if (totals > 0 && !told.equals(totalDifficulty.add(last.difficulty()))) {
        throw at(
            "gives block "
                + last
                + (" the total difficulty " + told + ", which is not the sum of the parent's ")
                + (totalDifficulty + " and its own " + last.difficulty()));
      }
      totalDifficulty = told;
      accumulator.add(last.hash(), told);
      totals++;
    }

    private void index() {
      if (bodies != headers || totals != headers || accumulatorRoot == null) {
        throw bytes.problem(
            "is no era1 file: it has "
                + (headers + " headers, " + bodies + " bodies, " + Math.max(0, totals))
                + (" total difficulties and " + (accumulatorRoot == null ? "no" : "an"))
                + " accumulator");
      }
      if (!accumulator.root().equals(accumulatorRoot)) {
        throw bytes.problem(
            "its blocks make the accumulator "
                + (accumulator.root() + ", but the file has " + accumulatorRoot));
      }
      visitor.accumulator(accumulatorRoot);
      long[] words = words(2 + (long) headers);
      checkEnds(words);
      for (int i = 0; i < headers; i++) {
        checkOffset(words[1 + i], found.first(i), i);
      }
      isIndexed = true;
    }

    private void dynamicIndex() {
      if (bodies != headers) {
        throw bytes.problem(
            "is no ere file: it has " + headers + " headers and " + bodies + " bodies");
      }
      if (entry.length() > DYNAMIC_INDEX_BYTES_MAX) {
        throw at("is an index of more than " + DYNAMIC_INDEX_BYTES_MAX + " bytes");
      }
      byte[] data = entry.data(entry.length());
      long parts =
          data.length < 24 ? 0 : EntryReader.littleEndian(data, data.length - 16, Long.BYTES);
      if (parts < 2 || parts > 5) {
        throw at("is an index of " + parts + " parts a block; 2 to 5 are allowed");
      }
      long[] words = words(3 + parts * headers);
      checkEnds(words);
      for (int i = 0; i < headers; i++) {
        checkOffset(words[(int) (1 + parts * i)], found.first(i), i);
        checkOffset(words[(int) (2 + parts * i)], found.second(i), i);
      }
      isIndexed = true;
    }

    private long[] words(long count) {
      byte[] data = entry.data((int) count * Long.BYTES);
      long[] words = new long[(int) count];
      Arrays.setAll(words, i -> EntryReader.littleEndian(data, i * Long.BYTES, Long.BYTES));
      return words;
    }

    private void checkEnds(long[] words) {
      long count = words[words.length - 1];
      if (count != headers) {
        throw at("is an index of " + count + " blocks, but the file has " + headers);
      }
      if (headers > 0 && words[0] != firstNumber) {
        throw at("is an index from block " + words[0] + ", but the file's first is " + firstNumber);
      }
    }

    private void checkOffset(long told, long offset, int position) {
      if (told + entry.offset() != offset) {
        throw at(
            "is an index that places block "
                + (firstNumber + position + " at offset " + (told + entry.offset()))
                + (", but the file has it at " + offset));
      }
    }
  }
}
