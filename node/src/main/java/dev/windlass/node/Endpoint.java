package dev.windlass.node;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * An address to listen on, with one-line errors for users.
 *
 * @param options the prefix of the options that set it, such as {@code --rpc-http}
 */
public record Endpoint(String host, int port, String options) {
  /**
   * Binds the port and releases it again.
   *
   * @throws JobFailedException if the port cannot be bound
   */
  public void requireFree() {
    try (ServerSocket probe = new ServerSocket()) {
      // As servers do, so that the remains of a closed connection do not block the port.
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Describes a failure to listen in one line. */
  public JobFailedException failure(Throwable problem) {
    return new JobFailedException(reason(problem), problem);
  }

  private String reason(Throwable problem) {
    String message = String.valueOf(problem.getMessage()).toLowerCase(Locale.ROOT);
    if (problem instanceof UnknownHostException || message.contains("cannot assign")) {
      return String.format(
          "%s is not an address of this machine: give another with %s-host", host, options);
    }
    if (problem instanceof BindException && message.contains("in use")) {
      return String.format(
          "port %d on %s is in use: choose another with %s-port (0 takes a free one), or stop what"
              + " listens there",
          port, host, options);
    }
    return String.format(
        "cannot listen on port %d of %s (%s-port): %s", port, host, options, problem.getMessage());
  }
}
