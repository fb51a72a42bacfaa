package dev.windlass.server.show;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A terminal whose last line is a status, below everything that is written to it.
 *
 * <p>The log writes to it as to any stream; the status moves out of the way. Any thread may write;
 * one at a time does.
 */
public final class StatusLine extends OutputStream {
  /** To the first column, and everything right of it gone. */
  private static final String ERASE = "\r\u001b[K";

  private final OutputStream terminal;
  private String status = "";
  private boolean isAtLineStart = true;

  public StatusLine(OutputStream terminal) {
    this.terminal = terminal;
  }

  /** Shows a status in place of the last one; an empty one shows nothing. */
  public synchronized void show(String newStatus) throws IOException {
    if (newStatus.equals(status)) {
      return;
    }
    if (isAtLineStart) {
      raw(ERASE + newStatus);
      terminal.flush();
    }
    status = newStatus;
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return;
    }
    if (isAtLineStart && !status.isEmpty()) {
      raw(ERASE);
    }
    terminal.write(bytes, offset, length);
    isAtLineStart = bytes[offset + length - 1] == '\n';
    if (isAtLineStart && !status.isEmpty()) {
      raw(status);
    }
  }

  @Override
  public synchronized void flush() throws IOException {
    terminal.flush();
  }

  /** Takes the status away; the terminal stays open for whoever comes next. */
  @Override
  public synchronized void close() throws IOException {
    show("");
    terminal.flush();
  }

  private void raw(String text) throws IOException {
    terminal.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
