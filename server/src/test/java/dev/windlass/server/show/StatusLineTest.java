package dev.windlass.server.show;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  private static final String ERASE = "\r\u001b[J";

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final AtomicInteger columns = new AtomicInteger(80);
  private final StatusLine line = new StatusLine(terminal, columns::get);

  @Test
  void shouldReplaceTheStatusWhenItChanges() throws IOException {
    line.show("one");
    line.show("one");
    line.show("two");

    assertEquals("one" + ERASE + "two", shown());
  }

  @Test
  void shouldMoveOutOfTheWayWhenSomethingIsWritten() throws IOException {
    line.show("status");
    terminal.reset();

    write("a line\n");

    assertEquals(ERASE + "a line\nstatus", shown());
  }

  @Test
  void shouldNotDrawIntoALineThatIsNotFinished() throws IOException {
    line.show("old");
    terminal.reset();

    write("half ");
    line.show("new");
    write("done\n");

    assertEquals(ERASE + "half done\nnew", shown());
  }

  /** A terminal folds what does not fit any more, and the rest of it stood there for good. */
  @Test
  void shouldTakeAwayEachRowWhenTheWindowBecameNarrower() throws IOException {
    line.show("x".repeat(79));
    terminal.reset();

    columns.set(40);
    line.show("short");
    columns.set(4);
    write("a line\n");

    assertEquals("\u001b[1A" + ERASE + "short\u001b[1A" + ERASE + "a line\nshort", shown());
  }

  @Test
  void shouldDrawTheSameStatusAgainWhenTheWindowChanged() throws IOException {
    line.show("status");
    columns.set(120);
    line.show("status");

    assertEquals("status" + ERASE + "status", shown());
  }

  @Test
  void shouldLeaveNothingBehindWhenItIsClosed() throws IOException {
    line.show("status");
    terminal.reset();

    line.close();
    write("after\n");

    assertEquals(ERASE + "after\n", shown());
  }

  @Test
  void shouldPassEverythingOnWhenThereIsNoStatus() throws IOException {
    write("plain\n");

    assertEquals("plain\n", shown());
  }

  private void write(String text) throws IOException {
    line.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private String shown() {
    return terminal.toString(StandardCharsets.UTF_8);
  }
}
