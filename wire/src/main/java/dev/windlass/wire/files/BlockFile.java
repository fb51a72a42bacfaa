package dev.windlass.wire.files;

import dev.windlass.chain.BlockHeader;

/**
 * The blocks of one open file by their position in it, each read when it is asked for.
 *
 * <p>Any number of threads may read. Every method may throw {@link FileChainException}.
 */
interface BlockFile extends AutoCloseable {
  /**
   * Goes over the whole file once, checks its structure and shows each header, first to last;
   * before that nothing can be read. If the visitor has seen enough, what follows is not looked at.
   *
   * @param found gets the place of each block, and is where this file reads them from
   */
  void scan(Visitor visitor, PlaceList found);

  byte[] header(int position);

  byte[] body(int position);

  byte[] block(int position);

  @Override
  void close();

  /** Who learns what a file has, and checks that each block follows the one before it. */
  interface Visitor {
    /**
     * Called for each block in the file's order, with the place where it starts in the file.
     *
     * @return whether to go on
     */
    boolean block(BlockHeader header, long offset);
  }
}
