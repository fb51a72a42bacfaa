package dev.windlass.wire.files;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;

/**
 * The blocks of one open file by their position in it. Each is read when it is asked for.
 *
 * <p>Any number of threads may read. Every method may throw {@link FileChainException}.
 */
interface BlockFile extends AutoCloseable {
  /**
   * Walks the whole file once, checks its structure and passes each header to the visitor, first to
   * last. Blocks can be read only after that. The walk ends early if the visitor asks for it.
   *
   * @param found receives the place of each block, from which this file reads the blocks later
   */
  void scan(Visitor visitor, PlaceList found);

  byte[] header(int position);

  byte[] body(int position);

  byte[] block(int position);

  @Override
  void close();

  /** Receives the headers of a file, and checks that each block follows the one before. */
  interface Visitor {
    /**
     * Called for each block in the file's order, with the place where it starts in the file.
     *
     * @return whether to go on
     */
    boolean block(BlockHeader header, long offset);

    /** Called with the accumulator root that the blocks of an era1 file make. */
    default void accumulator(Hash root) {}
  }
}
