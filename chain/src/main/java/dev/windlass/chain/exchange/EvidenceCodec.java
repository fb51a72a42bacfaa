package dev.windlass.chain.exchange;

import dev.windlass.chain.Block;
import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.chain.rlp.RlpException;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of evidence: RLP of a list that begins with its kind.
 *
 * <pre>
 * [1, from, count, [item...]]           an answer to a question for hashes
 * [2, from, count, [item...]]           headers by hash
 * [3, number, count, [item...]]         headers by number
 * [4, [header...], [item...]]           bodies of these headers
 * [5, [hash...], [item...]]             whole blocks
 * [6, item]                             an announced block
 * [7, number, hash, item]               a checkpoint, and another header with its number
 * </pre>
 *
 * An item is a string with the bytes as the peer sent them, since they may be no RLP.
 */
public final class EvidenceCodec {
  private static final int HASHES = 1;
  private static final int HEADERS_BY_HASH = 2;
  private static final int HEADERS_BY_NUMBER = 3;
  private static final int BODIES = 4;
  private static final int BLOCKS = 5;
  private static final int ANNOUNCED = 6;
  private static final int OFF_CHECKPOINT = 7;

  private static final int BYTES_MAX = 16 << 20;

  private EvidenceCodec() {}

  public static byte[] encode(Evidence evidence) {
    RlpWriter writer = new RlpWriter().beginList();
    if (evidence instanceof Evidence.Answer answer) {
      writeQuestion(writer, answer.question());
      writer.beginList();
      answer.items().forEach(writer::string);
      writer.endList();
    } else if (evidence instanceof Evidence.Announced announced) {
      writer.integer(ANNOUNCED).string(announced.block().rawBlock());
    } else if (evidence instanceof Evidence.OffCheckpoint off) {
      writer
          .integer(OFF_CHECKPOINT)
          .integer(off.checkpoint().number())
          .hash(off.checkpoint().hash())
          .string(off.header().raw());
    }
    return writer.endList().toBytes();
  }

  private static void writeQuestion(RlpWriter writer, Question<?> question) {
    if (question instanceof Question.Hashes asked) {
      writer.integer(HASHES).hash(asked.from()).integer(asked.size());
    } else if (question instanceof Question.Headers asked) {
      HeaderQuery query = asked.query();
      if (query.isByHash()) {
        writer.integer(HEADERS_BY_HASH).hash(query.from());
      } else {
        writer.integer(HEADERS_BY_NUMBER).integer(query.fromNumber());
      }
      writer.integer(query.count());
    } else if (question instanceof Question.Bodies asked) {
      writer.integer(BODIES).beginList();
      asked.headers().forEach(header -> writer.string(header.raw()));
      writer.endList();
    } else if (question instanceof Question.Blocks asked) {
      writer.integer(BLOCKS).beginList();
      asked.hashes().forEach(writer::hash);
      writer.endList();
    } else {
      throw new IllegalArgumentException("evidence has no code for " + question.label());
    }
  }

  /**
   * Reads evidence.
   *
   * @throws RlpException if the bytes are none
   */
  public static Evidence decode(byte[] bytes) {
    RlpReader outer = new RlpReader(bytes);
    RlpReader reader = outer.list(BYTES_MAX);
    outer.end();
    Evidence evidence = decode((int) Math.min(Integer.MAX_VALUE, reader.positiveLong()), reader);
    reader.end();
    return evidence;
  }

  private static Evidence decode(int kind, RlpReader reader) {
    return switch (kind) {
      case ANNOUNCED -> new Evidence.Announced(Block.decodeAnySize(reader.string(BYTES_MAX)));
      case OFF_CHECKPOINT -> {
        BlockId checkpoint = new BlockId(reader.positiveLong(), reader.hash());
        yield new Evidence.OffCheckpoint(checkpoint, BlockHeader.decode(reader.string(BYTES_MAX)));
      }
      case HASHES, HEADERS_BY_HASH, HEADERS_BY_NUMBER, BODIES, BLOCKS -> {
        Question<?> question = question(kind, reader);
        yield new Evidence.Answer(question, strings(reader));
      }
      default -> throw new RlpException(0, "evidence of kind " + kind);
    };
  }

  private static Question<?> question(int kind, RlpReader reader) {
    return switch (kind) {
      case HASHES -> new Question.Hashes(reader.hash(), count(reader));
      case HEADERS_BY_HASH ->
          new Question.Headers(HeaderQuery.byHash(reader.hash(), count(reader)));
      case HEADERS_BY_NUMBER ->
          new Question.Headers(HeaderQuery.byNumber(reader.positiveLong(), count(reader)));
      case BODIES -> new Question.Bodies(nonEmpty(headers(reader)));
      default -> new Question.Blocks(nonEmpty(hashes(reader)));
    };
  }

  private static int count(RlpReader reader) {
    long count = reader.positiveLong();
    if (count < 1 || count > BYTES_MAX) {
      throw new RlpException(0, "evidence of a question for " + count);
    }
    return (int) count;
  }

  private static <T> List<T> nonEmpty(List<T> asked) {
    if (asked.isEmpty()) {
      throw new RlpException(0, "evidence of a question for nothing");
    }
    return asked;
  }

  private static List<byte[]> strings(RlpReader reader) {
    RlpReader list = reader.list(BYTES_MAX);
    List<byte[]> strings = new ArrayList<>();
    while (list.hasNext()) {
      strings.add(list.string(BYTES_MAX));
    }
    return strings;
  }

  private static List<BlockHeader> headers(RlpReader reader) {
    return strings(reader).stream().map(BlockHeader::decode).toList();
  }

  private static List<Hash> hashes(RlpReader reader) {
    RlpReader list = reader.list(BYTES_MAX);
    List<Hash> hashes = new ArrayList<>();
    while (list.hasNext()) {
      hashes.add(list.hash());
    }
    return hashes;
  }
}
