package dev.windlass.server.show;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;

/**
 * A terminal whose last line is a status, below everything that is written to it.
 *
 * <p>The log writes to it as to any stream; the status moves out of the way. Any thread may write;
 * one at a time does.
 */
public final class StatusLine extends OutputStream {
  /** To the first column, and everything right of it and below it gone. */
  private static final String ERASE = "\r\u001b[J";

  private final OutputStream terminal;
  private final IntSupplier columns;
  private String status = "";

  /** How much of a status stands on the terminal, and how wide that was when it was written. */
  private int shownLength;

  private int shownColumns;
  private boolean isAtLineStart = true;

  /**
   * Shows nothing yet.
   *
   * @param columns how wide the terminal is now
   */
  public StatusLine(OutputStream terminal, IntSupplier columns) {
    this.terminal = terminal;
    this.columns = columns;
  }

  /** Shows a status in place of the last one; an empty one shows nothing. */
  public synchronized void show(String newStatus) throws IOException {
    if (newStatus.equals(status) && columns.getAsInt() == shownColumns) {
      return;
    }
    status = newStatus;
    if (isAtLineStart) {
      erase();
      draw();
      terminal.flush();
    }
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
    erase();
    terminal.write(bytes, offset, length);
    isAtLineStart = bytes[offset + length - 1] == '\n';
    if (isAtLineStart) {
      draw();
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

  private void draw() throws IOException {
    raw(status);
    shownLength = status.length();
    shownColumns = columns.getAsInt();
  }

  private void erase() throws IOException {
    if (shownLength > 0) {
      // A window that became narrower has folded the status; terminals move what is above it up.
      int rowsAbove = (shownLength - 1) / Math.max(1, columns.getAsInt());
      raw((rowsAbove > 0 ? "\u001b[" + rowsAbove + "A" : "") + ERASE);
      shownLength = 0;
    }
  }

  private void raw(String text) throws IOException {
    terminal.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
