package dev.windlass.store;

import dev.windlass.chain.exchange.Offence;
import dev.windlass.chain.exchange.PeerId;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import dev.windlass.chain.store.PeerBan;
import dev.windlass.chain.store.PeerScore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * The bans and the scores of peers as they are stored, in RLP. Times are in milliseconds since
 * 1970, and texts in UTF-8.
 *
 * <pre>
 * ban    [peer, address, since, until, times, offence, evidence]
 * score  [peer, lasting, last lasting points, fading, at]
 * </pre>
 */
final class StoredConduct {
  private static final int TEXT_BYTES_MAX = 1 << 16;

  private StoredConduct() {}

  static byte[] encode(PeerBan ban) {
    return new RlpWriter()
        .beginList()
        .string(utf8(ban.peer().name()))
        .string(utf8(ban.address()))
        .integer(ban.since().toEpochMilli())
        .integer(ban.until().toEpochMilli())
        .integer(ban.times())
        .string(utf8(ban.offence().code()))
        .string(utf8(ban.evidence()))
        .endList()
        .toBytes();
  }

  static PeerBan decode(byte[] value) {
    try {
      RlpReader reader = new RlpReader(value).list();
      return new PeerBan(
          PeerId.of(text(reader)),
          text(reader),
          time(reader),
          time(reader),
          (int) reader.positiveLong(),
          offence(text(reader)),
          text(reader));
    } catch (RlpException e) {
      throw Damage.of("the ban of a peer: " + e.getMessage());
    }
  }

  static byte[] encode(PeerScore score) {
    return new RlpWriter()
        .beginList()
        .string(utf8(score.peer().name()))
        .integer(score.lasting())
        .integer(score.lastingSince().toEpochMilli())
        .integer(score.fading())
        .integer(score.at().toEpochMilli())
        .endList()
        .toBytes();
  }

  static PeerScore decodeScore(byte[] value) {
    try {
      RlpReader reader = new RlpReader(value).list();
      return new PeerScore(
          PeerId.of(text(reader)),
          (int) reader.positiveLong(),
          time(reader),
          (int) reader.positiveLong(),
          time(reader));
    } catch (RlpException e) {
      throw Damage.of("the score of a peer: " + e.getMessage());
    }
  }

  private static Offence offence(String code) {
    return Arrays.stream(Offence.values())
        .filter(offence -> offence.code().equals(code))
        .findFirst()
        .orElseThrow(() -> Damage.of("a ban for " + code));
  }

  /** Cut to the bound, which a peer may exceed by a name in its evidence. */
  private static byte[] utf8(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= TEXT_BYTES_MAX ? bytes : Arrays.copyOf(bytes, TEXT_BYTES_MAX);
  }

  private static String text(RlpReader reader) {
    return new String(reader.string(TEXT_BYTES_MAX), StandardCharsets.UTF_8);
  }

  private static Instant time(RlpReader reader) {
    return Instant.ofEpochMilli(reader.positiveLong());
  }
}
