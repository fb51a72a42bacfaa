package dev.windlass.server.show;

import dev.windlass.chain.exchange.Evidence;
import dev.windlass.chain.exchange.EvidenceCodec;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.server.log.Words;
import io.vertx.core.json.JsonObject;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The evidence of a ban, judged again from its bytes by the judge of every answer.
 *
 * @param id the banned peer or host
 * @param code the offence
 * @param bytes the evidence. Empty if none is kept
 */
public record BanReplay(String id, String code, Optional<byte[]> bytes) {
  /**
   * The evidence of a running node.
   *
   * @param answer the answer of {@code /v1/bans/ID/evidence}
   */
  public static BanReplay of(JsonObject answer) {
    return new BanReplay(
        answer.getString("id"),
        answer.getString("code"),
        Optional.ofNullable(answer.getString("bytes"))
            .map(hex -> HexFormat.of().parseHex(hex.substring(2))));
  }

  /** The evidence of a stored ban. */
  public static BanReplay of(PeerBan ban, Optional<byte[]> bytes) {
    return new BanReplay(ban.peer().name(), ban.offence().code(), bytes);
  }

  /** Whether bytes are kept and do not prove the fault. */
  public boolean isRefuted() {
    return bytes.isPresent() && fault().isEmpty();
  }

  /** What is wrong, in words, if the bytes prove the very offence of the ban. */
  private Optional<String> fault() {
    try {
      Evidence kept = EvidenceCodec.decode(bytes.orElseThrow());
      return kept.offence().filter(proven -> proven.code().equals(code)).flatMap(o -> kept.fault());
    } catch (RlpException e) {
      return Optional.empty();
    }
  }

  /** The result in one line. */
  public String line() {
    String ban = id + " " + code;
    if (bytes.isEmpty()) {
      return "not replayable " + ban + ": no bytes are kept";
    }
    return fault()
        .map(fault -> "proven " + ban + ": " + Words.of(Words.printable(fault)))
        .orElse("not proven " + ban + ": the bytes do not show this offence");
  }
}
