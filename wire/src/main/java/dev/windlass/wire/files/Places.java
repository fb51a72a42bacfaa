package dev.windlass.wire.files;

/**
 * The place of each block in its file: two numbers a block, whose meaning depends on the format.
 */
interface Places {
  /**
   * The first number of the block.
   *
   * @throws FileChainException if it is in a file that cannot be read
   */
  long first(int position);

  /**
   * The second number of the block.
   *
   * @throws FileChainException if it is in a file that cannot be read
   */
  long second(int position);
}
