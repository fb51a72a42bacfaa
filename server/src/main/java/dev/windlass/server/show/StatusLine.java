package dev.windlass.server.show;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;

/**
 * A terminal whose last line is a status, below all other output.
 *
 * <p>The log writes to it as to any stream, and the status is redrawn below. Thread-safe.
 */
public final class StatusLine extends OutputStream {
  /** Moves to the first column, and erases everything to its right and below. */
  private static final String ERASE = "\r\u001b[J";

  private final OutputStream terminal;
  private final IntSupplier columns;
  private String status = "";

  /** The length of the shown status. */
  private int shownLength;

  private int shownColumns;
  private boolean isAtLineStart = true;

  /**
   * Shows nothing yet.
   *
   * @param columns the current width of the terminal
   */
  public StatusLine(OutputStream terminal, IntSupplier columns) {
    this.terminal = terminal;
    this.columns = columns;
  }

  /** Replaces the status. An empty one shows nothing. */
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

  /** Removes the status. The terminal stays open. */
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
      // A window that became narrower has folded the status into several rows.
      int rowsAbove = (shownLength - 1) / Math.max(1, columns.getAsInt());
      raw((rowsAbove > 0 ? "\u001b[" + rowsAbove + "A" : "") + ERASE);
      shownLength = 0;
    }
  }

  private void raw(String text) throws IOException {
    terminal.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
