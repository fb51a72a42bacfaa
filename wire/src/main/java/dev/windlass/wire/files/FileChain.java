package dev.windlass.wire.files;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.BlockRules;
import dev.windlass.chain.Breach;
import dev.windlass.chain.Hash;
import dev.windlass.chain.HashIndex;
import dev.windlass.chain.Keccak;
import dev.windlass.chain.exchange.ServedChain;
import dev.windlass.chain.rlp.RlpException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One file of blocks as a chain: concatenated RLP, plain or gzip, era1 or ere. The first bytes
 * determine the format.
 *
 * <p>The caller that opens it must close it. Opening has hashed all headers, and checked that each
 * names the one before it and that the totals of an era file are right. It has not checked that
 * bodies belong to their headers, which is left to the receiver. A {@link FileIndex} is in memory
 * or in an {@link IndexFolder}. Any other data is read when it is asked for. Any number of threads
 * may read. Every method may throw {@link FileChainException}.
 */
public final class FileChain implements ServedChain, AutoCloseable {
  private static final int LIST = 0xc0;

  private final BlockFile file;
  private final FileIndex index;
  private final Optional<Hash> accumulator;

  private FileChain(BlockFile file, FileIndex index, Optional<Hash> accumulator) {
    this.file = file;
    this.index = index;
    this.accumulator = accumulator;
  }

  /**
   * Reads the file once, from its start to its end, unless the folder has its index.
   *
   * @throws FileChainException if the file is absent, a folder, empty, of another format,
   *     truncated, not linked or inconsistent, with one line that names the fault and its place
   */
  public static FileChain open(Path path, IndexFolder indexes) {
    Optional<IndexFolder.State> before = indexes.state(path);
    FileBytes bytes = unpacked(path);
    try {
      Optional<FileIndex> kept = indexes.find(path);
      if (kept.isPresent()) {
        FileChain known = of(bytes, kept.get());
        if (known.isAsIndexed()) {
          return known;
        }
        kept.get().close();
      }
      return of(bytes, indexes.keep(path, before, walk(bytes, Long.MAX_VALUE)));
    } catch (RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  /** As above, with the index in memory only. */
  public static FileChain open(Path path) {
    return open(path, IndexFolder.none());
  }

  /**
   * Opens an era file that a mirror has sent, or that lies in a folder, with the index in memory
   * only. No other format is taken, since gzip would be unpacked to the disk without a bound.
   *
   * @throws FileChainException as {@link #open}, and if it is no era file
   */
  public static FileChain openEra(Path path) {
    FileBytes bytes = FileBytes.open(path);
    try {
      byte[] first = first(bytes);
      if (!EraBlockFile.startsWithMagic(first)) {
        throw bytes.problem("begins with " + hex(first) + ": no era file");
      }
      Links links = new Links(bytes, Long.MAX_VALUE);
      FileIndex index = walk(bytes, links);
      return new FileChain(format(bytes, index), index, links.accumulator);
    } catch (RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  /**
   * The lowest block of a file, without reading all of it. The block above it, if there is one,
   * must name it.
   *
   * @throws FileChainException as {@link #open}, if the first blocks show the fault; also if the
   *     block is not valid
   */
  public static Block lowestBlock(Path path) {
    try (FileChain begun = begin(path)) {
      BlockId lowest = begun.lowest();
      Block block = Block.decode(begun.rawBlock(lowest.number()));
      Optional<Breach> breach = BlockRules.check(block);
      if (breach.isPresent()) {
        throw new FileChainException(path, "block " + lowest + ": " + breach.get());
      }
      return block;
    } catch (RlpException e) {
      throw new FileChainException(path, "its first block is not valid: " + e.getMessage(), e);
    }
  }

  private static FileChain begin(Path path) {
    FileBytes bytes = unpacked(path);
    try {
      return of(bytes, walk(bytes, 2));
    } catch (RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  private static FileBytes unpacked(Path path) {
    FileBytes bytes = FileBytes.open(path);
    try {
      return bytes.isGzip() ? bytes.unpacked() : bytes;
    } catch (RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  private static WalkedIndex walk(FileBytes bytes, long blocksMax) {
    return walk(bytes, new Links(bytes, blocksMax));
  }

  private static WalkedIndex walk(FileBytes bytes, Links links) {
    PlaceList places = PlaceList.none();
    format(bytes, places).scan(links, places);
    if (links.last == null) {
      throw bytes.problem("has no blocks");
    }
    return new WalkedIndex(links.last.number() - links.hashes.size() + 1, links.hashes, places);
  }

  private static FileChain of(FileBytes bytes, FileIndex index) {
    return new FileChain(format(bytes, index), index, Optional.empty());
  }

  /** Checks both ends of the file, since the times of a file can be forged. */
  private boolean isAsIndexed() {
    try {
      return isAsIndexed(lowest()) && isAsIndexed(head());
    } catch (FileChainException e) {
      return false;
    }
  }

  private boolean isAsIndexed(BlockId block) {
    return Keccak.hash(rawHeader(block.number())).equals(block.hash());
  }

  private static BlockFile format(FileBytes bytes, Places places) {
    byte[] first = first(bytes);
    if (EraBlockFile.startsWithMagic(first)) {
      return new EraBlockFile(bytes, places);
    }
    if ((first[0] & 0xff) >= LIST) {
      return new RlpBlockFile(bytes, places);
    }
    throw bytes.problem(
        "begins with " + hex(first) + ": neither RLP of blocks, nor gzip, nor era1");
  }

  private static byte[] first(FileBytes bytes) {
    if (bytes.size() == 0) {
      throw bytes.problem("is empty");
    }
    return bytes.read(0, (int) Math.min(4, bytes.size()));
  }

  private static String hex(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  /** The accumulator root that its blocks make, if it is an era1 file from {@link #openEra}. */
  public Optional<Hash> accumulator() {
    return accumulator;
  }

  @Override
  public BlockId lowest() {
    return new BlockId(index.firstNumber(), index.hash(0));
  }

  @Override
  public BlockId head() {
    int last = index.size() - 1;
    return new BlockId(index.firstNumber() + last, index.hash(last));
  }

  @Override
  public OptionalLong numberOf(Hash hash) {
    OptionalInt position = index.find(hash);
    return position.isPresent()
        ? OptionalLong.of(index.firstNumber() + position.getAsInt())
        : OptionalLong.empty();
  }

  private int position(long number) {
    long position = number - index.firstNumber();
    if (position < 0 || position >= index.size()) {
      throw new IndexOutOfBoundsException(
          number + " is outside of " + index.firstNumber() + " to " + head().number());
    }
    return (int) position;
  }

  @Override
  public Hash hashAt(long number) {
    return index.hash(position(number));
  }

  @Override
  public byte[] rawHeader(long number) {
    return file.header(position(number));
  }

  @Override
  public byte[] rawBody(long number) {
    return file.body(position(number));
  }

  @Override
  public byte[] rawBlock(long number) {
    return file.block(position(number));
  }

  @Override
  public void close() {
    file.close();
    index.close();
  }

  /** Checks the links during the walk, and keeps the hashes. */
  private static final class Links implements BlockFile.Visitor {
    private final FileBytes bytes;
    private final long blocksMax;
    private final HashIndex hashes = HashIndex.offHeap(8192);
    private BlockHeader last;
    private Optional<Hash> accumulator = Optional.empty();

    Links(FileBytes bytes, long blocksMax) {
      this.bytes = bytes;
      this.blocksMax = blocksMax;
    }

    @Override
    public boolean block(BlockHeader header, long offset) {
      if (last != null && !BlockRules.isLinked(last, header)) {
        throw bytes.problem(
            "is not one chain: at offset "
                + offset
                + ", "
                + BlockRules.checkLink(last, header).orElseThrow().explanation());
      }
      hashes.add(header.hash());
      last = header;
      return hashes.size() < blocksMax;
    }

    @Override
    public void accumulator(Hash root) {
      accumulator = Optional.of(root);
    }
  }
}
