package dev.windlass.wire.jsonrpc;

import java.util.Arrays;

/** Hexadecimal digits in a text, which may be wrong. */
final class HexDigits {
  private static final byte[] DIGITS = new byte[128];

  static {
    Arrays.fill(DIGITS, (byte) -1);
    for (int i = 0; i < 16; i++) {
      DIGITS[Character.forDigit(i, 16)] = (byte) i;
      DIGITS[Character.toUpperCase(Character.forDigit(i, 16))] = (byte) i;
    }
  }

  private final byte[] text;
  private final int from;
  private final int count;

  private HexDigits(byte[] text, int from, int count) {
    this.text = text;
    this.from = from;
    this.count = count;
  }

  /** Those of an ASCII text with the prefix 0x. Null if it has another one. */
  static HexDigits of(byte[] text, int from, int to) {
    return to - from >= 2 && text[from] == '0' && text[from + 1] == 'x'
        ? new HexDigits(text, from + 2, to - from - 2)
        : null;
  }

  static HexDigits of(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = text.charAt(i);
      bytes[i] = c < DIGITS.length ? (byte) c : (byte) '?';
    }
    return of(bytes, 0, bytes.length);
  }

  int count() {
    return count;
  }

  HexDigits withoutLeadingZeros() {
    int zeros = 0;
    while (zeros < count && text[from + zeros] == '0') {
      zeros++;
    }
    return new HexDigits(text, from + zeros, count - zeros);
  }

  /** The bytes. If the count is odd, the first byte has one digit. Null if a digit is none. */
  byte[] bytes() {
    byte[] bytes = new byte[(count + 1) / 2];
    int at = from;
    int wrong = 0;
    for (int i = 0; i < bytes.length; i++) {
      int high = i == 0 && count % 2 != 0 ? 0 : DIGITS[text[at++]];
      int low = DIGITS[text[at++]];
      wrong |= high | low;
      bytes[i] = (byte) (high << 4 | low);
    }
    return wrong < 0 ? null : bytes;
  }
}
