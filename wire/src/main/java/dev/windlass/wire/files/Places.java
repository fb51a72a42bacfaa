package dev.windlass.wire.files;

/** Where each block lies in its file: two numbers a block, whose meaning is the format's. */
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
