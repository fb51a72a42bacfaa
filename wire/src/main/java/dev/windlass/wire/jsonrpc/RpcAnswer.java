package dev.windlass.wire.jsonrpc;

import dev.windlass.wire.devp2p.RemoteText;
import java.util.Objects;

/**
 * The answer to one call.
 *
 * @param result a {@link JsonValue}, if it is an object or a list; null if the node has nothing, or
 *     if there is an error
 * @param code of the error, or 0
 * @param message of the error, or empty
 */
record RpcAnswer(Object result, int code, String message) {
  /** EIP-4444: the node has dropped what is asked for. */
  static final int PRUNED = 4444;

  static final int NO_SUCH_METHOD = -32601;

  private static final int MESSAGE_MAX = 200;

  RpcAnswer {
    Objects.requireNonNull(message);
  }

  static RpcAnswer of(JsonValue answer) {
    JsonValue error = answer.field("error");
    if (error != null && error.isObject()) {
      Object code = error.scalar("code");
      Object message = error.scalar("message");
      String text = message instanceof String said ? said : "";
      int number = code instanceof Number given ? given.intValue() : -1;
      return new RpcAnswer(null, number == 0 ? -1 : number, RemoteText.shown(text, MESSAGE_MAX));
    }
    JsonValue result = answer.field("result");
    boolean isTree = result != null && (result.isObject() || result.isArray());
    return new RpcAnswer(isTree ? result : answer.scalar("result"), 0, "");
  }

  /** Code and message of the error. */
  String said() {
    return message.isEmpty() ? String.valueOf(code) : code + " (" + message + ")";
  }

  boolean isError() {
    return code != 0;
  }
}
