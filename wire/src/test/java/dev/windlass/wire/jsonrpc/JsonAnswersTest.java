package dev.windlass.wire.jsonrpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.Keccak;
import dev.windlass.chain.rlp.RlpReader;
import dev.windlass.chain.rlp.RlpWriter;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which JSON is taken as a body, and as which. */
class JsonAnswersTest {
  private static final byte[] TO = new byte[20];

  /** Of one legacy transaction. */
  private static final byte[] RAW =
      new RlpWriter()
          .beginList()
          .integer(10)
          .integer(0xabcd)
          .integer(21_000)
          .string(TO)
          .integer(0)
          .string(new byte[] {(byte) 0xca, (byte) 0xfe})
          .integer(27)
          .integer(1)
          .integer(2)
          .endList()
          .toBytes();

  private static final byte[] BODY =
      new RlpWriter()
          .beginList()
          .beginList()
          .raw(RAW)
          .endList()
          .beginList()
          .endList()
          .endList()
          .toBytes();

  private static final List<String> FIELDS =
      List.of(
          "'type':'0x0'",
          "'nonce':'0xa'",
          "'gasPrice':'0xabcd'",
          "'gas':'0x5208'",
          "'to':'0x" + "00".repeat(20) + "'",
          "'value':'0x0'",
          "'input':'0xcafe'",
          "'v':'0x1b'",
          "'r':'0x1'",
          "'s':'0x2'",
          "'hash':'" + Keccak.hash(RAW) + "'");

  private static String answer(List<String> fields) {
    return ("[{'jsonrpc':'2.0','id':0,'result':{'transactions':[{"
            + String.join(",", fields)
            + "}],'uncles':[]}}]")
        .replace('\'', '"');
  }

  private static final String ANSWER = answer(FIELDS);

  private static byte[] body(Buffer answer) throws RpcFailure {
    RpcAnswer first = RpcReply.answers(RpcReply.decoded(answer), 0, 1).get(0);
    return BodyJson.body(JsonFields.of(first.result(), "block 7"), List.of());
  }

  private static byte[] body(String answer) throws RpcFailure {
    return body(Buffer.buffer(answer));
  }

  @Test
  void shouldTakeFieldsInAnyOrder() throws RpcFailure {
    Random random = new Random(1);
    List<String> fields = new ArrayList<>(FIELDS);
    for (int i = 0; i < 100; i++) {
      Collections.shuffle(fields, random);
      assertArrayEquals(BODY, body(answer(fields)));
    }
  }

  /** Fields before those of the transaction, and after them. */
  @Test
  void shouldTakeTheLastOfFieldsWithOneName() throws RpcFailure {
    List<String> fields = new ArrayList<>(FIELDS);
    fields.add(0, "'nonce':'0xzz'");
    assertArrayEquals(BODY, body(answer(fields)));
    fields.add("'nonce':'0xzz'");
    assertEquals("the field nonce of transaction 0 is not in hex", refusal(answer(fields)));
    fields.add("'nonce':null");
    assertEquals("the field nonce of transaction 0 is absent", refusal(answer(fields)));
  }

  private static String refusal(String answer) {
    return assertThrows(BlockJsonException.class, () -> body(answer)).getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "0xcafe | 0xCAFE",
        "0xcafe | 0xCaFe",
        "0xcafe | \\u0030x\\u0063afe",
        "'0xa'  | '0x00a'",
        "'0xa'  | '0xA'",
        "'0x0'  | '0x'",
        "'type':'0x0' | 'type':null",
        "'input' | 'data'",
        "'v':    | 'unknown':{'a':[{'b':[[[1e400,-1,true,'\\n']]]}]},'v':",
        "'v':    | /* a comment */ 'v':",
      })
  void shouldTakeOtherFormsOfTheSame(String usual, String other) throws RpcFailure {
    String quotedUsual = usual.replace('\'', '"');
    assertTrue(ANSWER.contains(quotedUsual) || usual.endsWith(":"));
    assertArrayEquals(BODY, body(ANSWER.replace(quotedUsual, other.replace('\'', '"'))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'0xa'    | 10        | the field nonce of transaction 0 is not in hex",
        "'0xa'    | 1e999999  | the field nonce of transaction 0 is not in hex",
        "'0xa'    | {}        | the field nonce of transaction 0 is not in hex",
        "'0xa'    | '0Xa'     | the field nonce of transaction 0 is not in hex",
        "'0xa'    | '0'       | the field nonce of transaction 0 is not in hex",
        "'0xa'    | '0xé'     | the field nonce of transaction 0 is not in hex",
        "'0xa'    | null      | the field nonce of transaction 0 is absent",
        "'0xcafe' | '0xcaf'   | the field input of transaction 0 has half a byte",
        "'0xcafe' | '0xcaé'   | the field input of transaction 0 has half a byte",
        "'0xcafe' | null      | the field data of transaction 0 is absent",
        "'to':'0x | 'to':'0x00| the field to of transaction 0 has 21 bytes, not 20",
        "'type':'0x0' | 'type':'0xffffffffffffffff' | the field type of transaction 0 is larger than 63 bits",
        "'type':'0x0' | 'type':'0x5' | transaction 0 has the type 0x5, which is not known",
        "'0xabcd' | '0xabce'  | transaction 0 has another hash than ",
        "[{'type' | [7,{'type' | transaction 0 is no object",
        "'transactions' | 'others' | the field transactions of block 7 is absent",
        "'uncles':[] | 'withdrawals':{} | the field withdrawals of block 7 is no array",
      })
  void shouldNameWhatIsWrong(String usual, String other, String message) {
    String quotedUsual = usual.replace('\'', '"');
    assertTrue(ANSWER.contains(quotedUsual));
    String refusal = refusal(ANSWER.replace(quotedUsual, other.replace('\'', '"')));
    assertTrue(refusal.startsWith(message), refusal);
  }

  @Test
  void shouldRefuseAQuantityOfMoreThan256Bits() throws RpcFailure {
    assertEquals(
        "the field nonce of transaction 0 is larger than 256 bits",
        refusal(ANSWER.replace("\"0xa\"", "\"0x1" + "0".repeat(64) + "\"")));
    assertArrayEquals(BODY, body(ANSWER.replace("\"0xa\"", "\"0x" + "0".repeat(1_000) + "a\"")));
  }

  private static void assertNoJson(Buffer answer) {
    assertEquals(
        "its answer is no JSON", assertThrows(RpcFailure.class, () -> body(answer)).getMessage());
  }

  @Test
  void shouldRefuseEachTruncation() {
    for (int end = 0; end < ANSWER.length(); end++) {
      assertNoJson(Buffer.buffer(ANSWER.substring(0, end)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"]", "1", "\"a\"", "{", "\\"})
  void shouldRefuseWhatFollowsTheAnswer(String rest) {
    assertNoJson(Buffer.buffer(ANSWER + rest));
  }

  @Test
  void shouldRefuseWhatIsTooDeepOrTooLong() throws RpcFailure {
    String unknown = "\"v\":";
    String deep = "\"deep\":" + "[".repeat(900) + "]".repeat(900) + ",\"v\":";
    assertArrayEquals(BODY, body(ANSWER.replace(unknown, deep)));
    String tooDeep = "\"deep\":" + "[".repeat(1_100) + "]".repeat(1_100) + ",\"v\":";
    assertNoJson(Buffer.buffer(ANSWER.replace(unknown, tooDeep)));
    String tooLong = "\"number\":" + "1".repeat(1_100) + ",\"v\":";
    assertNoJson(Buffer.buffer(ANSWER.replace(unknown, tooLong)));
  }

  @Test
  void shouldReadOtherEncodingsOfUnicode() throws RpcFailure {
    for (var charset : List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE)) {
      assertArrayEquals(BODY, body(Buffer.buffer(ANSWER.getBytes(charset))));
    }
    assertArrayEquals(BODY, body("\ufeff" + ANSWER));
    assertNoJson(Buffer.buffer(ANSWER.replace("cafe", "é").getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** The hash stays that of the transaction, or is refused. */
  @Test
  void shouldGiveNoBodyThatDoesNotFitWhateverChanges() {
    Random random = new Random(2);
    byte[] usual = ANSWER.getBytes(StandardCharsets.UTF_8);
    int taken = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] changed = usual.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        int at = random.nextInt(changed.length);
        int from = random.nextInt(changed.length);
        int length = random.nextInt(Math.min(20, changed.length - Math.max(at, from)) + 1);
        switch (random.nextInt(3)) {
          case 0 -> changed[at] = (byte) random.nextInt(256);
          case 1 -> changed[at] = usual[from];
          default -> System.arraycopy(usual, from, changed, at, length);
        }
      }
      try {
        RlpReader transactions = new RlpReader(body(Buffer.buffer(changed))).list().list();
        byte[] raw = transactions.item(1 << 16);
        assertArrayEquals(RAW, raw);
        taken++;
      } catch (RpcFailure | BlockJsonException e) {
        assertTrue(!e.getMessage().isEmpty());
      }
    }
    assertTrue(taken > 100, "taken " + taken);
  }
}
