package dev.windlass.wire.jsonrpc;

import dev.windlass.wire.jsonrpc.RpcFailure.Kind;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the reply to a batch, in which the answers may be in any order. */
final class RpcReply {
  private static final long MILLIS = 1_000;

  /** A node that asks for more is asked again after this. */
  private static final long RETRY_SECONDS_MAX = 600;

  private RpcReply() {}

  /** The failure that a status of HTTP means, or null if it means none. */
  static RpcFailure ofStatus(int status, String retryAfter) {
    String message = "HTTP " + status;
    return switch (status) {
      case 200 -> null;
      case 429, 503 -> new RpcFailure(Kind.RATE_LIMITED, message, millis(retryAfter));
      case 413 -> new RpcFailure(Kind.TOO_LARGE, message);
      case 402 -> new RpcFailure(Kind.QUOTA_USED_UP, message);
      case 401, 403, 404 -> new RpcFailure(Kind.REFUSED, message);
      default -> new RpcFailure(Kind.BROKEN, message);
    };
  }

  /** Seconds as a number. The form with a date is passed over. */
  private static long millis(String retryAfter) {
    return retryAfter != null && retryAfter.matches("[0-9]{1,6}")
        ? Math.min(RETRY_SECONDS_MAX, Long.parseLong(retryAfter)) * MILLIS
        : 0;
  }

  /** The JSON of a reply. */
  static JsonValue decoded(Buffer body) throws RpcFailure {
    try {
      return JsonIndex.read(body);
    } catch (DecodeException e) {
      throw new RpcFailure(Kind.BROKEN, "its answer is no JSON");
    }
  }

  /**
   * The answers to so many calls, of which the first has this id.
   *
   * @throws RpcFailure if there is not one answer to each, or if one of them says that a limit was
   *     exceeded
   */
  static List<RpcAnswer> answers(JsonValue reply, long firstId, int count) throws RpcFailure {
    if (reply.isObject()) {
      RpcAnswer answer = RpcAnswer.of(reply);
      if (count == 1 && !answer.isError()) {
        return List.of(answer);
      }
      throwIfLimit(answer);
      if (count == 1) {
        return List.of(answer);
      }
      throw new RpcFailure(Kind.BROKEN, "it answers a batch with the error " + answer.said());
    }
    if (!reply.isArray()) {
      throw new RpcFailure(Kind.BROKEN, "its answer is no answer of JSON-RPC");
    }
    return inOrder(reply.items(), firstId, count);
  }

  private static List<RpcAnswer> inOrder(List<JsonValue> list, long firstId, int count)
      throws RpcFailure {
    RpcAnswer[] answers = new RpcAnswer[count];
    List<RpcAnswer> withoutId = new ArrayList<>(0);
    for (JsonValue item : list) {
      if (!item.isObject()) {
        throw new RpcFailure(Kind.BROKEN, "its answer is no answer of JSON-RPC");
      }
      RpcAnswer answer = RpcAnswer.of(item);
      throwIfLimit(answer);
      long at = item.scalar("id") instanceof Number number ? number.longValue() - firstId : -1;
      if (at >= 0 && at < count) {
        answers[(int) at] = answer;
      } else {
        withoutId.add(answer);
      }
    }
    if (Arrays.asList(answers).contains(null)) {
      String about = withoutId.isEmpty() ? "" : ", and the error " + withoutId.get(0).said();
      throw new RpcFailure(Kind.BROKEN, "it answers only some calls of a batch" + about);
    }
    return List.of(answers);
  }

  private static void throwIfLimit(RpcAnswer answer) throws RpcFailure {
    String message = answer.said();
    switch (answer.code()) {
      case 429, -32005 -> throw new RpcFailure(Kind.RATE_LIMITED, message);
      case -32600, -32002, -32003 -> throw new RpcFailure(Kind.TOO_LARGE, message);
      default -> {
        // An answer, though it may be an error.
      }
    }
  }
}
