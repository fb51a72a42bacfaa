package dev.windlass.wire.devp2p;

import java.util.Locale;

/** Why a connection ends, as a Disconnect gives it. Source: devp2p's rlpx.md, "Disconnect". */
public enum DisconnectReason {
  REQUESTED(0x00),
  TCP_ERROR(0x01),
  BREACH_OF_PROTOCOL(0x02),
  USELESS_PEER(0x03),
  TOO_MANY_PEERS(0x04),
  ALREADY_CONNECTED(0x05),
  INCOMPATIBLE_VERSION(0x06),
  NULL_IDENTITY(0x07),
  CLIENT_QUITTING(0x08),
  UNEXPECTED_IDENTITY(0x09),
  CONNECTED_TO_SELF(0x0a),
  READ_TIMEOUT(0x0b),
  SUBPROTOCOL_ERROR(0x10),
  /** Any other code. */
  UNKNOWN(0xff);

  private final int code;

  DisconnectReason(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  public static DisconnectReason of(int code) {
    for (DisconnectReason reason : values()) {
      if (reason.code == code) {
        return reason;
      }
    }
    return UNKNOWN;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
