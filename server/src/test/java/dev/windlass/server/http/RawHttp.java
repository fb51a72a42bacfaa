package dev.windlass.server.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sends requests byte by byte, so that a test can send wrong ones too. */
final class RawHttp {
  record Reply(int status, String head, String body) {}

  private RawHttp() {}

  static Reply get(int port, String target, String... headers) throws IOException {
    return send(port, "GET", target, "", headers);
  }

  static Reply post(int port, String target, String body, String... headers) throws IOException {
    return send(port, "POST", target, body, headers);
  }

  static Reply delete(int port, String target, String... headers) throws IOException {
    return send(port, "DELETE", target, "", headers);
  }

  static Reply send(int port, String method, String target, String body, String... headers)
      throws IOException {
    StringBuilder request = new StringBuilder();
    request.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    if (List.of(headers).stream().noneMatch(header -> header.startsWith("Host:"))) {
      request.append("Host: localhost:").append(port).append("\r\n");
    }
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    request.append("Content-Length: ").append(bytes.length).append("\r\n");
    request.append("Connection: close\r\n\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      String reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = reply.indexOf("\r\n\r\n");
      String head = reply.substring(0, end);
      return new Reply(Integer.parseInt(head.substring(9, 12)), head, reply.substring(end + 4));
    }
  }
}
