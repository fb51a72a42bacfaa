package dev.windlass.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.windlass.chain.BlockId;
import dev.windlass.server.Windlass;
import dev.windlass.server.Windlass.Result;
import dev.windlass.sim.ChainMaker;
import dev.windlass.sim.ChainMaker.Shape;
import dev.windlass.store.Columns;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fusesource.leveldbjni.JniDBFactory;
import org.iq80.leveldb.DB;
import org.iq80.leveldb.Options;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  private static final ChainMaker CHAIN = ChainMaker.of(1, 600, Shape.SIGNED);

  @TempDir private Path folder;

  @BeforeEach
  void fill() {
    Result result =
        Windlass.run(Windlass.demo("--blocks", "600", "--data-path", folder.toString()));
    assertEquals(0, result.exitCode(), result::toString);
  }

  private Result verify() {
    return Windlass.run("verify", "--data-path", folder.toString(), "--logging", "warn");
  }

  private static BlockId block(long number) {
    return new BlockId(number, CHAIN.hashAt(number));
  }

  private interface Change {
    void make(DB db);
  }

  private void change(Change change) throws IOException {
    try (DB db = JniDBFactory.factory.open(folder.resolve("chain").toFile(), new Options())) {
      change.make(db);
    }
  }

  private void flipOneByte(byte[] key, int fromTheEnd) throws IOException {
    change(
        db -> {
          byte[] value = db.get(key);
          value[value.length - fromTheEnd] ^= 1;
          db.put(key, value);
        });
  }

  private static void assertFinds(Result result, long number, String rule) {
    assertEquals(1, result.exitCode(), result::toString);
    List<String> lines = result.out().lines().toList();
    String problem =
        "problem number=" + number + " hash=" + CHAIN.hashAt(number) + " rule=" + rule + ": ";
    assertTrue(lines.get(0).startsWith(problem), result::toString);
    assertTrue(
        result.lastLine().startsWith("verified blocks=601 number=600 tip=0x"), result::toString);
    assertTrue(result.lastLine().endsWith(" problems=" + (lines.size() - 1)), result::toString);
    assertEquals("", result.err());
  }

  @Test
  void shouldCountNoProblemsWhenNothingIsWrong() {
    Result result = verify();

    assertEquals(0, result.exitCode());
    assertEquals(
        "verified blocks=601 number=600 tip=" + CHAIN.head().hash() + " problems=0",
        result.out().strip());
  }

  @Test
  void shouldNameTheBlockWhenOneByteOfItsBodyIsChanged() throws IOException {
    // Before the empty list of uncles, in the last transaction.
    flipOneByte(Columns.bodyKey(block(589)), 2);

    assertFinds(verify(), 589, "transactions-root");
  }

  @Test
  void shouldNameTheBlockWhenOneByteOfItsBodyFileIsChanged() throws IOException {
    long[] offset = new long[1];
    change(db -> offset[0] = ByteBuffer.wrap(db.get(Columns.placeKey(block(123)))).getLong());
    Path file = folder.resolve("chain/bodies/00000000.bodies");
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) offset[0] + 30] ^= 1;
    Files.write(file, bytes);

    assertFinds(verify(), 123, "readable");
  }

  @Test
  void shouldNameTheBlockWhenOneByteOfItsHeaderIsChanged() throws IOException {
    flipOneByte(Columns.headerKey(block(321)), 1);

    assertFinds(verify(), 321, "header-hash");
  }

  @Test
  void shouldNameTheBlockWhenItsBodyIsGone() throws IOException {
    change(db -> db.delete(Columns.placeKey(block(77))));

    assertFinds(verify(), 77, "body-present");
  }
}
