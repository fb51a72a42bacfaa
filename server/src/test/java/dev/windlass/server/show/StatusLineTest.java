package dev.windlass.server.show;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  private static final String ERASE = "\r\u001b[K";

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private final StatusLine line = new StatusLine(terminal);

  @Test
  void shouldReplaceTheStatusWhenItChanges() throws IOException {
    line.show("one");
    line.show("one");
    line.show("two");

    assertEquals(ERASE + "one" + ERASE + "two", shown());
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
