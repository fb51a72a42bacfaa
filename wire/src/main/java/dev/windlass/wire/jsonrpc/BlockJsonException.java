package dev.windlass.wire.jsonrpc;

/**
 * The JSON of a block cannot be rebuilt into the block's bytes. It is no sign of a lie, since a
 * chain may have fields and transaction types that are not known here.
 */
public final class BlockJsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names the field, and says what is wrong with it
   */
  public BlockJsonException(String message) {
    super(message);
  }
}
