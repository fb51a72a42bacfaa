package dev.windlass.store;

import dev.windlass.chain.store.StoreException;

/** Makes the exceptions for data of the store that does not read back as it was written. */
final class Damage {
  private Damage() {}

  static StoreException of(String what) {
    return new StoreException(StoreException.Kind.DAMAGED, "the store is damaged: " + what);
  }

  static StoreException of(String what, Throwable cause) {
    return new StoreException(StoreException.Kind.DAMAGED, "the store is damaged: " + what, cause);
  }

  /** Checks the length of a value, in bytes. */
  static void requireLength(byte[] value, int length, String what) {
    if (value.length != length) {
      throw of(what + " has " + value.length + " bytes, not " + length);
    }
  }
}
